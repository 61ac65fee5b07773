// Deviance, dispersion and log-likelihood of a few numbers, by the formulas of the densities.
#include "family.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::detail {
namespace {

struct Row {
  double prediction;
  double target;
  double weight;
};

FamilySums sums_of(Family family, const std::vector<Row>& rows) {
  FamilySums sums(family);
  for (const Row& row : rows) sums.add(row.prediction, row.target, row.weight);
  return sums;
}

TEST(Families, BelongToTheirLosses) {
  EXPECT_EQ(family_of(SquaredLoss{}), Family::gaussian);
  EXPECT_EQ(family_of(LogisticLoss{}), Family::binomial);
  EXPECT_EQ(family_of(HuberLoss{}), Family::none);
}

TEST(Families, GaussianIsThatOfLm) {
  const auto sums = sums_of(Family::gaussian, {{1, 2, 1}, {0, 3, 2}, {5, 5, 0}, {1, 1, 4}});
  EXPECT_EQ(sums.count(), 3);
  EXPECT_EQ(sums.deviance(), 19);
  EXPECT_EQ(sums.dispersion(2), 9.5);
  // The density of N(eta, 19 / 3 / v) at each target.
  double expected = 0;
  for (const auto& [residual, weight] : {std::pair{1.0, 1.0}, {3.0, 2.0}, {0.0, 4.0}}) {
    const double variance = 19.0 / 3 / weight;
    expected -=
        0.5 * std::log(2 * std::numbers::pi * variance) + residual * residual / 2 / variance;
  }
  EXPECT_TRUE(test::is_within(sums.log_likelihood(), expected, 1e-14 * std::fabs(expected)));
}

TEST(Families, BinomialCountsTrials) {
  // Three of four successes at p = 1/2: C(4, 3) / 16.
  const auto sums = sums_of(Family::binomial, {{0, 0.75, 4}});
  EXPECT_TRUE(test::is_within(sums.log_likelihood(), std::log(0.25), 1e-14));
  const double deviance = 8 * (0.75 * std::log(1.5) + 0.25 * std::log(0.5));
  EXPECT_TRUE(test::is_within(sums.deviance(), deviance, 1e-14));
  EXPECT_EQ(sums.dispersion(7), 1);
  EXPECT_TRUE(std::isnan(sums_of(Family::binomial, {{0, 0.5, 1}}).log_likelihood()));
  // A label far on its own side costs nothing; on the other, twice its log-odds.
  EXPECT_TRUE(
      test::is_within(sums_of(Family::binomial, {{50, 1, 1}, {50, 0, 1}}).deviance(), 100, 1e-12));
}

TEST(Families, PoissonIsThatOfCounts) {
  // mu = 2, y = 3: e^-2 8 / 6
  const auto sums = sums_of(Family::poisson, {{std::log(2.0), 3, 1}});
  EXPECT_TRUE(test::is_within(sums.log_likelihood(), std::log(8.0 / 6) - 2, 1e-14));
  EXPECT_TRUE(test::is_within(sums.deviance(), 2 * (3 * std::log(1.5) - 1), 1e-14));
  EXPECT_TRUE(
      test::is_within(sums_of(Family::poisson, {{1, 0, 2}}).deviance(), 4 * std::exp(1.0), 1e-13));
  EXPECT_TRUE(std::isnan(sums_of(Family::poisson, {{0, 0.5, 1}}).log_likelihood()));
}

TEST(Families, GammaIsThatOfR) {
  // mu = 1: y = 2, 1/2. Deviance 2 (2 - 1 - log 2 + 1/2 - 1 + log 2) = 1; Pearson 1 + 1/4.
  const auto sums = sums_of(Family::gamma, {{0, 2, 1}, {0, 0.5, 1}});
  EXPECT_TRUE(test::is_within(sums.deviance(), 1, 1e-14));
  EXPECT_TRUE(test::is_within(sums.dispersion(1), 1.25, 1e-14));
  // Dispersion 1/2: shape 2, scale 1/2: density 4 y exp(-2 y)
  EXPECT_TRUE(test::is_within(sums.log_likelihood(), std::log(8.0) - 4 + std::log(2.0) - 1, 1e-13));
}

}  // namespace
}  // namespace batchgrad::detail
