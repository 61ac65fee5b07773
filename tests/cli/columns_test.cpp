#include <array>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliColumns : public Cli {
 protected:
  std::string model_ = directory_ / "model.json";

  Json fit(const std::string& data, std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data, "--format", "json", "-o", model_});
    const ProcessResult result = batchgrad(options);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return json_of(result)["coefficients"];
  }
};

std::vector<double> numbers(const std::string& csv) {
  std::vector<double> values;
  for (auto start = csv.find('\n') + 1; start < csv.size(); start = csv.find('\n', start) + 1)
    values.push_back(std::stod(csv.substr(start)));
  return values;
}

/// Solves the normal equations of y = w0 + w1 x + w2 x^2 by Cramer's rule in long double.
std::array<double, 3> normal_equations(const std::vector<double>& x, const std::vector<double>& y) {
  std::array<long double, 5> s = {};
  std::array<long double, 3> t = {};
  for (std::size_t i = 0; i < x.size(); ++i) {
    long double power = 1;
    for (std::size_t k = 0; k < 5; ++k) {
      s[k] += power;
      if (k < 3) t[k] += power * static_cast<long double>(y[i]);
      power *= static_cast<long double>(x[i]);
    }
  }
  using Matrix = std::array<std::array<long double, 3>, 3>;
  const Matrix a = {{{s[0], s[1], s[2]}, {s[1], s[2], s[3]}, {s[2], s[3], s[4]}}};
  const auto determinant = [](const Matrix& m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  };
  std::array<double, 3> w = {};
  for (std::size_t k = 0; k < 3; ++k) {
    Matrix replaced = a;
    for (std::size_t i = 0; i < 3; ++i) replaced[i][k] = t[i];
    w[k] = static_cast<double>(determinant(replaced) / determinant(a));
  }
  return w;
}

TEST_F(CliColumns, PolynomialOfSecondOrderOnNoisyPoints) {
  std::vector<double> x;
  std::vector<double> y;
  std::string text = "x,y\n";
  for (int i = 0; i < 100; ++i) {
    // 3 - 2 x + x^2 / 2 and noise from a sequence that never settles.
    x.push_back(-3 + 0.06 * i);
    y.push_back(3 - 2 * x.back() + 0.5 * x.back() * x.back() + std::sin(i * i * 1.7));
    text += fmt::format("{},{}\n", x.back(), y.back());
  }
  const Json w = fit(directory_.write("points.csv", text),
                     {"--target", "y", "--features", "x,x^2", "--tolerance", "1e-12"});
  const auto truth = normal_equations(x, y);
  ASSERT_EQ(w.size(), 3U);
  // The gradient at the end is at most 1e-12 of its scale, the scaled problem nearly orthogonal.
  EXPECT_NEAR(w["(intercept)"].get<double>(), truth[0], 1e-9);
  EXPECT_NEAR(w["x"].get<double>(), truth[1], 1e-9);
  EXPECT_NEAR(w["x^2"].get<double>(), truth[2], 1e-9);
  EXPECT_GT(std::fabs(truth[2] - 0.5), 1e-4) << "there is noise";
  const std::string fresh = directory_.write("fresh.csv", "x\n10\n");
  EXPECT_NEAR(numbers(batchgrad({"predict", model_, fresh}).output).at(0),
              truth[0] + 10 * truth[1] + 100 * truth[2], 1e-6);
}

TEST_F(CliColumns, OffsetIsAnExpressionInTheFitAndInPredictions) {
  // y = 1 + 2 a + log(expo)
  const std::string data =
      directory_.write("data.csv", fmt::format("a,expo,y\n0,1,1\n1,2,{}\n2,0.5,{}\n3,1,7\n",
                                               3 + std::log(2.0), 5 + std::log(0.5)));
  const Json w = fit(data, {"--target", "y", "--offset", "log(expo)"});
  ASSERT_EQ(w.size(), 2U) << "expo is no feature";
  EXPECT_NEAR(w["(intercept)"].get<double>(), 1, 1e-6);
  EXPECT_NEAR(w["a"].get<double>(), 2, 1e-6);
  const std::string fresh = directory_.write("fresh.csv", "expo,a\n4,1\n");
  EXPECT_NEAR(numbers(batchgrad({"predict", model_, fresh}).output).at(0), 3 + std::log(4.0), 1e-6);
  EXPECT_NEAR(numbers(batchgrad({"predict", model_, fresh, "--no-offset"}).output).at(0), 3, 1e-6);
  const std::string bad = directory_.write("bad.csv", "expo,a\n4,1\n0,1\n");
  expect_failure(batchgrad({"predict", model_, bad}), 1,
                 "bad.csv:3: 'log(expo)' is -inf where expo = 0");
  const std::string lacking = directory_.write("lacking.csv", "a\n1\n");
  expect_failure(batchgrad({"predict", model_, lacking}), 1, "no column 'expo'");
}

