#include <batchgrad/dataset.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Numbers numbers(VectorView<const double> values) { return {values.begin(), values.end()}; }

Numbers features_of(const Dataset<double>& data) {
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
  return test::error_of(file, [&] { read_dataset<double>(file.path(), options); });
}

const char* const claims =
    "id,expo,nclaims,amount,age\n1,0.5,2,300,20\n2,1,1,80,40\n3,0.25,0,0,60\n";

TEST(ColumnExpression, GivesTargetWeightAndOffset) {
  const TemporaryFile file(claims);
  DatasetOptions options = target("nclaims / expo");
  options.weight = "2*expo";
  options.offset = " log(expo) ";
  options.ignore = {"id"};
  const auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(numbers(data.target()), (Numbers{4, 1, 0}));
  EXPECT_EQ(numbers(data.weight()), (Numbers{1, 2, 0.5}));
  EXPECT_EQ(numbers(data.offset()), (Numbers{std::log(0.5), 0, std::log(0.25)}));
  EXPECT_EQ(data.feature_names(), (Names{"amount", "age"})) << "what they use is no feature";
  EXPECT_EQ(data.rules().target, "nclaims / expo");
  EXPECT_EQ(data.rules().target_arguments, (Names{"expo", "nclaims"}));
  EXPECT_EQ(data.rules().weight_arguments, (Names{"expo"}));
  EXPECT_EQ(data.rules().offset, "log(expo)");
  EXPECT_EQ(data.rules().offset_arguments, (Names{"expo"}));
}

TEST(ColumnExpression, MakesFeaturesOfItsText) {
  const TemporaryFile file(claims);
  DatasetOptions options = target("amount");
  options.features = {"age", "age^2", "expo", "expo*age"};
  options.offset = "log(expo)";
  const auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(data.feature_names(), (Names{"age", "age^2", "expo", "expo*age"}));
  EXPECT_EQ(features_of(data), (Numbers{20, 400, .5, 10, 40, 1600, 1, 40, 60, 3600, .25, 15}));
  EXPECT_EQ(data.rules().inputs[3].arguments, (Names{"age", "expo"}));
}

TEST(ColumnExpression, IsEvaluatedAgainByTheRules) {
  const TemporaryFile train(claims);
  DatasetOptions options = target("nclaims/expo");
  options.features = {"age^2"};
  options.weight = "expo";
  options.offset = "log(expo)";
  const ColumnRules rules = read_dataset<double>(train.path(), options).rules();
  const TemporaryFile fresh("age,name,expo\n3,a,1\n4,b,0.5\n");
  const auto data = read_dataset<double>(fresh.path(), rules);
  EXPECT_EQ(features_of(data), (Numbers{9, 16}));
  EXPECT_EQ(numbers(data.offset()), (Numbers{0, std::log(0.5)}));
  EXPECT_TRUE(data.target().empty());
  const TemporaryFile lacking("age,exposure\n3,1\n");
  EXPECT_EQ(test::error_of(lacking, [&] { read_dataset<double>(lacking.path(), rules); }),
            "FILE: no column 'expo' (the data have 2 columns) they are age, exposure");
}

TEST(ColumnExpression, ANameOfAColumnIsThatColumn) {
  const TemporaryFile file("a*b,a,b,e,y\n7,2,3,4,1\n");
  DatasetOptions options = target("y");
  options.features = {"a*b", "b*a", "e*2"};
  const auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(features_of(data), (Numbers{7, 6, 8})) << "e is the column, not the constant";
  // Where the file has no such column, e is what it is in any expression.
  const TemporaryFile other("a,y\n2,1\n");
  options.features = {"a*e"};
  EXPECT_EQ(features_of(read_dataset<double>(other.path(), options)),
            (Numbers{2 * 2.718281828459045}));
}

