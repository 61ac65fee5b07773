#include <batchgrad/table.hpp>
#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::bytes_of;
using test::header;
using test::npy;
using test::TemporaryFile;
using Numbers = std::vector<double>;

Numbers values_of(const Table& table) {
  const auto values = table.values();
  return {values.data(), values.data() + values.rows() * values.columns()};
}

Numbers read(const std::string& content, const ReadOptions& options = {},
             const Selection& selection = {}) {
  const TemporaryFile file(content, ".npy");
  return values_of(read_table(file.path(), options, selection));
}

std::string error_of(const std::string& content, const ReadOptions& options = {}) {
  const TemporaryFile file(content, ".npy");
  return test::error_of(file, [&] { read_table(file.path(), options); });
}

template <class T>
void expect_type(const std::string& type, const std::vector<T>& items, const Numbers& expected) {
  EXPECT_EQ(read(npy(header(type, "(2,)"), bytes_of(items))), expected) << type;
}

TEST(ReadNpy, TakesEveryType) {
  expect_type<double>("<f8", {0.1, -2}, {0.1, -2});
  expect_type<float>("<f4", {0.1F, -2}, {0.1F, -2});
  expect_type<std::int64_t>("<i8", {-3, (std::int64_t{1} << 53) + 1}, {-3, 9007199254740992.0});
  expect_type<std::int32_t>("<i4", {-3, 2147483647}, {-3, 2147483647});
  expect_type<std::int16_t>("<i2", {-3, 32767}, {-3, 32767});
  expect_type<std::int8_t>("|i1", {-3, 127}, {-3, 127});
  expect_type<std::uint64_t>("<u8", {3, std::numeric_limits<std::uint64_t>::max()},
                             {3, 18446744073709551616.0});
  expect_type<std::uint32_t>("<u4", {3, 4294967295U}, {3, 4294967295.0});
  expect_type<std::uint16_t>("<u2", {3, 65535}, {3, 65535});
  expect_type<std::uint8_t>("|u1", {3, 255}, {3, 255});
}

