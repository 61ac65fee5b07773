#include <algorithm>
#include <cmath>
#include <string>
#include <vector>
#include <zlib.h>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliFit : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", exact_csv);

  ProcessResult fit(std::vector<std::string> options, const ProcessStreams& streams = {}) {
    options.insert(options.begin(), {"fit", data_, "--target", "y"});
    return batchgrad(options, streams);
  }
};

void expect_exact_coefficients(const Json& document) {
  const std::vector<std::pair<std::string, double>> expected = {
      {"(intercept)", 1}, {"a", 2}, {"b", -1}};
  ASSERT_EQ(document["coefficients"].size(), expected.size());
  std::size_t place = 0;
  for (const auto& [name, value] : document["coefficients"].items()) {
    EXPECT_EQ(name, expected[place].first);
    EXPECT_NEAR(value.get<double>(), expected[place].second, 1e-6);
    ++place;
  }
}

TEST_F(CliFit, JsonHoldsTheWholeResult) {
  const ProcessResult result = fit({"--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.errors, "solver gram, by auto: least squares")) << result.errors;
  const Json document = json_of(result);
  EXPECT_EQ(document["converged"], true);
  EXPECT_TRUE(document["stop"].is_string());
  EXPECT_GT(document["iterations"], 0);
  EXPECT_GE(document["evaluations"], document["iterations"]);
  EXPECT_LT(document["loss"], 1e-10);
  EXPECT_TRUE(document["gradient_norm"].is_number());
  EXPECT_EQ(document["samples"], 7);
  EXPECT_EQ(document["features"], 2);
  EXPECT_EQ(document["dropped_rows"], 0);
  EXPECT_EQ(document["solver"]["name"], "gram");
  EXPECT_TRUE(contains(document["solver"]["chosen"], "auto"));
  EXPECT_EQ(document["loss_function"], "squared");
  expect_exact_coefficients(document);
}

TEST_F(CliFit, NumbersInJsonHaveSeventeenDigits) {
  const ProcessResult result = fit({"--format", "json", "--l2", "0.1"});
  EXPECT_TRUE(contains(result.output, "\"l2\": 0.10000000000000001")) << result.output;
}

TEST_F(CliFit, TextIsATableAndCsvHasTerms) {
  const ProcessResult text = fit({});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_TRUE(contains(text.output, "converged")) << text.output;
  EXPECT_TRUE(contains(text.output, "\nterm                 estimate\n(intercept)  "))
      << text.output;
  const ProcessResult csv = fit({"--format", "csv"});
  EXPECT_EQ(csv.exit_code, 0);
  EXPECT_EQ(csv.output.rfind("term,estimate\n(intercept),", 0), 0U) << csv.output;
}

TEST_F(CliFit, CommonOptionsMayStandInFrontOfTheCommand) {
  const ProcessResult result =
      batchgrad({"--format", "json", "--quiet", "fit", data_, "--target", "y"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  expect_exact_coefficients(json_of(result));
}

TEST_F(CliFit, EveryDeviceAndSolverFindsTheCoefficients) {
  for (const char* device : {"auto", "cpu", "reference"})
    for (const char* solver :
         {"lbfgs", "gradient-descent", "gradient_descent", "newton", "gram", "auto"}) {
      SCOPED_TRACE(std::string(device) + " " + solver);
      const ProcessResult result =
          fit({"--format", "json", "--device", device, "--solver", solver});
      EXPECT_EQ(result.exit_code, 0) << result.errors;
      const Json document = json_of(result);
      expect_exact_coefficients(document);
      if (std::string(device) != "auto") {
        EXPECT_EQ(document["device"], device);
      }
    }
}

TEST_F(CliFit, SolverOptionsReachTheSolver) {
  const Json slow = json_of(fit({"--format", "json", "--solver", "gradient-descent",
                                 "--learning-rate", "1e-3", "--max-iterations", "5"}));
  EXPECT_EQ(slow["iterations"], 5);
  const Json quick = json_of(fit({"--format", "json", "--solver", "gradient-descent",
                                  "--learning-rate", "0.5", "--max-iterations", "5"}));
  EXPECT_LT(quick["loss"], slow["loss"]);
  const Json with_momentum =
      json_of(fit({"--format", "json", "--solver", "gradient-descent", "--learning-rate", "1e-3",
                   "--momentum", "0.9", "--max-iterations", "5"}));
  EXPECT_LT(with_momentum["loss"], slow["loss"]);
  const Json ahead =
      json_of(fit({"--format", "json", "--solver", "gradient-descent", "--learning-rate", "1e-3",
                   "--momentum", "0.9", "--nesterov", "--max-iterations", "5"}));
  EXPECT_LT(ahead["loss"], with_momentum["loss"]);
  const Json adam =
      json_of(fit({"--format", "json", "--solver", "adam", "--learning-rate", "0.1", "--beta1",
                   "0.8", "--beta2", "0.99", "--epsilon", "1e-9", "--max-iterations", "5000"}));
  EXPECT_EQ(adam["solver"]["name"], "adam");
  expect_exact_coefficients(adam);
  EXPECT_EQ(fit({"--solver", "lbfgs", "--memory", "1"}).exit_code, 0);
}

TEST_F(CliFit, ModelOptionsReachTheModel) {
  const Json no_intercept = json_of(fit({"--format", "json", "--no-intercept"}));
  EXPECT_FALSE(no_intercept["coefficients"].contains("(intercept)"));
  const Json shrunk = json_of(fit({"--format", "json", "--l2", "1000"}));
  EXPECT_LT(std::abs(shrunk["coefficients"]["a"].get<double>()), 0.1);
  const Json one = json_of(fit({"--format", "json", "--features", "b"}));
  EXPECT_EQ(one["coefficients"].size(), 2U);
  const Json other = json_of(fit({"--format", "json", "--ignore", "a"}));
  EXPECT_EQ(one["coefficients"], other["coefficients"]);
  const Json raw = json_of(fit({"--format", "json", "--no-standardise"}));
  EXPECT_EQ(raw["standardised"], false);
  expect_exact_coefficients(raw);
  const Json huber = json_of(fit({"--format", "json", "--loss", "huber:delta=1.5"}));
  EXPECT_EQ(huber["loss_function"], "huber:delta=1.5");
  expect_exact_coefficients(huber);
}

TEST_F(CliFit, SinglePrecisionStorageIsAsGoodAsItCanBe) {
  const ProcessResult result = fit({"--format", "json", "--storage", "f32", "--tolerance", "1e-6"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const Json document = json_of(result);
  EXPECT_EQ(document["storage"], "f32");
  EXPECT_NEAR(document["coefficients"]["a"].get<double>(), 2, 1e-3);
}

TEST_F(CliFit, StartsWhereItIsTold) {
  const Json document = json_of(
      fit({"--format", "json", "--max-iterations", "0", "--start", "b=-1,(intercept)=1,a=2"}));
  expect_exact_coefficients(document);
  EXPECT_LT(document["loss"], 1e-20);
}

TEST_F(CliFit, NamesWithCommasAndEqualsSignsAreQuoted) {
  const std::string data =
      directory_.write("odd.csv", "\"a,b\",c=d,y\n0,0,1\n1,0,3\n0,1,0\n1,1,2\n");
  const Json document = json_of(
      batchgrad({"fit", data, "--target", "y", "--features", "\"a,b\",c=d", "--start",
                 "\"a,b\"=2,c=d=-1,(intercept)=1", "--max-iterations", "0", "--format", "json"}));
  EXPECT_LT(document["loss"], 1e-20);
  EXPECT_NEAR(document["coefficients"]["a,b"].get<double>(), 2, 1e-12);
  EXPECT_NEAR(document["coefficients"]["c=d"].get<double>(), -1, 1e-12);
}

TEST_F(CliFit, WeightsAndOffsetsAreColumns) {
  const std::string data =
      directory_.write("wo.csv", "a,w,o,y\n0,1,10,11\n1,1,20,23\n2,1,30,35\n3,0,0,1000\n");
  const Json document = json_of(batchgrad(
      {"fit", data, "--target", "y", "--weight", "w", "--offset", "o", "--format", "json"}));
  EXPECT_NEAR(document["coefficients"]["a"].get<double>(), 2, 1e-6);
  EXPECT_NEAR(document["coefficients"]["(intercept)"].get<double>(), 1, 1e-6);
}

TEST_F(CliFit, ThreadsDoNotChangeABit) {
  const ProcessResult made = batchgrad({"generate", "logistic", "--samples", "20000", "--features",
                                        "5", "-o", directory_ / "big.csv"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  const std::vector<std::string> options = {
      "fit", directory_ / "big.csv", "--target", "y", "--loss", "logistic", "--format", "json"};
  std::vector<std::string> one = options;
  one.insert(one.end(), {"--threads", "1"});
  std::vector<std::string> two = options;
  two.insert(two.end(), {"--threads", "2"});
  const ProcessResult first = batchgrad(one);
  EXPECT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_EQ(first.output, batchgrad(two).output);
}

TEST_F(CliFit, ReadsStandardInput) {
  const ProcessResult result =
      batchgrad({"fit", "-", "--target", "y", "--format", "json"}, {.input = data_});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  expect_exact_coefficients(json_of(result));
}

TEST_F(CliFit, ReadsGzipWhateverItsName) {
  const std::string path = directory_ / "data.txt";
  gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, exact_csv);
  gzclose(file);
  const ProcessResult result = batchgrad({"fit", path, "--target", "y", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  expect_exact_coefficients(json_of(result));
}

TEST_F(CliFit, DataOptionsReachTheReader) {
  const std::string data =
      directory_.write("bare.txt", "0;0;1\n1;0;3\n?;1;7\n0;1;0\n1;1;2\n-;-;-\n");
  const ProcessResult result =
      batchgrad({"fit", data, "--target", "c3", "--header", "no", "--delimiter", "semicolon",
                 "--na", "drop", "--na-strings", "?,-", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const Json document = json_of(result);
  EXPECT_EQ(document["dropped_rows"], 2);
  EXPECT_NEAR(document["coefficients"]["c1"].get<double>(), 2, 1e-6);
}

TEST_F(CliFit, TheEmptyTextCanBeTheOnlyMissingOne) {
  const std::string data = directory_.write("gaps.csv", "a,y\n0,1\n,5\n1,3\n2,5\n");
  for (const std::vector<std::string>& option :
       {std::vector<std::string>{"--na-strings", ""}, std::vector<std::string>{"--na-strings="}}) {
    std::vector<std::string> arguments = {"fit", data, "--target", "y", "--na", "drop"};
    arguments.insert(arguments.end(), option.begin(), option.end());
    arguments.insert(arguments.end(), {"--format", "json"});
    const ProcessResult result = batchgrad(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(json_of(result)["dropped_rows"], 1);
  }
}

TEST_F(CliFit, CategoricalColumnsBecomeLevels) {
  const std::string data =
      directory_.write("text.csv", "colour,a,y\nred,0,5\nblue,0,1\nred,1,7\nblue,1,3\ngreen,0,9\n");
  const Json document = json_of(
      batchgrad({"fit", data, "--target", "y", "--categorical", "colour", "--format", "json"}));
  EXPECT_NEAR(document["coefficients"]["colour=green"].get<double>(), 8, 1e-6);
  EXPECT_NEAR(document["coefficients"]["colour=red"].get<double>(), 4, 1e-6);
  EXPECT_NEAR(document["coefficients"]["(intercept)"].get<double>(), 1, 1e-6);
}

TEST_F(CliFit, PositiveSaysWhichLabelCounts) {
  const std::string data =
      directory_.write("labels.csv", "a,y\n0,no\n1,no\n2,yes\n3,no\n4,yes\n5,yes\n");
  const std::vector<std::string> options = {
      "fit", data, "--target", "y", "--loss", "logistic", "--format", "json", "--categorical", "y"};
  const Json larger = json_of(batchgrad(options));
  EXPECT_EQ(larger["labels"]["positive"], "yes");
  std::vector<std::string> turned = options;
  turned.insert(turned.end(), {"--positive", "no"});
  const Json smaller = json_of(batchgrad(turned));
  EXPECT_EQ(smaller["labels"]["positive"], "no");
  EXPECT_NEAR(smaller["coefficients"]["a"].get<double>(),
              -larger["coefficients"]["a"].get<double>(), 1e-6);
}

TEST_F(CliFit, SharesOfSuccessesAreProportions) {
  const std::string data =
      directory_.write("shares.csv", "a,y\n0,0.1\n1,0.25\n2,0.5\n3,0.75\n4,0.9\n");
  const ProcessResult result =
      batchgrad({"fit", data, "--target", "y", "--loss", "logistic", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_FALSE(json_of(result).contains("labels"));
  EXPECT_NEAR(json_of(result)["coefficients"]["a"].get<double>(), 1.1, 0.1);
}

TEST_F(CliFit, HistoryHasARowForEachIteration) {
  const Json document = json_of(fit({"--format", "json", "--history", directory_ / "history.csv"}));
  const std::string history = directory_.read("history.csv");
  EXPECT_EQ(history.rfind("iteration,objective,gradient_norm,step,evaluations\n0,", 0), 0U);
  const auto lines = std::count(history.begin(), history.end(), '\n');
  EXPECT_EQ(lines, document["iterations"].get<int>() + 2);
}

}  // namespace
}  // namespace batchgrad::test
