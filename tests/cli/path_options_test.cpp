// Several penalties together with batches, samples held out, every solver and classes.
#include <string>
#include <vector>

#include "cli_test.hpp"
#include "random_numbers.hpp"

namespace batchgrad::test {
namespace {

class CliPathOptions : public Cli {
 protected:
  void SetUp() override {
    RandomNumbers random(4);
    std::string text = "y,kind,x1,x2,x3\n";
    for (int m = 0; m < 60; ++m) {
      const double x = random();
      const double noisy = x + random() / 2;
      const char* kind = noisy < -0.2 ? "low" : noisy < 0.2 ? "mid" : "high";
      text += std::to_string(noisy) + "," + kind + "," + std::to_string(x) + "," +
              std::to_string(random()) + "," + std::to_string(random()) + "\n";
    }
    data_ = directory_.write("data.csv", text);
  }

  ProcessResult fit(std::vector<std::string> options, const std::vector<std::string>& more = {}) {
    options.insert(options.begin(), {"fit", data_, "--features", "x1,x2,x3"});
    options.insert(options.end(), more.begin(), more.end());
    return batchgrad(options);
  }

  /// Each row is the fit with its l2 and the same options.
  void expect_each_as_alone(const std::vector<std::string>& options, int code = 0) {
    const ProcessResult result = fit(options, {"--path", "0.01,0.5", "--format", "json"});
    ASSERT_EQ(result.exit_code, code) << result.errors;
    const Json rows = json_of(result)["path"];
    ASSERT_EQ(rows.size(), 2U);
    for (const Json& row : rows) {
      const std::string l2 = row["l2"] == 0.5 ? "0.5" : "0.01";
      const Json alone = json_of(fit(options, {"--l2", l2, "--format", "json"}));
      for (const auto& [key, value] : row.items()) EXPECT_EQ(value, alone[key]) << key;
    }
  }

  std::string data_;
};

const std::vector<std::string> softmax = {"--target", "kind",          "--loss",
                                          "softmax",  "--categorical", "kind"};
const std::vector<std::string> adam = {"--solver", "adam", "--learning-rate", "0.05"};

std::vector<std::string> with(std::vector<std::string> options,
                              const std::vector<std::string>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

TEST_F(CliPathOptions, ByBatchesEachRowIsTheFitWithItsPenalty) {
  const auto options = with(adam, {"--target", "y", "--max-epochs", "5", "--seed", "3"});
  for (const char* size : {"1", "8"}) {
    // The epochs are used up, as code 3 says.
    expect_each_as_alone(with(options, {"--batch-size", size}), 3);
    expect_each_as_alone(with(options, {"--batch-size", size, "--schedule", "inverse:decay=0.1",
                                        "--clip-norm", "0.5"}),
                         3);
  }
}

TEST_F(CliPathOptions, WithAHoldoutEachRowStopsByItsOwn) {
  expect_each_as_alone({"--target", "y", "--solver", "lbfgs", "--holdout", "0.3"});
  expect_each_as_alone(
      with(adam, {"--target", "y", "--holdout", "0.3", "--patience", "2", "--batch-size", "8"}));
  const ProcessResult csv =
      fit({"--target", "y", "--holdout", "0.3", "--path", "0.1,1", "--format", "csv"});
  EXPECT_EQ(csv.output.find("l2,converged,iterations,loss,held_out_loss,(intercept),x1,"), 0U)
      << csv.output;
  const ProcessResult text = fit({"--target", "y", "--holdout", "0.3", "--path", "0.1,1"});
  EXPECT_TRUE(contains(text.output, "held-out loss")) << text.output;
}

TEST_F(CliPathOptions, TakesSolversOfSecondOrder) {
  for (const char* solver : {"newton", "gram"})
    expect_each_as_alone({"--target", "y", "--solver", solver});
  const ProcessResult dependent =
      batchgrad({"fit", data_, "--target", "y", "--features", "x1,x2,x1 + x2", "--solver", "gram",
                 "--path", "0,1", "--quiet"});
  EXPECT_TRUE(contains(dependent.errors, "l2 = 0: column 'x1 + x2' is a combination of x1, x2"))
      << dependent.errors;
  EXPECT_FALSE(contains(dependent.errors, "l2 = 1: column")) << dependent.errors;
}

TEST_F(CliPathOptions, OfASoftmaxEachRowIsTheFitWithItsPenalty) {
  expect_each_as_alone(softmax);
  expect_each_as_alone(with(softmax, {"--no-intercept", "--l1", "0.01"}));
  expect_each_as_alone(with(with(softmax, adam), {"--batch-size", "8", "--holdout", "0.25",
                                                  "--patience", "2", "--max-epochs", "500"}));
  const ProcessResult csv = fit(softmax, {"--path", "0.1,1", "--format", "csv"});
  EXPECT_EQ(csv.output.find("l2,converged,iterations,loss,high:(intercept),high:x1,high:x2,"
                            "high:x3,low:(intercept),"),
            0U)
      << csv.output;
  EXPECT_TRUE(contains(fit(softmax, {"--path", "0.1,1"}).output, "|w|"));
}

TEST_F(CliPathOptions, CrossValidationTakesThemToo) {
  const std::string model = directory_ / "model.json";
  const std::vector<std::vector<std::string>> cases = {
      with(adam, {"--target", "y", "--batch-size", "8", "--max-epochs", "200", "--tolerance", "0.1",
                  "--seed", "3"}),
      with(adam, {"--target", "y", "--holdout", "0.3"}),
      {"--target", "y", "--solver", "gram"},
      {"--target", "y", "--solver", "newton"},
      softmax,
  };
  for (const auto& options : cases) {
    SCOPED_TRACE(testing::PrintToString(options));
    const ProcessResult chosen =
        fit(options, {"--path", "0.001,1000", "--cv", "4", "--format", "json", "-o", model});
    ASSERT_EQ(chosen.exit_code, 0) << chosen.errors;
    const Json document = json_of(chosen);
    const Json& scores = document["cross_validation"]["path"];
    ASSERT_EQ(scores.size(), 2U);
    // There is a signal, which a penalty of 1000 lets nothing through of.
    EXPECT_LT(scores[0]["loss"].get<double>(), scores[1]["loss"].get<double>());
    EXPECT_EQ(document["l2"], 0.001);
    const Json alone = json_of(fit(options, {"--l2", "0.001", "--format", "json"}));
    EXPECT_EQ(document["coefficients"], alone["coefficients"]);
    EXPECT_EQ(batchgrad({"predict", model, data_, "--quiet"}).exit_code, 0);
  }
}

TEST_F(CliPathOptions, CrossValidationByGramIsThatByLbfgs) {
  const auto scores = [&](const char* solver) {
    return json_of(fit({"--target", "y", "--solver", solver, "--path", "0,0.1", "--cv", "5"},
                       {"--format", "json"}))["cross_validation"]["path"];
  };
  const Json by_gram = scores("gram");
  const Json by_lbfgs = scores("lbfgs");
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_NEAR(by_gram[i]["loss"].get<double>(), by_lbfgs[i]["loss"].get<double>(), 1e-9);
}

}  // namespace
}  // namespace batchgrad::test
