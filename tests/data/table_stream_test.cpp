// A stream hands out what read_table reads, whatever the file, the blocks and the threads.

#include <batchgrad/table_stream.hpp>
#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::bytes_of;
using test::gzip;
using test::header;
using test::npy;
using test::TemporaryFile;

using Numbers = std::vector<double>;

/// All that a stream hands out, read `block_rows` at a time.
struct Drained {
  Numbers values;
  std::vector<std::string> positions;
  index_t rows = 0;
  index_t dropped_rows = 0;
};

Drained drain(TableStream& stream, index_t block_rows) {
  Drained all;
  const auto columns = static_cast<index_t>(stream.columns().size());
  // One more column than the stream fills: views may be strided.
  Numbers room(static_cast<std::size_t>(block_rows * (columns + 1)));
  const MatrixView<double> block(room.data(), block_rows, columns, columns + 1);
  for (;;) {
    std::fill(room.begin(), room.end(), std::numeric_limits<double>::quiet_NaN());
    const index_t rows = stream.read(block);
    for (index_t row = 0; row < rows; ++row) {
      all.values.insert(all.values.end(), block.row(row).begin(), block.row(row).end());
      all.positions.push_back(stream.position(row).text());
    }
    all.rows += rows;
    if (rows < block_rows) break;
  }
  EXPECT_EQ(stream.read(block), 0) << "the end stays the end";
  EXPECT_EQ(stream.rows_read(), all.rows);
  all.dropped_rows = stream.dropped_rows();
  return all;
}

void expect_what_read_table_reads(const std::string& path, const ReadOptions& options = {},
                                  const Selection& selection = {}) {
  const Table table = read_table(path, options, selection);
  const auto values = table.values();
  const Numbers expected(values.data(), values.data() + values.rows() * values.columns());
  for (const index_t threads : {1, 3}) {
    for (const index_t block_rows : {1, 1000, 100000000}) {
      if (block_rows == 1 && table.rows() > 50000) continue;
      ReadOptions threaded = options;
      threaded.threads = threads;
      TableStream stream(path, threaded, selection);
      EXPECT_EQ(stream.names(), table.names());
      const Drained all = drain(stream, std::min(block_rows, table.rows() + 1));
      EXPECT_EQ(all.rows, table.rows());
      EXPECT_EQ(all.values, expected);
      EXPECT_EQ(all.dropped_rows, table.dropped_rows());
      bool same_positions = all.positions.size() == static_cast<std::size_t>(table.rows());
      for (index_t row = 0; same_positions && row < table.rows(); ++row) {
        same_positions = all.positions[static_cast<std::size_t>(row)] == table.position(row).text();
        EXPECT_TRUE(same_positions) << row << ": " << table.position(row).text();
      }
    }
  }
}

/// Several pieces of a file: numbers, and gaps where NA stands for one.
std::string many_rows(index_t rows, bool has_gaps) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::string text = "a,note,b\n";
  for (index_t row = 0; row < rows; ++row) {
    const bool is_gap = has_gaps && random() % 10 == 0;
    const std::string note = random() % 50 == 0 ? "\"two\nlines\"" : "x";
    text += std::to_string(uniform(random)) + "," + note + ",";
    text += is_gap ? "NA\n" : std::to_string(uniform(random)) + "\n";
  }
  return text;
}

TEST(TableStream, HandsOutWhatReadTableReads) {
  const TemporaryFile small("a,b\n1,2\n3,4\n5,6\n\n\n");
  expect_what_read_table_reads(small.path());
  const TemporaryFile large(many_rows(100000, false));
  expect_what_read_table_reads(large.path(), {}, {{"b", "a"}, {}});
  const TemporaryFile packed(gzip(many_rows(40000, true)));
  ReadOptions dropping;
  dropping.missing = Missing::drop;
  expect_what_read_table_reads(packed.path(), dropping, {{}, {"note"}});
  ReadOptions headerless;
  headerless.header = Header::absent;
  const TemporaryFile bare("1;2\n3;4\n");
  expect_what_read_table_reads(bare.path(), headerless);
}

TEST(TableStream, KnowsTheColumnsAtOnce) {
  const TemporaryFile file("price,size\n1,2\n");
  const TableStream stream(file.path(), {}, {{"size"}, {}});
  EXPECT_EQ(stream.names(), std::vector<std::string>{"size"});
  EXPECT_EQ(stream.column_index("size"), 0);
  EXPECT_EQ(stream.file(), file.path());
  EXPECT_TRUE(stream.has_names());
  EXPECT_EQ(test::error_of(file, [&] { (void)stream.column_index("sise"); }),
            "FILE: no column 'sise' (the data have 1 columns) did you mean 'size'?");
}