TEST_F(CliColumns, LogisticOffsetEqualsThatOfAColumn) {
  std::string text = "x,expo,lexpo,y\n";
  for (int i = 0; i < 60; ++i) {
    const double expo = 1 + i % 7;
    text += fmt::format("{},{},{},{}\n", std::sin(i), expo, std::log(expo), i * i % 5 > 1 ? 1 : 0);
  }
  const std::string data = directory_.write("data.csv", text);
  const std::vector<std::string> common = {"--target", "y",      "--features",
                                           "x",        "--loss", "logistic"};
  std::vector<std::string> computed = common;
  computed.insert(computed.end(), {"--offset", "log(expo)"});
  std::vector<std::string> stored = common;
  stored.insert(stored.end(), {"--offset", "lexpo"});
  const Json a = fit(data, computed);
  const Json b = fit(data, stored);
  // 17 digits in the file and one rounding of log apart.
  EXPECT_NEAR(a["x"].get<double>(), b["x"].get<double>(), 1e-7);
  EXPECT_NEAR(a["(intercept)"].get<double>(), b["(intercept)"].get<double>(), 1e-7);
}

TEST_F(CliColumns, FilterLeavesRowsOut) {
  const std::string data =
      directory_.write("data.csv", "n,amount,a\n1,3,1\n0,0,9\n2,10,2\n0,0,7\n4,28,3\n5,45,4\n");
  const ProcessResult result = batchgrad({"fit", data, "--target", "amount/n", "--weight", "n",
                                          "--filter", "n > 0", "--format", "json", "-o", model_});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.errors, "rows left out by --filter: 2")) << result.errors;
  const Json document = json_of(result);
  EXPECT_EQ(document["samples"], 4);
  EXPECT_EQ(document["target"], "amount/n");
  EXPECT_NEAR(document["coefficients"]["a"].get<double>(), 2, 1e-6);
  EXPECT_NEAR(document["coefficients"]["(intercept)"].get<double>(), 1, 1e-6);
  EXPECT_EQ(numbers(batchgrad({"predict", model_, data}).output).size(), 6U) << "every row";
  expect_failure(batchgrad({"fit", data, "--target", "amount/n"}), 1,
                 "data.csv:3: 'amount/n' is nan where");
}

TEST_F(CliColumns, NamesWhatIsNeitherColumnNorExpression) {
  const std::string data = directory_.write("data.csv", exact_csv);
  expect_failure(batchgrad({"fit", data, "--target", "y", "--offset", "log(aa)"}), 1,
                 "unknown name 'aa'");
  expect_failure(batchgrad({"fit", data, "--target", "y", "--features", "a,c"}), 1,
                 "no column 'c'");
  expect_failure(batchgrad({"fit", data, "--target", "y", "--filter", "a >"}), 1,
                 "no expression of columns");
}

TEST_F(CliColumns, WeightFileEqualsAColumnOfWeights) {
  const std::string rows = directory_.write("rows.csv", "a,y\n0,1\n1,3.5\nNA,9\n2,4\n3,7.5\n4,8\n");
  const std::string with =
      directory_.write("with.csv", "a,y,w\n0,1,1\n1,3.5,2\n2,4,4\n3,7.5,0\n4,8,6\n");
  const std::string weights = directory_.write("rows.weight", "1\n2\n3\n4\n0\n6\n");
  const Json beside = fit(rows, {"--target", "y", "--weight-file", weights, "--na", "drop"});
  EXPECT_EQ(beside, fit(with, {"--target", "y", "--weight", "w"}));
  expect_failure(batchgrad({"fit", with, "--target", "y", "--weight-file", weights}), 1,
                 "there are 6 weights, but");
  expect_failure(
      batchgrad({"fit", with, "--target", "y", "--weight-file", weights, "--weight", "w"}), 2,
      "--weight-file");
  expect_failure(batchgrad({"fit", with, "--target", "y", "--weight-file", directory_ / "none"}), 1,
                 "cannot open");
  expect_failure(batchgrad({"fit", rows, "--target", "y", "--weight-file", weights, "-o", weights}),
                 2, "--weight-file");
}

}  // namespace
}  // namespace batchgrad::test
