#include <batchgrad/dataset.hpp>
#include <batchgrad/table_stream.hpp>

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <utility>
#include <vector>

#include "data/libsvm_parser.hpp"
#include "data/read_table.hpp"
#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Numbers values_of(const Table& table) {
  const auto values = table.values();
  return {values.data(), values.data() + values.rows() * values.columns()};
}

std::string error_of(const std::string& text, const ReadOptions& options = {}) {
  const TemporaryFile file(text, ".svm");
  return test::error_of(file, [&] { read_table(file.path(), options); });
}

ReadOptions as_libsvm() {
  ReadOptions options;
  options.format = FileFormat::libsvm;
  return options;
}

const char* const small =
    "# made by hand\n"
    "+1 1:0.5 3:-2e1\n"
    "\n"
    "-1\t2:4   # a \"comment\n"
    "2.5 \r\n"
    "1 4:1";

TEST(Libsvm, FillsWhatIsNotWrittenWithZeros) {
  const TemporaryFile file(small);
  const Table table = read_table(file.path());
  EXPECT_EQ(table.names(), (Names{"label", "c1", "c2", "c3", "c4"}));
  EXPECT_EQ(values_of(table), (Numbers{1,   .5, 0, -20, 0, -1, 0, 4, 0, 0,  //
                                       2.5, 0,  0, 0,   0, 1,  0, 0, 0, 1}));
  EXPECT_EQ(table.libsvm_features(), 4);
  const std::vector<index_t> lines = {2, 4, 5, 6};
  for (index_t row = 0; row < 4; ++row) {
    EXPECT_EQ(table.position(row).line, lines[static_cast<std::size_t>(row)]);
  }
}

TEST(Libsvm, ReadsSelectedColumnsInTheirOrder) {
  const TemporaryFile file(small);
  const Table table = read_table(file.path(), {}, {{"c4", "label", "c1"}, {}});
  EXPECT_EQ(values_of(table), (Numbers{0, 1, .5, 0, -1, 0, 0, 2.5, 0, 1, 1, 0}));
  EXPECT_EQ(table.libsvm_features(), 4);
  EXPECT_EQ(test::error_of(file,
                           [&] {
                             read_table(file.path(), {}, {{"c5"}, {}});
                           })
                .substr(0, 47),
            "FILE: no column 'c5' (the data have 5 columns) ");
}

TEST(Libsvm, IsGzipOrAPipeAsWell) {
  const Numbers truth = {1, .5, 0, -20, 0, -1, 0, 4, 0, 0, 2.5, 0, 0, 0, 0, 1, 0, 0, 0, 1};
  const TemporaryFile packed(test::gzip(small));
  EXPECT_EQ(values_of(read_table(packed.path())), truth);
  const std::string pipe = packed.path() + ".pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << small; });
  const Table table = read_table(pipe);
  writer.join();
  std::filesystem::remove(pipe);
  EXPECT_EQ(values_of(table), truth);
}

TEST(Libsvm, IsFoundByItsFirstLineThatSaysAnything) {
  using detail::looks_like_libsvm;
  EXPECT_TRUE(looks_like_libsvm("1 1:2"));
  EXPECT_TRUE(looks_like_libsvm("# comment\n\n+1\n-1 17:x\n"));
  EXPECT_TRUE(looks_like_libsvm("3 qid:1 1:2\n"));
  EXPECT_FALSE(looks_like_libsvm("a,b\n1 1:2\n"));
  EXPECT_FALSE(looks_like_libsvm("1 a:2\n"));
  EXPECT_FALSE(looks_like_libsvm("1 :2\n"));
  EXPECT_FALSE(looks_like_libsvm("1,2 1:2\n"));
  EXPECT_FALSE(looks_like_libsvm("1 2\n"));
  EXPECT_FALSE(looks_like_libsvm("1\n2\n"));
  EXPECT_FALSE(looks_like_libsvm(""));
  const TemporaryFile labels("1\n0\n1\n");
  ReadOptions csv;
  csv.header = Header::absent;
  EXPECT_EQ(read_table(labels.path(), csv).names(), (Names{"c1"}));
  const TemporaryFile odd("1 1:2,3\n4,5\n");
  csv.format = FileFormat::csv;
  csv.header = Header::present;
  EXPECT_EQ(read_table(odd.path(), csv).names(), (Names{"1 1:2", "3"}));
  EXPECT_EQ(error_of("1\n0\n", as_libsvm()),
            "FILE: no line has a pair index:value (there is no feature) check the format");
}