TEST(TableStream, HandsOutEveryKindOfNpy) {
  constexpr index_t rows = 70000;  // more than a piece of three columns
  Numbers by_rows;
  for (index_t i = 0; i < rows * 3; ++i) by_rows.push_back(1.0 / static_cast<double>(i + 1));
  Numbers by_columns;
  for (index_t j = 0; j < 3; ++j)
    for (index_t i = 0; i < rows; ++i)
      by_columns.push_back(by_rows[static_cast<std::size_t>(i * 3 + j)]);
  const std::string c_order = npy(header("<f8", "(70000, 3)"), bytes_of(by_rows));
  const std::string f_order = npy(header("<f8", "(70000, 3)", "True"), bytes_of(by_columns));
  for (const std::string& content : {c_order, f_order, gzip(c_order), gzip(f_order)}) {
    const TemporaryFile file(content, ".npy");
    TableStream all(file.path());
    EXPECT_EQ(drain(all, 4096).values, by_rows);
    EXPECT_FALSE(all.is_float32());
    EXPECT_FALSE(all.has_names());
    expect_what_read_table_reads(file.path(), {}, {{"c3", "c1"}, {}});
  }
  std::vector<float> singles(by_rows.begin(), by_rows.begin() + 6);
  singles[2] = std::numeric_limits<float>::quiet_NaN();
  const TemporaryFile floats(npy(header("<f4", "(2, 3)"), bytes_of(singles)), ".npy");
  EXPECT_TRUE(TableStream(floats.path()).is_float32());
  ReadOptions dropping;
  dropping.missing = Missing::drop;
  expect_what_read_table_reads(floats.path(), dropping);
}

TEST(TableStream, FailsAsReadTableDoes) {
  const std::string long_text = many_rows(100000, false);
  const std::vector<std::string> bad = {
      "",
      "a,b\n",
      "a,b\n1,x\n",
      "a,b\n1,2\n3\n",
      "a,b\n1,2\n\n3,4\n",
      "a,a\n1,2\n",
      "a,b\nNA,1\n",
      "a,b\n1,\"2\n",
      "\x1f\x8b",
      long_text + "1,y\n",
      long_text + "1,x,z\n" + long_text,
      npy(header("<f8", "(2, 2)"), std::string(31, '\0')),
      npy(header("<f8", "(2, 2)"), std::string(33, '\0')),
      gzip(npy(header("<f8", "(100000, 2)"), std::string(1500000, '\0'))),
      gzip(npy(header("<f8", "(100000, 2)"), std::string(1600001, '\0'))),
      gzip(npy(header("<f8", "(1, 1000000000000)"), std::string(80, '\0'))),
      gzip(npy(header("<f8", "(2, 2)", "True"), std::string(31, '\0'))),
      npy(header("<f8", "(1,)"), bytes_of(Numbers{HUGE_VAL})),
  };
  for (const std::string& content : bad) {
    const TemporaryFile file(content);
    const std::string expected = test::error_of(file, [&] { (void)read_table(file.path()); });
    EXPECT_NE(expected, "no error");
    EXPECT_EQ(test::error_of(file,
                             [&] {
                               TableStream stream(file.path());
                               drain(stream, 10);
                             }),
              expected);
  }
}

TEST(TableStream, GoesOnFailing) {
  const TemporaryFile file("a\n1\nx\n");
  TableStream stream(file.path());
  double value = 0;
  EXPECT_THROW(stream.read({&value, 1, 1}), DataError);
  EXPECT_THROW(stream.read({&value, 1, 1}), DataError);
}

TEST(TableStream, RefusesWhatItCannotDo) {
  const TemporaryFile file("a,b\n1,2\n");
  ReadOptions categorical;
  categorical.categorical = {"b"};
  EXPECT_EQ(test::error_of(file, [&] { const TableStream stream(file.path(), categorical); }),
            "column 'b' cannot be categorical in a stream (its levels are known when all of the "
            "file is read) use read_table");
  TableStream stream(file.path());
  Numbers room(6);
  EXPECT_EQ(test::error_of(file,
                           [&] {
                             stream.read({room.data(), 2, 3});
                           }),
            "the block is 2x3 (the stream has 2 columns) pass one or more rows of 2");
  EXPECT_THROW(stream.read({room.data(), 0, 2}), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