TEST(ColumnExpression, KeepsItsMeaningWhereAnotherFileHasTheConstantsName) {
  const TemporaryFile train("a,y\n2,1\n");
  DatasetOptions options = target("y");
  options.features = {"a*e"};
  const ColumnRules rules = read_dataset<double>(train.path(), options).rules();
  const TemporaryFile fresh("a,e\n2,100\n");
  EXPECT_EQ(features_of(read_dataset<double>(fresh.path(), rules)),
            (Numbers{2 * 2.718281828459045}));
}

TEST(ColumnExpression, FiltersRowsBeforeTheOthersAreComputed) {
  const TemporaryFile file("n,amount,x\n1,5,1\n0,0,2\n2,8,3\n0,0,4\n4,4,5\n");
  DatasetOptions options = target("amount / n");
  options.filter = "n > 0";
  options.weight = "n";
  auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(numbers(data.target()), (Numbers{5, 4, 1}));
  EXPECT_EQ(numbers(data.weight()), (Numbers{1, 2, 4}));
  EXPECT_EQ(features_of(data), (Numbers{1, 3, 5}));
  EXPECT_EQ(data.filtered_rows(), 2);
  EXPECT_EQ(data.position(1).line, 4);
  EXPECT_EQ(data.position(2).line, 6);
  options = target("amount");
  options.filter = "n";
  EXPECT_EQ(read_dataset<double>(file.path(), options).feature_names(), (Names{"n", "x"}))
      << "a filter is no role";
  options.ignore = {"n"};
  data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(data.feature_names(), (Names{"x"}));
  EXPECT_EQ(data.count(), 3);
  options.features = {"x"};
  options.ignore.clear();
  EXPECT_EQ(features_of(read_dataset<double>(file.path(), options)), (Numbers{1, 3, 5}));
}

TEST(ColumnExpression, FilterThatKeepsNothingOrEverything) {
  DatasetOptions options = target("nclaims");
  options.filter = "expo > 0";
  const TemporaryFile file(claims);
  EXPECT_EQ(read_dataset<double>(file.path(), options).filtered_rows(), 0);
  options.filter = "expo > 5";
  EXPECT_EQ(error_of(claims, options),
            "FILE: --filter 'expo > 5' keeps no row (it is 0 in all 3) correct it");
}

TEST(ColumnExpression, NamesTheRowWhoseResultIsNotFinite) {
  DatasetOptions options = target("nclaims");
  options.offset = "log(amount/age)";
  EXPECT_EQ(error_of(claims, options),
            "FILE:4: 'log(amount/age)' is -inf where amount = 0, age = 60 (only finite "
            "numbers are of use) correct the row, or leave it out, in a fit with --filter");
  options.filter = "nclaims != 1";
  EXPECT_EQ(error_of(claims, options).substr(0, 8), "FILE:4: ") << "the line of the file";
  options = target("nclaims");
  options.filter = "0/amount";
  EXPECT_NE(error_of(claims, options).find(" is nan where amount = 0 "), std::string::npos);
}

TEST(ColumnExpression, RefusesUnknownNames) {
  EXPECT_EQ(error_of(claims, target("nclaim")),
            "FILE: no column 'nclaim' (the data have 5 columns) did you mean 'nclaims'?");
  DatasetOptions options = target("nclaims");
  options.offset = "log(exp0)";
  EXPECT_EQ(error_of(claims, options),
            "FILE: 'log(exp0)' is no column, and no expression of columns: unknown name 'exp0' (it "
            "is neither a variable nor defined) did you mean 'expo'?\n  log(exp0)\n      ^");
  options.offset = "log(expo";
  EXPECT_EQ(error_of(claims, options).substr(0, 71),
            "FILE: 'log(expo' is no column, and no expression of columns: ')' is mis");
  options.offset = "[expo, age]";
  EXPECT_EQ(error_of(claims, options),
            "FILE: '[expo, age]' has 2 results (a column is one number a row) give one");
  options.offset = "log(2)";
  EXPECT_EQ(
      error_of(claims, options),
      "FILE: 'log(2)' depends on no column (it is the same number in every row) name a column "
      "in it");
}

