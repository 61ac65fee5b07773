#include <batchgrad/dataset.hpp>
#include <batchgrad/table_writer.hpp>

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

template <class T>
Numbers numbers(VectorView<const T> values) {
  return {values.begin(), values.end()};
}

template <class T>
Numbers features_of(const Dataset<T>& data) {
  const auto features = data.features();
  return {features.data(), features.data() + features.rows() * features.columns()};
}

DatasetOptions target(const std::string& name) {
  DatasetOptions options;
  options.target = name;
  return options;
}

std::string error_of(std::string_view text, const DatasetOptions& options) {
  const TemporaryFile file(text);
  return test::error_of(file, [&] { read_dataset<float>(file.path(), options); });
}

const char* const small = "a,w,y,o,b\n1,2,3,4,5\n6,0,8,9,10\n";

TEST(Dataset, GivesColumnsTheirRoles) {
  const TemporaryFile file(small);
  DatasetOptions options = target("y");
  options.weight = "w";
  options.offset = "o";
  const auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(data.feature_names(), (Names{"a", "b"}));
  EXPECT_EQ(features_of(data), (Numbers{1, 5, 6, 10}));
  const Samples<double> samples = data.samples();
  EXPECT_EQ(samples.count(), 2);
  EXPECT_EQ(samples.feature_count(), 2);
  EXPECT_EQ(numbers(samples.target), (Numbers{3, 8}));
  EXPECT_EQ(numbers(samples.weight), (Numbers{2, 0}));
  EXPECT_EQ(numbers(samples.offset), (Numbers{4, 9}));
  EXPECT_TRUE(samples.centre.empty());
}

TEST(Dataset, TakesNamedFeaturesInTheirOrder) {
  const TemporaryFile file(small);
  DatasetOptions options = target("y");
  options.features = {"b", "a"};
  const auto data = read_dataset<float>(file.path(), options);
  EXPECT_EQ(data.feature_names(), (Names{"b", "a"}));
  EXPECT_EQ(features_of(data), (Numbers{5, 1, 10, 6}));
  options.features.clear();
  options.ignore = {"w", "o"};
  EXPECT_EQ(read_dataset<float>(file.path(), options).feature_names(), (Names{"a", "b"}));
}

TEST(Dataset, EncodesLevelsAgainstTheFirst) {
  const TemporaryFile file("t,x,y\nred,1,0\nblue,2,0\ngreen,3,1\nblue,4,1\n");
  DatasetOptions options = target("y");
  options.read.categorical = {"t"};
  const auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(data.feature_names(), (Names{"t=green", "t=red", "x"}));
  EXPECT_EQ(features_of(data), (Numbers{0, 1, 1, 0, 0, 2, 1, 0, 3, 0, 0, 4}));
  EXPECT_EQ(data.rules().inputs[0].levels, (Names{"blue", "green", "red"}));
}

TEST(Dataset, ReadsByTheRulesOfAModel) {
  const TemporaryFile train("t,x,y,o\nred,1,0,1\nblue,2,0,1\ngreen,3,1,1\n");
  DatasetOptions options = target("y");
  options.read.categorical = {"t"};
  options.offset = "o";
  const ColumnRules rules = read_dataset<double>(train.path(), options).rules();
  const TemporaryFile fresh("o,id,x,t\n5,first,7,green\n6,second,8,blue\n");
  const auto data = read_dataset<double>(fresh.path(), rules);
  EXPECT_EQ(data.feature_names(), (Names{"t=green", "t=red", "x"}));
  EXPECT_EQ(features_of(data), (Numbers{1, 0, 7, 0, 0, 8}));
  EXPECT_EQ(numbers(data.offset()), (Numbers{5, 6}));
  EXPECT_TRUE(data.target().empty());
  const TemporaryFile unseen("o,x,t\n5,7,green\n6,8,\"pink\"\n");
  EXPECT_EQ(test::error_of(unseen, [&] { read_dataset<double>(unseen.path(), rules); }),
            "FILE:3:5: 'pink' in column 't' is a level the model does not know (it was fitted on "
            "blue, green, red) correct the cell, or fit again with data that have this level");
  const TemporaryFile lacking("o,t\n5,green\n");
  EXPECT_EQ(test::error_of(lacking, [&] { read_dataset<double>(lacking.path(), rules); }),
            "FILE: no column 'x' (the data have 2 columns) they are o, t");
}

TEST(Dataset, RefusesTwoRoles) {
  DatasetOptions options = target("y");
  options.weight = "y";
  EXPECT_EQ(error_of(small, options),
            "FILE: column 'y' has two roles, --target and --weight (a column has one) decide on "
            "one");
  options = target("y");
  options.ignore = {"y"};
  EXPECT_EQ(error_of(small, options),
            "FILE: column 'y' has two roles, --target and --ignore (a column has one) decide on "
            "one");
  options = target("y");
  options.features = {"a", "a"};
  EXPECT_EQ(error_of(small, options),
            "FILE: column 'a' is named twice in --features (a column has one role) name it once");
  options = target("y");
  options.weight = "w";
  options.read.categorical = {"w"};
  EXPECT_EQ(error_of(small, options),
            "FILE: column 'w' has two roles, --weight and --categorical (a column has one) decide "
            "on one");
}

