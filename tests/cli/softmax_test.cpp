// Fits of classes, and predictions of classes and probabilities.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

/// Classes that overlap; the text "NA" is no class.
constexpr const char* kinds_csv =
    "id,a,kind\n\"x, 1\",0,red\nx2,1,red\nx3,2,blue\nx4,3,green\nx5,2.5,red\nx6,1.7,blue\n"
    "x7,2.2,green\nx8,4,blue\n";

class CliSoftmax : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", kinds_csv);
  std::string model_ = directory_ / "model.json";

  ProcessResult fit(std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data_, "--target", "kind", "--categorical", "kind",
                                     "--features", "a", "--l2", "0.01", "--loss", "softmax"});
    return batchgrad(options);
  }
  void fit_model() {
    const ProcessResult result = fit({"-o", model_, "--quiet"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }
};

TEST_F(CliSoftmax, EveryFormatHasTheCoefficientsOfEachClass) {
  const Json document = json_of(fit({"--format", "json"}));
  EXPECT_EQ(document["converged"], true);
  EXPECT_EQ(document["loss_function"], "softmax");
  EXPECT_EQ(document["classes"], (std::vector<std::string>{"blue", "green", "red"}));
  double sum = 0;
  for (const char* name : {"blue", "green", "red"}) {
    ASSERT_EQ(document["coefficients"][name].size(), 2U) << name;
    EXPECT_TRUE(document["coefficients"][name]["(intercept)"].is_number());
    sum += document["coefficients"][name]["a"].get<double>();
  }
  EXPECT_NEAR(sum, 0, 1e-10);
  const ProcessResult text = fit({});
  EXPECT_TRUE(contains(text.output, "classes        3\n")) << text.output;
  EXPECT_TRUE(contains(text.output, "\nclass  term                 estimate\nblue   (intercept)  "))
      << text.output;
  const ProcessResult csv = fit({"--format", "csv", "--no-intercept"});
  EXPECT_EQ(csv.output.rfind("class,term,estimate\nblue,a,", 0), 0U) << csv.output;
  EXPECT_EQ(std::count(csv.output.begin(), csv.output.end(), '\n'), 4);
}

TEST_F(CliSoftmax, NumbersAreClassesInAscendingOrder) {
  const std::string data =
      directory_.write("n.csv", "a,y\n0,10\n1,9\n2,10\n3,-1.5\n1.5,-1.5\n2,9\n");
  const Json document = json_of(batchgrad(
      {"fit", data, "--target", "y", "--loss", "softmax", "--l2", "0.1", "--format", "json"}));
  EXPECT_EQ(document["classes"], (std::vector<std::string>{"-1.5", "9", "10"}));
  EXPECT_EQ(document["converged"], true);
}

TEST_F(CliSoftmax, StartsWhereItIsTold) {
  const Json document = json_of(fit({"--start", "red:a=1,blue:(intercept)=-2,blue:a=3",
                                     "--max-iterations", "0", "--format", "json"}));
  EXPECT_EQ(document["coefficients"]["red"]["a"], 1);
  EXPECT_NEAR(document["coefficients"]["blue"]["(intercept)"].get<double>(), -2, 1e-12);
  EXPECT_EQ(document["coefficients"]["blue"]["a"], 3);
  EXPECT_EQ(document["coefficients"]["green"]["a"], 0);
  expect_failure(fit({"--start", "a=1"}), 2, "no coefficient 'a' its coefficients are: blue:a");
}

TEST_F(CliSoftmax, PredictsTheClassByDefault) {
  fit_model();
  const ProcessResult result = batchgrad({"predict", model_, data_, "--quiet"});
  EXPECT_EQ(result.output, "prediction\nred\nred\nblue\nblue\nblue\nred\nblue\nblue\n")
      << result.errors;
  EXPECT_EQ(batchgrad({"predict", model_, data_, "--quiet", "--class"}).output, result.output);
}

TEST_F(CliSoftmax, ProbabilitiesAreThoseOfTheCoefficients) {
  const Json fitted = json_of(fit({"-o", model_, "--format", "json"}))["coefficients"];
  const ProcessResult csv = batchgrad({"predict", model_, data_, "--proba", "--quiet"});
  EXPECT_EQ(csv.output.rfind("p_blue,p_green,p_red\n", 0), 0U) << csv.output;
  const Json document =
      json_of(batchgrad({"predict", model_, data_, "--proba", "--class", "--format", "json"}));
  EXPECT_EQ(document["predictions"][0], "red");
  const std::vector<double> a{0, 1, 2, 3, 2.5, 1.7, 2.2, 4};
  for (std::size_t row = 0; row < a.size(); ++row) {
    const auto weight = [&](const char* name) {
      return std::exp(fitted[name]["(intercept)"].get<double>() +
                      a[row] * fitted[name]["a"].get<double>());
    };
    const double all = weight("blue") + weight("green") + weight("red");
    for (const char* name : {"blue", "green", "red"})
      EXPECT_NEAR(document["probabilities"][name][row].get<double>(), weight(name) / all, 1e-14);
  }
}

TEST_F(CliSoftmax, KeepsColumnsInFrontOfThePredictions) {
  fit_model();
  const ProcessResult csv = batchgrad({"predict", model_, data_, "--id", "id,a", "--quiet"});
  EXPECT_EQ(csv.output.rfind("id,a,prediction\n\"x, 1\",0,red\nx2,1,red\nx3,2,blue\n", 0), 0U)
      << csv.output << csv.errors;
  const Json document =
      json_of(batchgrad({"predict", model_, data_, "--id", "id", "--format", "json"}));
  EXPECT_EQ(document["ids"]["id"][0], "x, 1");
  EXPECT_EQ(document["ids"]["id"][7], "x8");
  EXPECT_EQ(document["predictions"].size(), 8U);
  const std::string gaps = directory_.write("gaps.csv", "id,a\nz,1\ny,NA\nNA,2\nb,4\n");
  expect_failure(batchgrad({"predict", model_, gaps, "--id", "id"}), 1, "gaps.csv:3:3");
  EXPECT_EQ(batchgrad({"predict", model_, gaps, "--id", "id", "--na", "drop", "--quiet"}).output,
            "line,id,prediction\n2,z,red\n5,b,blue\n");
  const ProcessResult piped =
      batchgrad({"predict", model_, "-", "--id", "kind,id", "--quiet"}, {.input = data_});
  EXPECT_EQ(piped.output.rfind("kind,id,prediction\nred,\"x, 1\",red\n", 0), 0U) << piped.output;
}

TEST_F(CliSoftmax, KeepsIdentifiersOfAnyNumber) {
  fit_model();
  std::string many = "name,a\n";
  for (int row = 0; row < 12'000; ++row) many += "n" + std::to_string(row) + ",1\n";
  const std::string data = directory_.write("many.csv", many);
  const ProcessResult result = batchgrad({"predict", model_, data, "--id", "name", "--quiet"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.output, "\nn11999,red\n"));
}

TEST_F(CliSoftmax, RefusesWhatDoesNotGoTogether) {
  expect_failure(fit({"--offset", "id"}), 2, "--offset does not go with --loss softmax");
  expect_failure(fit({"--positive", "red"}), 2, "--positive does not go with --loss softmax");
  expect_failure(batchgrad({"fit", data_, "--target", "a", "--loss", "softmax:classes=3"}), 2,
                 "no parameters");
  expect_failure(batchgrad({"fit", data_, "--target", "a", "--loss", "softmx"}), 2,
                 "tweedie, softmax");
  const std::string one = directory_.write("one.csv", "a,y\n1,2\n3,2\n");
  expect_failure(batchgrad({"fit", one, "--target", "y", "--loss", "softmax"}), 1,
                 "the target has 1 distinct value");
  fit_model();
  const auto predict = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"predict", model_, data_, "--quiet"});
    return batchgrad(options);
  };
  expect_failure(predict({"--id", "nope"}), 1, "no column 'nope'");
  expect_failure(predict({"--id", "id,id"}), 2, "two columns of the output are called 'id'");
  expect_failure(predict({"-o", directory_ / "p.npy"}), 2, "classes are text");
  expect_failure(predict({"-o", directory_ / "p.npy", "--proba", "--id", "id"}), 2,
                 "column 'id' is text");
  EXPECT_EQ(predict({"-o", directory_ / "p.npy", "--proba"}).exit_code, 0);
}

