#include <batchgrad/dataset.hpp>
#include <batchgrad/table_writer.hpp>

#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;
using Numbers = std::vector<double>;

DatasetOptions options_with(const TemporaryFile& weights) {
  DatasetOptions options;
  options.target = "y";
  options.weight_file = weights.path();
  return options;
}

Numbers weights_of(const TemporaryFile& data, const DatasetOptions& options) {
  const auto dataset = read_dataset<double>(data.path(), options);
  return {dataset.weight().begin(), dataset.weight().end()};
}

/// The error of reading `data` with weights of this text; the weights' path in it is FILE.
std::string error_of(const std::string& data, const std::string& weights) {
  const TemporaryFile file(weights, ".weight");
  const TemporaryFile rows(data);
  std::string error =
      test::error_of(file, [&] { read_dataset<double>(rows.path(), options_with(file)); });
  const auto at = error.find(rows.path());
  return at == std::string::npos ? error : error.replace(at, rows.path().size(), "DATA");
}

TEST(WeightFile, HasOneNumberForEachRow) {
  const TemporaryFile data("x,y\n1,2\n3,4\n5,6\n");
  const TemporaryFile weights("1.5\n 0\r\n+2e-1\n\n");
  EXPECT_EQ(weights_of(data, options_with(weights)), (Numbers{1.5, 0, 0.2}));
  const TemporaryFile packed(test::gzip("1\n2\n3"));
  EXPECT_EQ(weights_of(data, options_with(packed)), (Numbers{1, 2, 3}));
}

TEST(WeightFile, KeepsToItsRowsWhereOthersAreLeftOut) {
  const TemporaryFile data("x,y\nNA,1\n1,2\n,3\nNA,4\n3,5\n5,6\n7,NA\n");
  const TemporaryFile weights("10\n20\n30\n40\n50\n60\n70\n");
  DatasetOptions options = options_with(weights);
  options.read.missing = Missing::drop;
  EXPECT_EQ(weights_of(data, options), (Numbers{20, 50, 60}));
  options.filter = "x != 3";
  EXPECT_EQ(weights_of(data, options), (Numbers{20, 60}));
}

TEST(WeightFile, KeepsToItsRowsWhateverTheChunks) {
  std::string data = "x,y\n";
  std::string weights;
  Numbers expected;
  for (int i = 0; i < 400000; ++i) {
    const bool drops = i % 7 == 3 || (i > 50000 && i < 350000);
    data += drops ? "NA,1\n" : "1,2\n";
    weights += std::to_string(i) + "\n";
    if (!drops) expected.push_back(i);
  }
  const TemporaryFile rows(data);
  const TemporaryFile file(weights);
  DatasetOptions options = options_with(file);
  options.read.missing = Missing::drop;
  options.read.threads = 4;
  EXPECT_EQ(weights_of(rows, options), expected);
}

TEST(WeightFile, GoesWithArrays) {
  const TemporaryFile data("", ".npy");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Numbers values = {1, nan, 2, 3, nan, 4, 5, 6};
  write_npy(data.path(), MatrixView<const double>(values.data(), 4, 2));
  const TemporaryFile weights("1\n2\n3\n4\n");
  DatasetOptions options = options_with(weights);
  options.target = "c2";
  options.read.missing = Missing::drop;
  const auto dataset = read_dataset<double>(data.path(), options);
  EXPECT_EQ(Numbers(dataset.weight().begin(), dataset.weight().end()), (Numbers{2, 4}));
  EXPECT_EQ(dataset.position(1).text(), data.path() + " row 4");
}

TEST(WeightFile, NamesBothCounts) {
  EXPECT_EQ(error_of("x,y\n1,2\n3,4\n", "1\n2\n3\n"),
            "FILE: there are 3 weights, but DATA has 2 rows (each has one) give the file that "
            "belongs to it");
  EXPECT_EQ(error_of("x,y\n1,2\n3,4\n", ""),
            "FILE: there are 0 weights, but DATA has 2 rows (each has one) give the file that "
            "belongs to it");
}

TEST(WeightFile, RefusesWhatIsNoWeight) {
  const char* const data = "x,y\n1,2\n3,4\n";
  const std::string reason =
      " is no weight (a weight file has one finite number, 0 or more, on each line and no header) "
      "correct it";
  EXPECT_EQ(error_of(data, "1\n-2\n"), "FILE:2: '-2'" + reason);
  EXPECT_EQ(error_of(data, "weight\n1\n2\n"), "FILE:1: 'weight'" + reason);
  EXPECT_EQ(error_of(data, "1\nnan\n"), "FILE:2: 'nan'" + reason);
  EXPECT_EQ(error_of(data, "1,2\n"), "FILE:1: '1,2'" + reason);
  EXPECT_EQ(error_of(data, "1e400\n2\n"), "FILE:1: '1e400'" + reason);
  EXPECT_EQ(error_of(data, "1\n\n2\n"),
            "FILE:2: a blank line between weights (each row of the data has one) write it");
  EXPECT_EQ(
      error_of(data, "0\n0\n"),
      "DATA:2: the weights in file FILE are all 0, from this row on (no row would count) name "
      "another column with --weight");
}

TEST(WeightFile, IsTheOnlySourceOfWeights) {
  const TemporaryFile data("x,y,w\n1,2,1\n");
  const TemporaryFile weights("1\n");
  DatasetOptions options = options_with(weights);
  options.weight = "w";
  EXPECT_EQ(test::error_of(data, [&] { read_dataset<double>(data.path(), options); }),
            "FILE: --weight and --weight-file are both given (a sample has one weight) decide on "
            "one");
  options.weight.clear();
  options.weight_file = "-";
  EXPECT_EQ(test::error_of(data, [&] { read_dataset<double>("-", options); }),
            "stdin: the data and their weights both come from standard input (it can be read once) "
            "give one of them as a file");
}

TEST(WeightFile, OfTheExample) {
  BATCHGRAD_NEEDS_SHARED(data, "classification/lgb_binary.train.tsv");
  BATCHGRAD_NEEDS_SHARED(weights, "classification/lgb_binary.train.weight.tsv");
  DatasetOptions options;
  options.target = "c1";
  options.weight_file = weights;
  options.read.header = Header::absent;
  const auto dataset = read_dataset<double>(data, options);
  ASSERT_EQ(dataset.weight().size(), 7000);
  EXPECT_EQ(dataset.weight()[0], 1.2);
  EXPECT_EQ(dataset.feature_count(), 28);
}

}  // namespace
}  // namespace batchgrad