TEST(ColumnExpression, RefusesNamesThatAreNoIdentifiers) {
  const char* const text = "house value,y\n1,2\n";
  DatasetOptions options = target("y");
  options.features = {"log(house value)"};
  EXPECT_EQ(
      error_of(text, options),
      "FILE: column 'house value' cannot be named in the expression 'log(house value)' (names "
      "in it are letters, digits and _) rename the column");
  options.features = {"house valeu"};
  EXPECT_EQ(error_of(text, options),
            "FILE: no column 'house valeu' (the data have 2 columns) did you mean 'house value'?");
  options = target("2*z");
  EXPECT_EQ(
      error_of("a b,c d\n1,2\n", options),
      "FILE: '2*z' is no column, and no expression of columns: unknown name 'z' (no column can "
      "be named in an expression) rename columns to letters, digits and _\n  2*z\n    ^");
}

TEST(ColumnExpression, RefusesText) {
  const char* const text = "t,x,y\nred,1,2\nblue,3,4\n";
  DatasetOptions options = target("y");
  options.features = {"t*x"};
  EXPECT_EQ(error_of(text, options),
            "FILE:2:1: 'red' in column 't' is not a finite number (an expression computes with it) "
            "correct it, or leave the column out of the expression");
  EXPECT_EQ(
      error_of("t,x,y\n,1,2\n", options),
      "FILE:2:1: no value in column 't' (the cell is empty) leave such rows out with --na drop, "
      "or the column out of the expression");
  options.features = {"t", "t*x"};
  options.read.categorical = {"t"};
  EXPECT_EQ(error_of(text, options),
            "FILE: column 't' holds text (expressions compute with numbers) name another column");
  options.features = {"x"};
  options.filter = "t";
  EXPECT_EQ(error_of(text, options),
            "FILE: column 't' holds text (a filter keeps the rows where a number is not 0) name "
            "another column");
}

TEST(ColumnExpression, WorksOnTablesInMemory) {
  const Table table({{"a", {}}, {"y", {}}}, {1, 2, 3, 4, 5, 6});
  DatasetOptions options = target("y - a");
  options.features = {"a^3"};
  options.filter = "a != 3";
  const auto data = make_dataset<double>(table, options);
  EXPECT_EQ(features_of(data), (Numbers{1, 125}));
  EXPECT_EQ(numbers(data.target()), (Numbers{1, 1}));
  EXPECT_EQ(data.position(1).text(), "table row 3");
}

TEST(ColumnExpression, HasTheSameBitsForAnyThreads) {
  std::string text = "x,z,y\n";
  for (int i = 1; i <= 20011; ++i) {
    text += std::to_string(i * 0.37) + "," + std::to_string(1.0 / i) + ",1\n";
  }
  const TemporaryFile file(text);
  DatasetOptions options = target("y");
  const std::string expression = "exp(-x/1000)*sin(z) + x^2.5/(1 + z)";
  options.features = {expression};
  options.read.threads = 1;
  const auto one = read_dataset<double>(file.path(), options);
  for (const index_t threads : {2, 3, 8}) {
    options.read.threads = threads;
    EXPECT_EQ(features_of(read_dataset<double>(file.path(), options)), features_of(one));
  }
  // Against the expression as it stands, at the first row, one in the middle and the last.
  const Table table = read_table(file.path());
  for (const index_t row : {index_t{0}, index_t{4096}, index_t{20010}}) {
    const double x = table(row, 0);
    const double z = table(row, 1);
    const double truth = std::exp(-x / 1000) * std::sin(z) + std::pow(x, 2.5) / (1 + z);
    EXPECT_NEAR(one.features()(row, 0), truth, 8e-16 * std::fabs(truth) + 1e-16);
  }
}

}  // namespace
}  // namespace batchgrad