class CliLabels : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", "a,y\n0,no\n1,no\n2,yes\n3,no\n4,yes\n5,yes\n");
  std::string model_ = directory_ / "model.json";
};

TEST_F(CliLabels, OfALogisticModelHaveAProbability) {
  const Json fitted = json_of(batchgrad({"fit", data_, "--target", "y", "--categorical", "y",
                                         "--loss", "logistic", "-o", model_, "--format", "json"}));
  const ProcessResult plain = batchgrad({"predict", model_, data_});
  EXPECT_EQ(plain.output.rfind("prediction\n-", 0), 0U) << plain.output;
  const ProcessResult both = batchgrad({"predict", model_, data_, "--class", "--proba"});
  EXPECT_EQ(both.output.rfind("prediction,p_yes\nno,0.0", 0), 0U) << both.output;
  const Json document =
      json_of(batchgrad({"predict", model_, data_, "--class", "--proba", "--format", "json"}));
  for (std::size_t row = 0; row < 6; ++row) {
    const double log_odds = fitted["coefficients"]["(intercept)"].get<double>() +
                            static_cast<double>(row) * fitted["coefficients"]["a"].get<double>();
    EXPECT_NEAR(document["probabilities"]["yes"][row].get<double>(), 1 / (1 + std::exp(-log_odds)),
                1e-14);
    EXPECT_EQ(document["predictions"][row], log_odds > 0 ? "yes" : "no");
  }
}

TEST_F(CliLabels, OfProportionsAndOtherLossesThereAreNone) {
  const std::string shares = directory_.write("s.csv", "a,y\n0,0.1\n1,0.4\n2,0.3\n3,0.9\n");
  ASSERT_EQ(
      batchgrad({"fit", shares, "--target", "y", "--loss", "logistic", "-o", model_}).exit_code, 0);
  expect_failure(batchgrad({"predict", model_, shares, "--class"}), 2, "proportions");
  EXPECT_EQ(batchgrad({"predict", model_, shares, "--proba"}).output.rfind("probability\n0.", 0),
            0U);
  ASSERT_EQ(batchgrad({"fit", shares, "--target", "y", "-o", model_}).exit_code, 0);
  expect_failure(batchgrad({"predict", model_, shares, "--proba"}), 2,
                 "--proba needs a model of loss logistic or softmax");
  expect_failure(batchgrad({"predict", model_, shares, "--class"}), 2, "--class needs a model");
}

}  // namespace
}  // namespace batchgrad::test
