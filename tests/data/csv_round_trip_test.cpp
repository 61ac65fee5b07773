// Random tables are written and read back to the same bits, however the file is cut.

#include <batchgrad/table.hpp>
#include <batchgrad/table_writer.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "data/read_table.hpp"
#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::gzip;
using test::TemporaryFile;

constexpr index_t chunk_sizes[] = {64, 1000, 65536, index_t{1} << 20};

Table read_in_pieces(const std::string& path, index_t chunk_size, index_t threads,
                     const ReadOptions& options = {}) {
  detail::TableRequest request;
  request.options = options;
  request.options.threads = threads;
  request.chunk_size = chunk_size;
  return detail::read_table(path, request);
}

std::vector<std::uint64_t> bits_of(MatrixView<const double> values) {
  std::vector<std::uint64_t> bits;
  for (index_t row = 0; row < values.rows(); ++row) {
    for (const double value : values.row(row)) bits.push_back(std::bit_cast<std::uint64_t>(value));
  }
  return bits;
}

/// Any finite double with the same chance, whole numbers and a few special ones among them.
double random_number(std::mt19937_64& random) {
  const std::uint64_t bits = random();
  switch (bits % 8) {
    case 0:
      return static_cast<double>(static_cast<std::int64_t>(random()) >> (bits % 61));
    case 1:
      return bits % 16 == 1 ? -0.0 : 5e-324;
    case 2:
      return static_cast<double>(random() % 100000) / 1000;
    default:
      break;
  }
  const double value = std::bit_cast<double>(random());
  return std::isfinite(value) ? value : 1.5;
}

class RoundTrip : public testing::TestWithParam<index_t> {};

