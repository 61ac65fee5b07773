#include <batchgrad/table.hpp>
#include <batchgrad/table_writer.hpp>

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

using test::TemporaryFile;
using Numbers = std::vector<double>;

std::string npy(const std::string& dictionary, const std::string& data, char version = 1) {
  std::string file = "\x93NUMPY";
  file += version;
  file += '\0';
  std::string header = dictionary;
  header.resize((header.size() / 64 + 1) * 64, ' ');
  header.back() = '\n';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  if (version > 1) file += std::string(2, '\0');
  return file + header + data;
}

template <class T>
std::string bytes_of(const std::vector<T>& items) {
  return {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)};
}

std::string header(const std::string& type, const std::string& shape,
                   const std::string& order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

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
            "FILE: -inf in row 1, column 'c1' is not finite (no sum over the column would be) "
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

}  // namespace
}  // namespace batchgrad
