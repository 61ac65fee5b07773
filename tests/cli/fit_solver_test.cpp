#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliFitSolver : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", exact_csv);

  ProcessResult fit(std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data_, "--target", "y"});
    return batchgrad(options);
  }
};

TEST_F(CliFitSolver, FirstOrderSolversTakeSchedulesAndClipping) {
  for (const std::vector<std::string>& solver :
       {std::vector<std::string>{"adagrad", "--learning-rate", "1", "--epsilon", "1e-9"},
        std::vector<std::string>{"rmsprop", "--learning-rate", "0.1", "--decay", "0.8",
                                 "--schedule", "exponential:decay=0.01"},
        std::vector<std::string>{"adam", "--learning-rate", "0.1", "--clip-norm", "100"},
        std::vector<std::string>{"proximal"}}) {
    std::vector<std::string> options = {"--format", "json", "--max-iterations", "5000", "--solver"};
    options.insert(options.end(), solver.begin(), solver.end());
    const ProcessResult result = fit(options);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    const Json found = json_of(result);
    EXPECT_EQ(found["solver"]["name"], solver[0]);
    EXPECT_NEAR(found["coefficients"]["(intercept)"].get<double>(), 1, 1e-6);
    EXPECT_NEAR(found["coefficients"]["a"].get<double>(), 2, 1e-6);
    EXPECT_NEAR(found["coefficients"]["b"].get<double>(), -1, 1e-6);
  }
  const auto after_two = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"--format", "json", "--solver", "gradient-descent",
                                     "--learning-rate", "0.01", "--max-iterations", "2"});
    return json_of(fit(options))["loss"].get<double>();
  };
  const double plain = after_two({});
  EXPECT_EQ(after_two({"--schedule", "constant"}), plain);
  EXPECT_GT(after_two({"--schedule", "step:factor=0.5,every=1"}), plain);
  EXPECT_GT(after_two({"--clip-value", "0.1"}), plain);
  EXPECT_GT(after_two({"--clip-norm", "0.1"}), after_two({"--clip-value", "0.1"}));
}

TEST_F(CliFitSolver, L1SetsCoefficientsToZeroByTheSolverForIt) {
  const ProcessResult result = fit({"--format", "json", "--l1", "0.6"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.errors, "solver proximal, by auto: with an l1 penalty"))
      << result.errors;
  const Json found = json_of(result);
  EXPECT_EQ(found["l1"], 0.6);
  EXPECT_EQ(found["solver"]["name"], "proximal");
  EXPECT_NE(found["coefficients"]["a"], 0.0);
  const Json empty = json_of(fit({"--format", "json", "--l1", "1e6", "--solver", "proximal"}));
  EXPECT_EQ(empty["coefficients"]["a"], 0.0);
  EXPECT_EQ(empty["coefficients"]["b"], 0.0);
  EXPECT_GT(empty["loss"], found["loss"]);
  EXPECT_TRUE(contains(fit({"--l1", "0.6"}).output, "l1 penalty     0.6\n"));
}

TEST_F(CliFitSolver, ModelsOfEverySolverPredict) {
  for (const char* solver : {"adagrad", "rmsprop", "proximal"}) {
    const std::string model = directory_ / "model.json";
    const ProcessResult made =
        fit({"--solver", solver, "--max-iterations", "3", "-o", model, "--quiet"});
    EXPECT_EQ(made.exit_code, std::string(solver) == "proximal" ? made.exit_code : 3);
    const ProcessResult result = batchgrad({"predict", model, data_});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
  }
}

TEST_F(CliFitSolver, DescentThatDivergesSaysSo) {
  const ProcessResult result = fit({"--format", "json", "--solver", "gradient-descent",
                                    "--learning-rate", "100", "--max-iterations", "1000"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(json_of(result)["stop"], "diverged");
  EXPECT_EQ(fit({"--solver", "gradient-descent", "--learning-rate", "100", "--clip-norm", "0.01",
                 "--max-iterations", "100"})
                .exit_code,
            3);
}

}  // namespace
}  // namespace batchgrad::test
