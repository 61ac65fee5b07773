#include <batchgrad/error.hpp>
#include <batchgrad/synthetic.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace batchgrad {
namespace {

constexpr index_t samples = 40000;

/// Mean and variance of one column; 40,000 draws leave 0.005 and 0.007 of uncertainty.
struct Moments {
  double mean = 0;
  double variance = 0;
};

std::vector<double> made(const Synthetic& synthetic, index_t columns) {
  std::vector<double> values(static_cast<std::size_t>(samples * columns));
  synthetic.make(0, {values.data(), samples, columns});
  return values;
}

Moments moments(const std::vector<double>& values, index_t columns, index_t column) {
  Moments result;
  const MatrixView<const double> rows(values.data(), samples, columns);
  for (index_t i = 0; i < samples; ++i) result.mean += rows(i, column) / double{samples};
  for (index_t i = 0; i < samples; ++i)
    result.variance += std::pow(rows(i, column) - result.mean, 2) / double{samples};
  return result;
}

TEST(Synthetic, FeaturesAreStandardNormal) {
  const Synthetic synthetic({.features = 5, .seed = 3});
  const std::vector<double> values = made(synthetic, 6);
  for (index_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(moments(values, 6, j).mean, 0, 0.025) << j;
    EXPECT_NEAR(moments(values, 6, j).variance, 1, 0.035) << j;
  }
}

TEST(Synthetic, LinearTargetsAreTheTruthPlusNoise) {
  const Synthetic exact({.features = 3, .noise = 0});
  const std::vector<double> values = made(exact, 4);
  for (index_t i = 0; i < 100; ++i) {
    double eta = exact.intercept();
    for (std::size_t j = 0; j < 3; ++j)
      eta += exact.coefficients()[j] * values[static_cast<std::size_t>(4 * i) + j];
    EXPECT_NEAR(values[static_cast<std::size_t>(4 * i) + 3], eta, 1e-14);
  }
  const std::vector<double> noisy = made(Synthetic({.features = 3, .noise = 2}), 4);
  std::vector<double> difference(values);
  for (std::size_t i = 0; i < values.size(); ++i) difference[i] = noisy[i] - values[i];
  EXPECT_EQ(moments(difference, 4, 0).variance, 0);
  EXPECT_NEAR(moments(difference, 4, 3).variance, 4, 0.14);
}

TEST(Synthetic, CountsHaveTheMeanOfTheirPrediction) {
  const Synthetic synthetic(
      {.model = SyntheticModel::poisson, .features = 2, .seed = 5, .noise = 0});
  const std::vector<double> values = made(synthetic, 3);
  double count = 0;
  double expected = 0;
  for (std::size_t i = 0; i < values.size(); i += 3) {
    const double eta = synthetic.intercept() + synthetic.coefficients()[0] * values[i] +
                       synthetic.coefficients()[1] * values[i + 1];
    EXPECT_EQ(values[i + 2], std::floor(values[i + 2]));
    count += values[i + 2];
    expected += std::exp(eta);
  }
  EXPECT_NEAR(count / expected, 1, 5 / std::sqrt(expected));
}

TEST(Synthetic, LargeMeansAreCountedInParts) {
  const std::vector<double> values =
      made(Synthetic({.model = SyntheticModel::poisson, .features = 1, .seed = 2, .noise = 2}), 2);
  double largest = 0;
  for (std::size_t i = 1; i < values.size(); i += 2) largest = std::fmax(largest, values[i]);
  EXPECT_GT(largest, 800);
  EXPECT_LT(largest, 1e6);
}

TEST(Synthetic, LabelsAreOneAsOftenAsTheirProbability) {
  const Synthetic synthetic(
      {.model = SyntheticModel::logistic, .features = 2, .seed = 9, .noise = 0});
  const std::vector<double> values = made(synthetic, 3);
  double ones = 0;
  double expected = 0;
  for (std::size_t i = 0; i < values.size(); i += 3) {
    const double eta = synthetic.intercept() + synthetic.coefficients()[0] * values[i] +
                       synthetic.coefficients()[1] * values[i + 1];
    EXPECT_TRUE(values[i + 2] == 0 || values[i + 2] == 1);
    ones += values[i + 2];
    expected += 1 / (1 + std::exp(-eta));
  }
  EXPECT_NEAR(ones, expected, 2.5 * std::sqrt(double{samples}));
}

TEST(Synthetic, AnyRowCanBeMadeAlone) {
  for (const auto model :
       {SyntheticModel::linear, SyntheticModel::logistic, SyntheticModel::poisson}) {
    const Synthetic synthetic({.model = model, .features = 4, .seed = 1});
    std::vector<double> all(50);
    synthetic.make(1000, {all.data(), 10, 5});
    std::vector<double> row(5);
    synthetic.make(1007, {row.data(), 1, 5});
    EXPECT_EQ(row, std::vector<double>(all.begin() + 35, all.begin() + 40));
  }
}

TEST(Synthetic, SeedsGiveOtherData) {
  std::vector<double> one(2);
  std::vector<double> two(2);
  Synthetic({.features = 1, .seed = 1}).make(0, {one.data(), 1, 2});
  Synthetic({.features = 1, .seed = 2}).make(0, {two.data(), 1, 2});
  EXPECT_NE(one[0], two[0]);
}

TEST(Synthetic, RefusesWhatMakesNoSense) {
  EXPECT_THROW(Synthetic({.features = 0}), InvalidArgument);
  EXPECT_THROW(Synthetic({.noise = -1}), InvalidArgument);
  EXPECT_THROW(Synthetic({.noise = std::numeric_limits<double>::quiet_NaN()}), InvalidArgument);
  EXPECT_THROW(Synthetic({.model = SyntheticModel::poisson, .noise = 2.1}), InvalidArgument);
  EXPECT_THROW((void)parse_synthetic_model("cubic"), InvalidArgument);
  std::vector<double> row(3);
  EXPECT_THROW(Synthetic({.features = 1}).make(0, {row.data(), 1, 3}), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