TEST(Libsvm, NamesThePlaceOfWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1 1:1\n0 3:1 2:1\n",
       "FILE:2:7: index 2 follows 3 (indices ascend within a line) sort the pairs"},
      {"1 1:1\n0 3:1 3:1\n",
       "FILE:2:7: index 3 occurs twice in this line (a feature has one value) remove one"},
      {"1 0:1\n", "FILE:1:3: index 0 (indices count from 1) add 1 to all indices of the file"},
      {"1 1:1\n\n0 1:1 5\n",
       "FILE:3:7: '5' has no colon (a line is a label and pairs index:value) complete it, or put a "
       "# in front of a comment"},
      {"1 1:1 2:1,5\n", "FILE:1:9: '1,5' is not a number (labels and values are) correct it"},
      {"1 1:1e400\n",
       "FILE:1:5: '1e400' is out of range (the largest double is about 1.8e308) rescale it"},
      {"1 1:nan\n",
       "FILE:1:5: 'nan' is not finite (no sum over it would be) leave such rows out with "
       "--na-strings nan --na drop, or correct it"},
      {"1 1:-inf\n",
       "FILE:1:5: '-inf' is not finite (no sum over it would be) leave such rows out with "
       "--na-strings -inf --na drop, or correct it"},
      {"1 1:1\nyes 1:1\n", "FILE:2:1: 'yes' is not a number (labels and values are) correct it"},
      {"1 1:1\n2:1\n",
       "FILE:2:1: '2:1' where the label is due (it comes first in each line) write the label, 0 "
       "where it is not known"},
      {"1 qid:3 1:1\n",
       "FILE:1:3: qid groups the lines of a ranking (no loss here compares lines) remove it, as by "
       "sed 's/ qid:[0-9]*//'"},
      {"1 1:1 a:2\n",
       "FILE:1:7: 'a' in 'a:2' is no index (they are whole numbers from 1) correct it"},
      {"1 1:1 -2:2\n",
       "FILE:1:7: '-2' in '-2:2' is no index (they are whole numbers from 1) correct it"},
      {"1 1:1 2147483648:2\n",
       "FILE:1:7: index '2147483648' is out of range (the largest is 2147483647) correct it"},
      {"1 1:1 99999999999:2\n",
       "FILE:1:7: index '99999999999' is out of range (the largest is 2147483647) correct it"},
      {std::string("1 1:1\n1 1:\0005\n", 13),
       "FILE:2:5: '\\x005' is not a number (labels and values are) correct it"},
      {"1 1:1 2:\n",
       "FILE:1:9: no value of 'c2' (what stands here means a missing one) leave such rows out with "
       "--na drop, or the column with --ignore c2"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(error_of(text), message);
}

TEST(Libsvm, RefusesMoreColumnsThanMemoryHolds) {
  const std::string error = error_of("1 1:1\n0 2:1 2147483647:1\n");
  EXPECT_EQ(error.substr(0, 60), "FILE:2:7: index 2147483647 makes 2 rows of as many columns, ");
  EXPECT_NE(error.find("correct it, or read some columns only"), std::string::npos) << error;
}

TEST(Libsvm, RefusesWhatIsForText) {
  ReadOptions options;
  options.categorical = {"c1"};
  EXPECT_EQ(error_of("1 1:1\n", options).substr(0, 59),
            "FILE: --categorical c1 does not go with libsvm files (they ");
  options = {};
  options.format = FileFormat::npy;
  EXPECT_EQ(
      error_of("1 1:1\n", options),
      "FILE: this is no .npy array (its first bytes tell) name another format, or none: it is "
      "found by itself");
  const TemporaryFile array(test::npy(test::header("<f8", "(1, 1)"), test::bytes_of<double>({1})));
  EXPECT_EQ(test::error_of(array, [&] { read_table(array.path(), as_libsvm()); }).substr(0, 29),
            "FILE: this is a .npy array (i");
}

TEST(Libsvm, LeavesRowsOutWhereAValueIsMissing) {
  const std::string text = "1 1:1 2:NA\nNA 1:2\n3 1:3 2:-9\n4 1:4 2:5\n5 1:5\n";
  const TemporaryFile file(text);
  ReadOptions options;
  options.missing = Missing::drop;
  options.missing_texts = {"NA", "-9"};
  const Table table = read_table(file.path(), options);
  EXPECT_EQ(values_of(table), (Numbers{4, 4, 5, 5, 5, 0}));
  EXPECT_EQ(table.dropped_rows(), 3);
  EXPECT_EQ(table.position(0).line, 4);
  EXPECT_EQ(table.lines().row_in_file(0), 3);
  EXPECT_EQ(table.lines().row_in_file(1), 4);
  const Table first = read_table(file.path(), options, {{"c1"}, {}});
  EXPECT_EQ(values_of(first), (Numbers{1, 2, 3, 4, 5})) << "other columns may lack values";
  EXPECT_EQ(error_of(text).substr(0, 10), "FILE:1:9: ");
  EXPECT_EQ(error_of("1 1:1\nNA 1:2\n").substr(0, 29), "FILE:2:1: no value of 'label'");
}

/// Rows of about `pairs` pairs each that say which row they are.
std::string numbered_rows(int rows, int pairs) {
  std::string text;
  for (int i = 0; i < rows; ++i) {
    text += std::to_string(i);
    for (int j = 1; j <= pairs; ++j) {
      if ((i * 7 + j * 3) % 4 == 0)
        text += " " + std::to_string(j) + ":" + std::to_string(i) + "." + std::to_string(j);
    }
    text += i % 11 == 0 ? " # \"\n\n" : "\n";
  }
  return text;
}