TEST(ReadNpy, TakesBothOrdersAndEveryVersion) {
  const std::string data = bytes_of<double>({1, 2, 3, 4, 5, 6});
  for (const char version : {'\1', '\2', '\3'}) {
    EXPECT_EQ(read(npy(header("<f8", "(2, 3)"), data, version)), (Numbers{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(read(npy(header("<f8", "(2, 3)", "True"), data, version)),
              (Numbers{1, 3, 5, 2, 4, 6}));
  }
  EXPECT_EQ(read(npy("{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f8\"}", data)),
            (Numbers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read(npy(header("<f8", "(2, 3)"), data), {}, {{"c3", "c1"}, {}}),
            (Numbers{3, 1, 6, 4}));
}

TEST(ReadNpy, ReadsWhatItWrites) {
  const Numbers numbers = {0.1, -0.0, 5e-324, 1.7976931348623157e308, 2, 3};
  const TemporaryFile file("", ".npy");
  write_npy(file.path(), MatrixView<const double>(numbers.data(), 3, 2));
  EXPECT_EQ(values_of(read_table(file.path())), numbers);
  EXPECT_EQ(test::content_of(file.path())
                .find("{'descr': '<f8', 'fortran_order': False, 'shape': "
                      "(3, 2), }"),
            10U);
  EXPECT_EQ((test::content_of(file.path()).size() - 48) % 64, 0U) << "data begin at 64 bytes";
  const std::vector<float> singles = {1.5F, -2, 3, 4};
  write_npy(file.path(), MatrixView<const float>(singles.data(), 2, 1, 2));
  EXPECT_EQ(values_of(read_table(file.path())), (Numbers{1.5, 3}));
}

TEST(ReadNpy, TreatsNotANumberAsMissing) {
  const std::string content =
      npy(header("<f8", "(2, 2)"), bytes_of<double>({1, std::nan(""), 3, 4}));
  EXPECT_EQ(error_of(content),
            "FILE: no value in row 1, column 'c2' (nan stands for a missing value) leave such rows "
            "out with --na drop, or the column with --ignore c2");
  ReadOptions options;
  options.missing = Missing::drop;
  EXPECT_EQ(read(content, options), (Numbers{3, 4}));
  EXPECT_EQ(error_of(npy(header("<f8", "(1,)"), bytes_of<double>({-HUGE_VAL}))),
            "FILE: -inf in row 1, column 'c1' is not finite (nor is what is computed from it) "
            "leave such rows out with --na-strings -inf --na drop, or the column with --ignore c1");
}

TEST(ReadNpy, RefusesOtherTypes) {
  const std::string data(16, '\0');
  EXPECT_EQ(error_of(npy(header(">f8", "(2,)"), data)),
            "FILE: the .npy array is of type '>f8' (big-endian) save it with astype('<f8')");
  EXPECT_EQ(error_of(npy(header("|O", "(2,)"), data)),
            "FILE: the .npy array is of type '|O' (Python objects are never loaded) save it with "
            "astype('<f8')");
  EXPECT_EQ(error_of(npy(header("<c16", "(1,)"), data)),
            "FILE: the .npy array is of type '<c16' (little-endian f8, f4, i1-i8 and u1-u8 are "
            "read) save it with astype('<f8')");
  EXPECT_EQ(error_of(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}", data)),
            "FILE: the .npy array has named fields (arrays of one number type are read) save its "
            "fields as columns of a plain array");
}

TEST(ReadNpy, RefusesOtherShapes) {
  const std::string data(16, '\0');
  EXPECT_EQ(error_of(npy(header("<f8", "(1, 1, 2)"), data)),
            "FILE: the .npy array has 3 dimensions (rows, or rows and columns, are read) reshape "
            "it to two");
  EXPECT_EQ(error_of(npy(header("<f8", "()"), data)).substr(0, 38),
            "FILE: the .npy array has 0 dimensions ");
  EXPECT_EQ(error_of(npy(header("<f8", "(0, 3)"), "")),
            "FILE: the .npy array is empty (its shape is (0, 3)) check how it was written");
  EXPECT_EQ(error_of(npy(header("<f8", "(4611686018427387904, 4)"), data)),
            "FILE: the .npy shape (4611686018427387904, 4) overflows (no machine holds it) write "
            "the file again");
  EXPECT_EQ(error_of(npy(header("<f8", "(99999999999999999999,)"), data)).substr(0, 41),
            "FILE: the .npy header is malformed (at it");
  EXPECT_EQ(error_of(npy(header("<f8", "(-2,)"), data)).substr(0, 34),
            "FILE: the .npy header is malformed");
}

TEST(ReadNpy, RefusesDataOfAnotherLength) {
  EXPECT_EQ(error_of(npy(header("<f8", "(3,)"), std::string(20, '\0'))),
            "FILE: the .npy data are cut off (20 bytes of 24) fetch or copy the file again");
  EXPECT_EQ(error_of(npy(header("<f8", "(1000000000000,)"), std::string(20, '\0'))),
            "FILE: the .npy data are cut off (20 bytes of 8000000000000) fetch or copy the file "
            "again");
  EXPECT_EQ(error_of(npy(header("<f8", "(2,)"), std::string(17, '\0'))),
            "FILE: bytes follow the .npy data (its shape is (2, 1)) write one array to a file");
}

TEST(ReadNpy, RefusesMalformedHeaders) {
  const std::string data(16, '\0');
  for (const char* dictionary :
       {"", "{}", "{'descr': '<f8'}", "['descr']", "{'descr': '<f8', 'fortran_order': Maybe}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': __import__('os')}",
        "{'descr: '<f8', 'fortran_order': False, 'shape': (2,)}"}) {
    EXPECT_EQ(error_of(npy(dictionary, data)).substr(0, 34), "FILE: the .npy header is malformed")
        << dictionary;
  }
  const std::string whole = npy(header("<f8", "(2,)"), data);
  for (std::size_t size = 6; size < whole.size(); ++size) {
    EXPECT_NE(error_of(whole.substr(0, size)), "no error") << size;
  }
  EXPECT_EQ(error_of(npy(header("<f8", "(2,)"), data, 4)),
            "FILE: the .npy file has format version 4.0 (1.0, 2.0 and 3.0 are read) write it with "
            "a NumPy of now");
  std::string huge = npy(header("<f8", "(2,)"), data, 2);
  huge[10] = 1;
  EXPECT_EQ(error_of(huge),
            "FILE: the .npy header claims 65600 bytes (more than 65536) write the file again");
}

TEST(ReadNpy, HasNoTextToEncode) {
  ReadOptions options;
  options.categorical = {"c1"};
  EXPECT_EQ(error_of(npy(header("<f8", "(2,)"), std::string(16, '\0')), options),
            "FILE: --categorical c1 does not go with .npy (it holds numbers, no text) give it as "
            "CSV");
}

/// What a writer of two columns makes of five rows, given in blocks.
template <class T>
std::string written_in_blocks(NpyScalar scalar, const std::vector<T>& numbers) {
  const TemporaryFile file("old", ".npy");
  NpyWriter writer(file.path(), 2, scalar);
  writer.rows(MatrixView<const T>(numbers.data(), 2, 2));
  writer.rows(MatrixView<const T>(numbers.data() + 4, 0, 2));
  writer.rows(MatrixView<const T>(numbers.data() + 4, 3, 2));
  EXPECT_EQ(test::content_of(file.path()), "old") << "the file appears at commit";
  writer.commit();
  writer.commit();
  EXPECT_ANY_THROW(writer.rows(MatrixView<const T>(numbers.data(), 1, 2)));
  return test::content_of(file.path());
}

TEST(NpyWriter, WritesInBlocksWhatIsWrittenAtOnce) {
  const Numbers doubles = {0.5, -1, 3, 4, 5, 6, 7, 8, 9.25, 1e-300};
  const std::vector<float> singles(doubles.begin(), doubles.end());
  const TemporaryFile whole("", ".npy");
  write_npy(whole.path(), MatrixView<const double>(doubles.data(), 5, 2));
  EXPECT_EQ(written_in_blocks(NpyScalar::float64, doubles), test::content_of(whole.path()));
  write_npy(whole.path(), MatrixView<const float>(singles.data(), 5, 2));
  EXPECT_EQ(written_in_blocks(NpyScalar::float32, singles), test::content_of(whole.path()));
  EXPECT_EQ(written_in_blocks(NpyScalar::float32, doubles), test::content_of(whole.path()));
  EXPECT_EQ(values_of(read_table(whole.path())), (Numbers{0.5, -1, 3, 4, 5, 6, 7, 8, 9.25, 0}));
}

TEST(NpyWriter, CountsRowsBeyondItsBuffer) {
  constexpr index_t block = 1000;
  constexpr index_t blocks = 300;
  Numbers numbers(static_cast<std::size_t>(block));
  const TemporaryFile file("", ".npy");
  NpyWriter writer(file.path(), 1);
  for (index_t i = 0; i < blocks; ++i) {
    std::fill(numbers.begin(), numbers.end(), static_cast<double>(i));
    writer.rows(MatrixView<const double>(numbers.data(), block, 1));
  }
  writer.commit();
  const Table table = read_table(file.path());
  ASSERT_EQ(table.rows(), block * blocks);
  for (index_t row = 0; row < table.rows(); row += 499) {
    EXPECT_EQ(table(row, 0), static_cast<double>(row / block));
  }
}

TEST(NpyWriter, RefusesWhatItCannotWrite) {
  const TemporaryFile file("old", ".npy");
  const double number = 1;
  EXPECT_EQ(test::error_of(file, [] { const NpyWriter writer("-", 1); }),
            "cannot write standard output as .npy (how many rows there are is filled in at the "
            "end, which needs a file) name a file, or write CSV");
  EXPECT_THROW(NpyWriter("/dev/null", 1), FileError);
  EXPECT_EQ(test::error_of(file, [&] { const NpyWriter writer(file.path(), 0); }),
            "0 columns (an array has one or more) pass their number");
  EXPECT_EQ(test::error_of(file,
                           [&] {
                             NpyWriter writer(file.path(), 2);
                             writer.rows(MatrixView<const double>(&number, 1, 1));
                           }),
            "the rows have 1 columns (the file has 2) pass as many");
  EXPECT_EQ(test::content_of(file.path()), "old");
}

}  // namespace
}  // namespace batchgrad
