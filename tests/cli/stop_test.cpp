#include <csignal>
#include <string>
#include <vector>

#include "interrupted_run.hpp"

namespace batchgrad::test {
namespace {

/// Fits that end otherwise than by converging.
class CliStop : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", exact_csv);

  ProcessResult fit(std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data_, "--target", "y"});
    return batchgrad(options);
  }
};

TEST_F(CliStop, StoppingEarlyIsThreeAndSavesTheModel) {
  const ProcessResult result = fit({"--format", "json", "--solver", "lbfgs", "--max-iterations",
                                    "1", "-o", directory_ / "model.json"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(contains(result.errors, "not converged")) << result.errors;
  EXPECT_EQ(json_of(result)["converged"], false);
  EXPECT_EQ(json_of(result)["stop"], "max-iterations");
  EXPECT_TRUE(contains(directory_.read("model.json"), "\"stop\": \"max-iterations\""));
}

TEST_F(CliStop, DivergingIsFour) {
  const ProcessResult result = fit({"--format", "json", "--solver", "gradient-descent",
                                    "--learning-rate", "1e10", "--max-iterations", "1000"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(contains(result.errors, "diverged")) << result.errors;
  EXPECT_EQ(json_of(result)["stop"], "diverged");
}

void expect_model_saved_on(int signal, const TemporaryDirectory& directory) {
  const std::string data = directory.write("noisy.csv", "a,y\n0,1\n1,0\n2,4\n3,2\n4,5\n");
  expect_saved_on(signal, {"fit", data, "--target", "y", "-o", directory / "model.json"}, directory,
                  "model.json", "\"stop\": \"interrupted\"");
}

TEST_F(CliStop, SignalsStopItAfterSaving) { expect_model_saved_on(SIGINT, directory_); }
TEST_F(CliStop, TerminationStopsItAfterSaving) { expect_model_saved_on(SIGTERM, directory_); }

}  // namespace
}  // namespace batchgrad::test
