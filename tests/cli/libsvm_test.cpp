#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

/// y = 1 + 2 c1 - c3, exactly; c2 is never written.
constexpr const char* exact_svm =
    "1 # nothing but a label\n3 1:1\n0 3:1\n2 1:1 3:1\n4 1:2 3:1\n2 1:3 3:5\n-5 1:-1 3:4\n";

class CliLibsvm : public Cli {
 protected:
  std::string data_ = directory_.write("data.svm", exact_svm);
  std::string model_ = directory_ / "model.json";
};

TEST_F(CliLibsvm, FitsTheColumnsOfItsIndices) {
  const ProcessResult result =
      batchgrad({"fit", data_, "--target", "label", "--format", "json", "-o", model_});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json w = json_of(result)["coefficients"];
  ASSERT_EQ(w.size(), 4U);
  EXPECT_NEAR(w["(intercept)"].get<double>(), 1, 1e-6);
  EXPECT_NEAR(w["c1"].get<double>(), 2, 1e-6);
  EXPECT_EQ(w["c2"].get<double>(), 0);
  EXPECT_NEAR(w["c3"].get<double>(), -1, 1e-6);
  const ProcessResult piped =
      batchgrad({"fit", "-", "--target", "label", "--format", "json"}, {.input = data_});
  EXPECT_EQ(json_of(piped)["coefficients"], w);
}

TEST_F(CliLibsvm, PredictsWithFewerFeaturesAndNoMore) {
  ASSERT_EQ(batchgrad({"fit", data_, "--target", "label", "-o", model_}).exit_code, 0);
  const std::string fewer = directory_.write("fewer.svm", "0 1:5\n0\n");
  const ProcessResult result = batchgrad({"predict", model_, fewer});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  ASSERT_EQ(first_numbers(result.output).size(), 2U);
  EXPECT_NEAR(first_numbers(result.output)[0], 11, 1e-6);
  EXPECT_NEAR(first_numbers(result.output)[1], 1, 1e-6);
  const std::string more = directory_.write("more.svm", "0 1:5\n0 2:1 4:1\n");
  expect_failure(batchgrad({"predict", model_, more}), 1,
                 "more.svm:2:7: index 4 is beyond the 3 features");
  const std::string table = directory_.write("table.csv", "c3,c1,c2\n1,2,9\n");
  EXPECT_NEAR(first_numbers(batchgrad({"predict", model_, table}).output).at(0), 4, 1e-6);
}

TEST_F(CliLibsvm, MayBeNamed) {
  const std::string labels = directory_.write("labels.svm", "1\n2\n");
  expect_failure(batchgrad({"fit", labels, "--target", "label"}), 1, "--header no");
  expect_failure(batchgrad({"fit", labels, "--target", "label", "--format-in", "libsvm"}), 1,
                 "no line has a pair");
  expect_failure(batchgrad({"fit", data_, "--target", "label", "--format-in", "npy"}), 1,
                 "no .npy array");
  expect_failure(batchgrad({"fit", data_, "--target", "label", "--format-in", "arff"}), 2,
                 "--format-in: 'arff' is none of auto, csv, npy, libsvm");
  for (const std::vector<std::string>& option : std::vector<std::vector<std::string>>{
           {"--delimiter", "tab"}, {"--header", "no"}, {"--categorical", "c1"}}) {
    std::vector<std::string> arguments = {"fit",   data_,         "--target",
                                          "label", "--format-in", "libsvm"};
    arguments.insert(arguments.end(), option.begin(), option.end());
    expect_failure(batchgrad(arguments), 2, option[0] + " does not go with --format-in libsvm");
  }
}

TEST_F(CliLibsvm, GivesPointsByName) {
  const ProcessResult result =
      batchgrad({"gradient", "c1*c3", "--points", data_, "--results-only", "--format", "text"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "0 0 0\n0 0 1\n0 1 0\n1 1 1\n2 1 2\n15 5 3\n-4 4 -1\n");
}

TEST_F(CliLibsvm, RealFilesFitAndPredict) {
  const std::string folder = std::string(BATCHGRAD_SHARED_DATA) + "/libsvm/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const ProcessResult result =
      batchgrad({"fit", folder + "a9a", "--target", "label", "--loss", "logistic", "--l2", "1e-3",
                 "--format", "json", "-o", model_});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(json_of(result)["samples"], 32560);
  EXPECT_EQ(json_of(result)["features"], 122);
  const ProcessResult predicted = batchgrad({"predict", model_, folder + "a9a.t"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.errors;
  const std::vector<double> predictions = first_numbers(predicted.output);
  std::ifstream labels(folder + "a9a.t");
  int right = 0;
  std::size_t row = 0;
  for (std::string line; std::getline(labels, line); ++row)
    right += (predictions.at(row) > 0) == (line.front() == '1') ? 1 : 0;
  ASSERT_EQ(row, 16281U);
  // Linear models are published to be right on about 85 % of this file; guessing is on 76 %.
  EXPECT_GT(right, 0.845 * 16281);
}

}  // namespace
}  // namespace batchgrad::test