TEST(Dataset, RefusesUnknownRoles) {
  EXPECT_EQ(error_of("height,weight\n1,2\n", target("hieght")),
            "FILE: no column 'hieght' (the data have 2 columns) did you mean 'height'?");
  EXPECT_EQ(error_of("t,y\ntext,2\n", target("z")),
            "FILE: no column 'z' (the data have 2 columns) they are t, y");
  DatasetOptions options = target("y");
  options.features = {"a"};
  options.weight = "v";
  EXPECT_EQ(error_of(small, options),
            "FILE: no column 'v' (the data have 5 columns) they are a, w, y, o, b");
  EXPECT_EQ(error_of(small, target("")),
            "FILE: no target (fitting needs the column that is to be predicted) name it with "
            "--target");
  EXPECT_EQ(error_of("y\n1\n", target("y")),
            "FILE: no feature is left (every column has another role or a single level) name some "
            "with --features");
}

TEST(Dataset, RefusesWeightsThatCannotBe) {
  DatasetOptions options = target("y");
  options.weight = "w";
  EXPECT_EQ(
      error_of("x,y,w\n1,2,0\n3,4,-1\n5,6,-2\n", options),
      "FILE:3: the weight -1 in column 'w' is negative (a weight says how often a row counts) "
      "correct it, or name another column with --weight");
  EXPECT_EQ(error_of("x,y,w\n1,2,0\n3,4,0\n", options),
            "FILE:2: the weights in column 'w' are all 0, from this row on (no row would count) "
            "name another column with --weight");
}

TEST(Dataset, RefusesWhatFloatsCannotHold) {
  EXPECT_EQ(error_of("x,y\n1,2\n1e39,4\n", target("y")),
            "FILE:3: 1e+39 in column 'x' is out of range (the largest float32 is about 3.4e38) "
            "rescale it, or store the data in a type of a wider range");
}

TEST(Dataset, ComesFromMemoryToo) {
  const Dataset<double> data({"a", "b"}, {1, 2, 3, 4}, {5, 6}, {1, 0});
  EXPECT_EQ(data.count(), 2);
  EXPECT_EQ(features_of(data), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(data.rules().feature_names(), (Names{"a", "b"}));
  EXPECT_THROW(Dataset<double>({"a", "b"}, {1, 2, 3}, {5}), InvalidArgument);
  EXPECT_THROW(Dataset<double>({"a"}, {1, 2, 3}, {5}), InvalidArgument);
  EXPECT_THROW(Dataset<double>({"a"}, {1, 2}, {5, 6}, {0, 0}), InvalidArgument);
  const Table table({{"a", {}}, {"y", {}}, {"w", {}}}, {1, 2, 1, 3, 4, -1});
  DatasetOptions options = target("y");
  options.weight = "w";
  const TemporaryFile none("");
  EXPECT_EQ(test::error_of(none, [&] { make_dataset<double>(table, options); }).substr(0, 41),
            "table row 2: the weight -1 in column 'w' ");
}

TEST(Dataset, NamesRowsOfArrays) {
  const TemporaryFile file("", ".npy");
  const Numbers values = {1, 2, 1, 3, 4, -1};
  write_npy(file.path(), MatrixView<const double>(values.data(), 2, 3));
  DatasetOptions options = target("c2");
  EXPECT_EQ(read_dataset<float>(file.path(), options).feature_names(), (Names{"c1", "c3"}));
  options.weight = "c3";
  EXPECT_EQ(test::error_of(file, [&] { read_dataset<float>(file.path(), options); }).substr(0, 27),
            "FILE row 2: the weight -1 i");
}

Dataset<double> with_target(const Numbers& values) {
  return {{"x"}, Numbers(values.size(), 1.0), values};
}

TEST(BinaryTarget, BecomesZeroAndOne) {
  auto data = with_target({2, 1, 1, 2});
  const BinaryLabels labels = encode_binary_target(data);
  EXPECT_EQ(numbers(data.target()), (Numbers{1, 0, 0, 1}));
  EXPECT_EQ(labels.negative, "1");
  EXPECT_EQ(labels.positive, "2");
  data = with_target({-1, 1, 1});
  EXPECT_EQ(encode_binary_target(data, "-1").positive, "-1");
  EXPECT_EQ(numbers(data.target()), (Numbers{1, 0, 0}));
}

TEST(BinaryTarget, MayBeText) {
  const TemporaryFile file("x,y\n1,yes\n2,no\n3,yes\n");
  DatasetOptions options = target("y");
  options.read.categorical = {"y"};
  auto data = read_dataset<float>(file.path(), options);
  EXPECT_EQ(encode_binary_target(data).positive, "yes");
  EXPECT_EQ(numbers(data.target()), (Numbers{1, 0, 1}));
  data = read_dataset<float>(file.path(), options);
  EXPECT_EQ(encode_binary_target(data, "no").negative, "yes");
  EXPECT_EQ(numbers(data.target()), (Numbers{0, 1, 0}));
}

TEST(BinaryTarget, HasTwoValues) {
  const TemporaryFile file("x,y\n1,0\n2,1\n3,1\n4,7\n5,9\n");
  auto data = read_dataset<double>(file.path(), target("y"));
  EXPECT_EQ(test::error_of(file, [&] { encode_binary_target(data); }),
            "FILE:5: the target has 4 distinct values, '7' here is the third (a binary target has "
            "two) choose another --target or --loss");
  EXPECT_EQ(numbers(data.target()), (Numbers{0, 1, 1, 7, 9})) << "unchanged";
  auto constant = with_target({3, 3});
  EXPECT_EQ(test::error_of(file, [&] { encode_binary_target(constant); }),
            "data set row 1: the target has 1 distinct value, '3' in all rows from here on (a "
            "binary target has two) choose another --target or --loss");
  auto two = with_target({3, 4});
  EXPECT_EQ(test::error_of(file, [&] { encode_binary_target(two, "5"); }),
            "data set: --positive 5 is no value of the target (it has '3' and '4') name one of "
            "them");
}

}  // namespace
}  // namespace batchgrad