TEST(Libsvm, IsTheSameForAnyChunksAndThreads) {
  const TemporaryFile file(numbered_rows(20011, 9));
  detail::TableRequest request;
  request.options.threads = 1;
  const Table whole = detail::read_table(file.path(), request);
  ASSERT_EQ(whole.rows(), 20011);
  for (const index_t chunk_size : {1, 100, 4096}) {
    for (const index_t threads : {1, 4}) {
      request.chunk_size = chunk_size;
      request.options.threads = threads;
      const Table table = detail::read_table(file.path(), request);
      ASSERT_EQ(values_of(table), values_of(whole));
      for (index_t row = 0; row < 20011; row += 997)
        EXPECT_EQ(table.position(row).line, whole.position(row).line);
    }
  }
}

TEST(Libsvm, ReportsTheFirstErrorForAnyChunksAndThreads) {
  std::string text = numbered_rows(500, 9);
  text += "7 2:1 1:1\n" + numbered_rows(500, 9) + "7 0:1\n";
  const TemporaryFile file(text);
  detail::TableRequest request;
  for (const index_t chunk_size : {16, 1000}) {
    request.chunk_size = chunk_size;
    request.options.threads = 4;
    const std::string error =
        test::error_of(file, [&] { (void)detail::read_table(file.path(), request); });
    EXPECT_EQ(error.substr(0, 35), "FILE:547:7: index 1 follows 2 (indi");
  }
}

TEST(Libsvm, StreamsRows) {
  const TemporaryFile file(small);
  TableStream stream(file.path());
  EXPECT_TRUE(stream.has_names());
  Numbers values(10, std::numeric_limits<double>::quiet_NaN());
  const MatrixView<double> block(values.data(), 2, 5);
  EXPECT_EQ(stream.read(block), 2);
  EXPECT_EQ(values, (Numbers{1, .5, 0, -20, 0, -1, 0, 4, 0, 0}));
  EXPECT_EQ(stream.position(1).line, 4);
  EXPECT_EQ(stream.read(block), 2);
  EXPECT_EQ(stream.read(block), 0);
}

TEST(Libsvm, ModelsTakeFewerFeaturesAndNoMore) {
  const TemporaryFile train("1 1:1 4:2\n0 2:3\n");
  DatasetOptions options;
  options.target = "label";
  const auto fitted = read_dataset<double>(train.path(), options);
  EXPECT_EQ(fitted.feature_names(), (Names{"c1", "c2", "c3", "c4"}));
  const ColumnRules rules = fitted.rules();
  EXPECT_EQ(rules.libsvm_features, 4);
  const TemporaryFile fewer("0 1:5 2:6\n0\n");
  const auto data = read_dataset<double>(fewer.path(), rules);
  const auto features = data.features();
  EXPECT_EQ(Numbers(features.data(), features.data() + 8), (Numbers{5, 6, 0, 0, 0, 0, 0, 0}));
  const TemporaryFile more("0 1:5\n0 2:1 5:1\n");
  EXPECT_EQ(test::error_of(more, [&] { read_dataset<double>(more.path(), rules); }),
            "FILE:2:7: index 5 is beyond the 4 features of the data the model was fitted on (its "
            "coefficient is not known) leave it out, or fit again with data that have it");
  options.features = {"c1", "c1*c2"};
  EXPECT_EQ(read_dataset<double>(train.path(), options).rules().libsvm_features, 4);
}

TEST(Libsvm, RealFiles) {
  BATCHGRAD_NEEDS_SHARED(train, "libsvm/a9a");
  const Table table = read_table(train);
  EXPECT_EQ(table.rows(), 32560);
  ASSERT_EQ(table.libsvm_features(), 122);
  double sum = 0;
  double labels = 0;
  for (index_t row = 0; row < table.rows(); ++row) {
    labels += table(row, 0);
    for (index_t column = 1; column <= 122; ++column) sum += table(row, column);
  }
  EXPECT_EQ(labels, 7841);  // awk '{s += $1} END {print s}'
  EXPECT_EQ(sum, 451578);   // awk '{s += NF - 1}', every value being 1
  BATCHGRAD_NEEDS_SHARED(test, "libsvm/a9a.t");
  EXPECT_EQ(read_table(test).libsvm_features(), 122);
  BATCHGRAD_NEEDS_SHARED(heart, "libsvm/heart_scale");
  const Table scaled = read_table(heart);
  EXPECT_EQ(scaled.rows(), 270);
  EXPECT_EQ(scaled.libsvm_features(), 13);
  EXPECT_EQ(scaled(0, 4), -0.320755);
  EXPECT_EQ(scaled(0, 11), 0);
}

}  // namespace
}  // namespace batchgrad