TEST_P(RoundTrip, KeepsEveryBit) {
  const index_t columns = GetParam();
  const index_t rows = 4000 / columns + 1;
  std::mt19937_64 random(static_cast<std::uint64_t>(columns));
  std::vector<double> numbers(static_cast<std::size_t>(rows * columns));
  for (double& number : numbers) number = random_number(random);
  const MatrixView<const double> values(numbers.data(), rows, columns);
  std::vector<std::string> names;
  for (index_t i = 0; i < columns; ++i) names.emplace_back("x ,").append(std::to_string(i));
  const TemporaryFile file("");
  write_csv(file.path(), names, values);
  for (const index_t threads : {1, 2, 3}) {
    for (const index_t chunk_size : chunk_sizes) {
      const Table table = read_in_pieces(file.path(), chunk_size, threads);
      EXPECT_EQ(table.names(), names);
      EXPECT_EQ(bits_of(table.values()), bits_of(values)) << threads << " " << chunk_size;
      EXPECT_EQ(table.position(rows - 1).line, rows + 1);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Columns, RoundTrip, testing::Values(1, 2, 7, 100));

/// Text of quoted cells, line feeds inside them, missing values: what makes lines and rows differ.
std::string awkward_text(index_t rows) {
  std::mt19937_64 random(3);
  std::string text = "n,t,\"u\n2\",m\r\n";
  for (index_t row = 0; row < rows; ++row) {
    text.append(std::to_string(row)).append(",");
    const char* const levels[] = {"red", "\"dark\nred\"", "\"a \"\"b\"\", c\"", "\"\"\"\""};
    text.append(levels[random() % 4]).append(",");
    text.append(levels[random() % 4]).append(",");
    text.append(random() % 5 == 0 ? "NA" : "\"2.5\"").append(random() % 2 == 0 ? "\r\n" : "\n");
  }
  return text;
}

TEST(CsvPieces, DoNotShowInWhatIsRead) {
  const std::string text = awkward_text(1500);
  const TemporaryFile file(text);
  ReadOptions options;
  options.missing = Missing::drop;
  options.categorical = {"t", "u\n2"};
  const Table whole = read_in_pieces(file.path(), index_t{1} << 24, 1, options);
  ASSERT_EQ(whole.columns()[1].levels.size(), 4U);
  ASSERT_EQ(whole.rows() + whole.dropped_rows(), 1500);
  for (index_t row = 0; row < whole.rows(); ++row) {
    // The line that was counted holds the row: it begins with the row's number.
    index_t offset = 0;
    for (index_t line = 1; line < whole.position(row).line; ++line) {
      offset = static_cast<index_t>(text.find('\n', static_cast<std::size_t>(offset))) + 1;
    }
    const std::string start = std::to_string(static_cast<index_t>(whole(row, 0))) + ",";
    ASSERT_EQ(text.compare(static_cast<std::size_t>(offset), start.size(), start), 0) << row;
  }
  for (const index_t threads : {1, 2, 3}) {
    for (const index_t chunk_size : {1, 3, 64, 1000, 65536}) {
      const Table table = read_in_pieces(file.path(), chunk_size, threads, options);
      EXPECT_EQ(bits_of(table.values()), bits_of(whole.values()));
      EXPECT_EQ(table.columns()[2].levels, whole.columns()[2].levels);
      EXPECT_EQ(table.dropped_rows(), whole.dropped_rows());
      for (index_t row = 0; row < table.rows(); row += 37) {
        EXPECT_EQ(table.position(row).line, whole.position(row).line);
      }
    }
  }
}

TEST(Gzip, IsKnownByItsContent) {
  std::string text = "a,b\n";
  for (int i = 0; i < 50000; ++i) text.append(std::to_string(i)).append(",2.5\n");
  const TemporaryFile file(gzip(text), ".csv");
  for (const index_t threads : {1, 2}) {
    const Table table = read_in_pieces(file.path(), 65536, threads);
    EXPECT_EQ(table.rows(), 50000);
    EXPECT_EQ(table(49999, 0), 49999);
  }
  const TemporaryFile members(gzip("a,b\n1,") + gzip("2\n3,4\n") + std::string(7, '\0'));
  EXPECT_EQ(read_table(members.path()).rows(), 2) << "members end to end, then padding";
}

TEST(Gzip, DamageIsAnError) {
  std::string text = "a,b\n";
  for (int i = 0; i < 1000; ++i) text.append(std::to_string(i)).append(",2.5\n");
  const std::string packed = gzip(text);
  const TemporaryFile cut(std::string_view(packed).substr(0, packed.size() - 3));
  EXPECT_EQ(test::error_of(cut, [&] { read_table(cut.path()); }),
            "FILE ends early (its gzip data are cut off) fetch or copy it again");
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 1);
  const TemporaryFile wrong(damaged);
  EXPECT_EQ(test::error_of(wrong, [&] { read_table(wrong.path()); }),
            "FILE cannot be unpacked (gzip: incorrect data check) fetch or copy it again");
  const TemporaryFile longer(packed + "x");
  EXPECT_EQ(test::error_of(longer, [&] { read_table(longer.path()); }),
            "FILE has other bytes behind its gzip data (it is damaged, or was appended to) fetch "
            "or copy it again");
}

TEST(ReadTable, NamesFormatsItDoesNotRead) {
  const TemporaryFile zip("PK\x03\x04 and so on");
  EXPECT_EQ(
      test::error_of(zip, [&] { read_table(zip.path()); }),
      "FILE: this is a zip archive or spreadsheet (CSV, .npy and libsvm are read, plain or gzip) "
      "unpack or export it first");
  const TemporaryFile gone("");
  const std::string missing = gone.path() + ".none";
  EXPECT_EQ(test::error_of(gone, [&] { read_table(missing); }),
            "cannot open FILE.none (No such file or directory) check the path and its permissions");
  EXPECT_EQ(test::error_of(gone, [&] { read_table("/"); }),
            "cannot read / (Is a directory) check the file and its disk");
}

}  // namespace
}  // namespace batchgrad
