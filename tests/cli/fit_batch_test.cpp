#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliFitBatch : public Cli {
 protected:
  void SetUp() override {
    data_ = directory_ / "data.csv";
    const ProcessResult made = batchgrad({"generate", "linear", "--samples", "400", "--features",
                                          "3", "--seed", "4", "-o", data_, "--quiet"});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
  }

  ProcessResult fit(std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data_, "--target", "y"});
    return batchgrad(options);
  }

  std::string data_;
};

TEST_F(CliFitBatch, EverySolverWithARateTakesBatches) {
  const double lowest = json_of(fit({"--format", "json"}))["loss"];
  for (const std::vector<std::string>& solver :
       {std::vector<std::string>{"gradient-descent", "--learning-rate", "0.02"},
        std::vector<std::string>{"adam", "--learning-rate", "0.02", "--schedule", "cosine"},
        std::vector<std::string>{"adagrad", "--learning-rate", "0.5"},
        std::vector<std::string>{"rmsprop", "--learning-rate", "0.02", "--clip-norm", "10"}})
    for (const char* size : {"1", "32"}) {
      std::vector<std::string> options = {"--format",     "json", "--batch-size", size,
                                          "--max-epochs", "40",   "--solver"};
      options.insert(options.end(), solver.begin(), solver.end());
      const ProcessResult result = fit(options);
      EXPECT_EQ(result.exit_code, 3) << result.errors;
      EXPECT_TRUE(contains(result.errors, "--max-epochs")) << result.errors;
      const Json found = json_of(result);
      EXPECT_EQ(found["epochs"], 40);
      EXPECT_EQ(found["batch_size"], std::stoi(size));
      EXPECT_EQ(found["seed"], 1);
      EXPECT_FALSE(found.contains("held_out_loss"));
      EXPECT_LE(found["loss"].get<double>(), 1.1 * lowest) << solver[0];
      EXPECT_EQ(result.output, fit(options).output);
      options.insert(options.end(), {"--seed", "2"});
      EXPECT_NE(json_of(fit(options))["loss"], found["loss"]);
    }
}

TEST_F(CliFitBatch, HoldoutStopsAndReportsTheBestEpoch) {
  const std::string history = directory_ / "history.csv";
  const ProcessResult result =
      fit({"--format", "json", "--solver", "adam", "--learning-rate", "0.05", "--batch-size", "20",
           "--holdout", "0.25", "--patience", "3", "--max-epochs", "1000", "--history", history});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const Json found = json_of(result);
  EXPECT_EQ(found["stop"], "held-out");
  EXPECT_EQ(found["converged"], true);
  EXPECT_EQ(found["holdout"], 0.25);
  EXPECT_EQ(found["patience"], 3);
  EXPECT_EQ(found["best_iteration"].get<int>() + 3, found["epochs"].get<int>());
  std::istringstream lines(directory_.read("history.csv"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "iteration,objective,gradient_norm,step,evaluations,held_out_loss");
  int rows = 0;
  for (; std::getline(lines, line); ++rows) {
    const double loss = std::stod(line.substr(line.rfind(',') + 1));
    const double lowest = found["held_out_loss"];
    EXPECT_EQ(rows == found["best_iteration"].get<int>(), loss <= lowest);
  }
  EXPECT_EQ(rows, found["epochs"].get<int>() + 1);
}

TEST_F(CliFitBatch, ReportsEpochsAndTheHeldOutLossInText) {
  const ProcessResult result = fit({"--solver", "adagrad", "--learning-rate", "0.5", "--batch-size",
                                    "50", "--holdout", "0.5", "--max-epochs", "2"});
  EXPECT_TRUE(contains(result.output, "batch size     50\n")) << result.output;
  EXPECT_TRUE(contains(result.output, "after 2 epochs, ")) << result.output;
  EXPECT_TRUE(contains(result.output, "held-out loss  ")) << result.output;
  const ProcessResult whole = fit({"--holdout", "0.5", "--format", "json", "--quiet"});
  EXPECT_EQ(whole.exit_code, 0) << whole.errors;
  EXPECT_FALSE(json_of(whole).contains("epochs"));
  EXPECT_TRUE(json_of(whole)["held_out_loss"].is_number());
  EXPECT_FALSE(contains(fit({}).output, "held-out"));
}

TEST_F(CliFitBatch, ModelsStoppedByTheHoldoutPredict) {
  const std::string model = directory_ / "model.json";
  EXPECT_EQ(fit({"--solver", "adam", "--learning-rate", "0.1", "--holdout", "0.25", "--patience",
                 "2", "-o", model, "--quiet"})
                .exit_code,
            0);
  EXPECT_EQ(json_of({0, directory_.read("model.json"), ""})["fit"]["stop"], "held-out");
  EXPECT_EQ(batchgrad({"predict", model, data_}).exit_code, 0);
}

TEST_F(CliFitBatch, RefusesWhatDoesNotGoTogether) {
  const std::string needs_rate = "--batch-size needs --solver adam, adagrad or rmsprop, or";
  expect_failure(fit({"--batch-size", "10"}), 2, needs_rate);
  expect_failure(fit({"--batch-size", "10", "--solver", "lbfgs"}), 2, needs_rate);
  expect_failure(fit({"--batch-size", "10", "--solver", "proximal"}), 2, needs_rate);
  expect_failure(fit({"--batch-size", "10", "--solver", "gradient-descent"}), 2, needs_rate);
  expect_failure(fit({"--batch-size", "10", "--solver", "adam", "--max-iterations", "5"}), 2,
                 "use --max-epochs");
  expect_failure(fit({"--max-epochs", "5", "--solver", "adam"}), 2, "--max-epochs needs");
  expect_failure(fit({"--patience", "5"}), 2, "--patience needs --holdout");
  expect_failure(fit({"--seed", "5"}), 2, "--seed needs");
  expect_failure(fit({"--batch-size", "0", "--solver", "adam"}), 2, "--batch-size");
  expect_failure(fit({"--patience", "0", "--holdout", "0.1"}), 2, "--patience");
  for (const char* share : {"0", "1", "-0.1", "nan"})
    expect_failure(fit({"--holdout", share}), 2, "--holdout");
  expect_failure(fit({"--holdout", "0.5", "--errors"}), 2, "--errors does not go with --holdout");
  expect_failure(fit({"--holdout", "0.5", "--solver", "gram", "--quiet"}), 1, "another solver");
  const ProcessResult none = fit({"--holdout", "0.001", "--quiet"});
  expect_failure(none, 1, "leaves nothing to judge the fit by");
}

}  // namespace
}  // namespace batchgrad::test
