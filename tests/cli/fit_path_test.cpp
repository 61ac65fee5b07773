// Several penalties at once, and the choice between them.
#include <cmath>
#include <cstdio>
#include <string>

#include "cli_test.hpp"
#include "random_numbers.hpp"

namespace batchgrad::test {
namespace {

class CliFitPath : public Cli {
 protected:
  /// y = x1 + noise, and nine columns that have nothing to do with it.
  std::string noisy_file() const {
    RandomNumbers random(4);
    std::string text = "y,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10\n";
    for (int m = 0; m < 40; ++m) {
      const double x = random();
      text += std::to_string(x + 2 * random()) + "," + std::to_string(x);
      for (int j = 0; j < 9; ++j) text += "," + std::to_string(random());
      text += "\n";
    }
    return directory_.write("noisy.csv", text);
  }
};

TEST_F(CliFitPath, EachRowIsTheFitWithItsPenalty) {
  const std::string data = noisy_file();
  const auto path =
      batchgrad({"fit", data, "--target", "y", "--path", "0,0.1,1", "--format", "json"});
  ASSERT_EQ(path.exit_code, 0) << path.errors;
  const Json rows = json_of(path)["path"];
  ASSERT_EQ(rows.size(), 3U);
  for (const Json& row : rows) {
    const auto alone = batchgrad({"fit", data, "--target", "y", "--solver", "lbfgs", "--l2",
                                  std::to_string(row["l2"].get<double>()), "--format", "json"});
    const Json fit = json_of(alone);
    EXPECT_EQ(row["coefficients"], fit["coefficients"]);
    EXPECT_EQ(row["loss"], fit["loss"]);
    EXPECT_EQ(row["iterations"], fit["iterations"]);
  }
}

TEST_F(CliFitPath, ASeriesHasItsEndsAndEqualRatios) {
  const auto path =
      batchgrad({"fit", noisy_file(), "--target", "y", "--path", "1e-4:1:5", "--format", "json"});
  ASSERT_EQ(path.exit_code, 0) << path.errors;
  const Json rows = json_of(path)["path"];
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0]["l2"], 1e-4);
  EXPECT_EQ(rows[4]["l2"], 1.0);
  for (std::size_t i = 1; i < 5; ++i)
    EXPECT_NEAR(rows[i]["l2"].get<double>() / rows[i - 1]["l2"].get<double>(), 10, 1e-12);
}

TEST_F(CliFitPath, IsPrintedForPeopleAndAsCsv) {
  const std::string data = noisy_file();
  const auto text = batchgrad({"fit", data, "--target", "y", "--path", "0,1", "--quiet"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.output.find("|w|"), std::string::npos) << text.output;
  const auto csv = batchgrad({"fit", data, "--target", "y", "--path", "0,1", "--format", "csv"});
  EXPECT_EQ(csv.output.find("l2,converged,iterations,loss,(intercept),x1,"), 0U) << csv.output;
}

TEST_F(CliFitPath, CrossValidationTakesTheBestAndFitsAllSamples) {
  const std::string data = noisy_file();
  const std::string model = directory_ / "model.json";
  const auto chosen = batchgrad({"fit", data, "--target", "y", "--path", "0,0.3,3,1000", "--cv",
                                 "5", "--seed", "3", "--format", "json", "-o", model});
  ASSERT_EQ(chosen.exit_code, 0) << chosen.errors;
  const Json fit = json_of(chosen);
  const Json& scores = fit["cross_validation"]["path"];
  ASSERT_EQ(scores.size(), 4U);
  double best = HUGE_VAL;
  double l2 = -1;
  for (const Json& score : scores)
    if (score["loss"].get<double>() < best) {
      best = score["loss"];
      l2 = score["l2"];
    }
  EXPECT_GT(l2, 0);  // the noise needs a penalty
  EXPECT_EQ(fit["l2"], l2);
  EXPECT_EQ(fit["cross_validation"]["l2"], l2);
  const auto alone = batchgrad({"fit", data, "--target", "y", "--solver", "lbfgs", "--l2",
                                std::to_string(l2), "--format", "json"});
  EXPECT_EQ(json_of(alone)["coefficients"], fit["coefficients"]);
  EXPECT_EQ(batchgrad({"predict", model, data}).exit_code, 0);
  const auto again = batchgrad({"fit", data, "--target", "y", "--path", "0,0.3,3,1000", "--cv", "5",
                                "--seed", "4", "--format", "json"});
  EXPECT_NE(json_of(again)["cross_validation"]["path"], scores);
}

TEST_F(CliFitPath, WithL1IsFittedByProximal) {
  const auto path = batchgrad(
      {"fit", noisy_file(), "--target", "y", "--path", "0,1", "--l1", "0.05", "--format", "json"});
  EXPECT_EQ(path.exit_code, 0) << path.errors;
  EXPECT_NE(path.errors.find("proximal"), std::string::npos);
}

TEST_F(CliFitPath, RefusesWhatDoesNotGoTogether) {
  const std::string data = noisy_file();
  const auto expect_usage_error = [&](std::vector<std::string> more, const char* text) {
    std::vector<std::string> arguments{"fit", data, "--target", "y"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto refused = batchgrad(arguments);
    expect_failure(refused, 2, text);
  };
  expect_usage_error({"--cv", "5"}, "--cv needs --path");
  expect_usage_error({"--path", "1", "--l2", "1"}, "does not go with --l2");
  expect_usage_error({"--path", "1", "--batch-size", "4"}, "--batch-size needs --solver adam");
  expect_usage_error({"--path", "1", "--errors"}, "--errors");
  expect_usage_error({"--path", "1", "-o", "model.json"}, "choose one with --cv");
  expect_usage_error({"--path", "1", "--history", "h.csv"}, "--history");
  expect_usage_error({"--path", "-1"}, "--path");
  expect_usage_error({"--path", "1:2"}, "FROM:TO:COUNT");
  expect_usage_error({"--path", "0:1:5"}, "--path");
  expect_usage_error({"--path", "1", "--cv", "1"}, "--cv");
  expect_failure(batchgrad({"fit", data, "--target", "y", "--path", "1", "--solver", "gram",
                            "--holdout", "0.1"}),
                 1, "holdout is 0.1 (solver gram is done in a few steps");
  const auto many = batchgrad({"fit", data, "--target", "y", "--path", "1", "--cv", "41"});
  EXPECT_EQ(many.exit_code, 1);
  EXPECT_NE(many.errors.find("folds is 41"), std::string::npos) << many.errors;
}

}  // namespace
}  // namespace batchgrad::test
