// Every loss of the list from the command line, with targets in its domain.
#include <batchgrad/loss.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cli_test.hpp"
#include "loss_targets.hpp"

namespace batchgrad::test {
namespace {

/// Targets that rise with a and scatter.
std::string csv_of(TargetDomain domain) {
  std::string text = "a,y\n";
  for (int m = 0; m < 60; ++m) {
    const double a = m % 12 / 12.0;
    const double u = std::fmod(0.5 * a + 0.618 * m, 1.0);
    text +=
        std::to_string(a) + "," + std::to_string(target_inside(domain, 0.5 * a + 0.5 * u)) + "\n";
  }
  return text;
}

TEST_F(Cli, FitsEveryLossByEitherSpelling) {
  for (const std::string_view name : loss_names()) {
    SCOPED_TRACE(name);
    const Loss loss = parse_loss(name);
    const std::string data = directory_.write("data.csv", csv_of(target_domain(loss)));
    const auto fit = [&](const std::string& spelling) {
      return batchgrad({"fit", data, "--target", "y", "--loss", spelling, "--format", "json", "-o",
                        directory_ / "model.json"});
    };
    const ProcessResult result = fit(std::string(name));
    // Losses with kinks may end without a gradient that is small enough.
    EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 3) << result.errors;
    const Json document = json_of(result);
    EXPECT_EQ(document["loss_function"], loss_text(loss));
    EXPECT_GT(document["coefficients"]["a"].get<double>(), 0);
    std::string underscored(name);
    std::replace(underscored.begin(), underscored.end(), '-', '_');
    EXPECT_EQ(fit(underscored).output, result.output);
    const ProcessResult predicted = batchgrad({"predict", directory_ / "model.json", data});
    EXPECT_EQ(predicted.exit_code, 0) << predicted.errors;
  }
}

TEST_F(Cli, SquaredHingeTakesAnyTwoLabels) {
  const std::string data =
      directory_.write("labels.csv", "a,y\n0,no\n1,no\n2,yes\n3,no\n4,yes\n5,yes\n");
  const std::vector<std::string> options = {
      "fit",      data,   "--target",      "y", "--loss", "squared-hinge",
      "--format", "json", "--categorical", "y"};
  const Json larger = json_of(batchgrad(options));
  EXPECT_EQ(larger["labels"]["positive"], "yes");
  std::vector<std::string> turned = options;
  turned.insert(turned.end(), {"--positive", "no"});
  const Json smaller = json_of(batchgrad(turned));
  EXPECT_EQ(smaller["labels"]["positive"], "no");
  EXPECT_NEAR(smaller["coefficients"]["a"].get<double>(),
              -larger["coefficients"]["a"].get<double>(), 1e-6);
}

TEST_F(Cli, ParametersOfLossesAreCheckedAsOptions) {
  const std::string data = directory_.write("data.csv", exact_csv);
  const auto fit = [&](const char* loss) {
    return batchgrad({"fit", data, "--target", "y", "--loss", loss});
  };
  expect_failure(fit("quantile:tau=1"), 2, "tau is 1 (loss 'quantile' needs it above 0 and below");
  expect_failure(fit("tweedie:power=2"), 2,
                 "power is 2 (loss 'tweedie' needs it above 1 and below");
  expect_failure(fit("log_cos"), 2, "there is no loss 'log-cos'");
}

}  // namespace
}  // namespace batchgrad::test
