// Values worked out by hand or from the closed form, at the points where formulas change.
#include <batchgrad/loss.hpp>

#include <cmath>
#include <gtest/gtest.h>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

TEST(SquaredLoss, IsHalfTheSquareOfTheResidual) {
  EXPECT_EQ(SquaredLoss{}.value(5.0, 2.0), 4.5);
  EXPECT_EQ(SquaredLoss{}.derivative(5.0, 2.0), 3.0);
  EXPECT_EQ(SquaredLoss{}.second_derivative(5.0, 2.0), 1.0);
}

TEST(AbsoluteLoss, HasTheSmallestSubgradientAtItsKink) {
  EXPECT_EQ(AbsoluteLoss{}.value(1.0, 3.0), 2.0);
  EXPECT_EQ(AbsoluteLoss{}.derivative(1.0, 3.0), -1.0);
  EXPECT_EQ(AbsoluteLoss{}.derivative(3.0, 1.0), 1.0);
  EXPECT_EQ(AbsoluteLoss{}.derivative(3.0, 3.0), 0.0);
}

TEST(HuberLoss, IsSmoothWhereItsBranchesMeet) {
  const HuberLoss loss{1.5};
  EXPECT_EQ(loss.value(1.5, 0.0), 1.125);
  EXPECT_EQ(loss.value(-3.0, 0.0), 1.5 * (3 - 0.75));
  EXPECT_EQ(loss.derivative(1.5, 0.0), 1.5);
  EXPECT_EQ(loss.derivative(-3.0, 0.0), -1.5);
  EXPECT_EQ(loss.second_derivative(1.5, 0.0), 1.0);
  EXPECT_EQ(loss.second_derivative(3.0, 0.0), 0.0);
}

TEST(LogisticLoss, IsTheNegativeLogLikelihood) {
  for (const double eta : {-2.0, -0.5, 0.0, 1.0, 3.0}) {
    const long double p = 1 / (1 + std::exp(-static_cast<long double>(eta)));
    const auto expect = [](double actual, long double exact) {
      EXPECT_TRUE(is_within_ulps(actual, static_cast<double>(exact), 4));
    };
    expect(LogisticLoss{}.value(eta, 1.0), -std::log(p));
    expect(LogisticLoss{}.value(eta, 0.0), -std::log1p(-p));
    expect(LogisticLoss{}.derivative(eta, 1.0), p - 1);
    expect(LogisticLoss{}.derivative(eta, 0.0), p);
    expect(LogisticLoss{}.second_derivative(eta, 0.0), p * (1 - p));
  }
}

TEST(LogisticLoss, KeepsItsTailsWhereProbabilitiesRoundToOne) {
  // log(1 + exp(-50)) = exp(-50) to double precision; p - 1 = -exp(-50).
  EXPECT_TRUE(is_within_ulps(LogisticLoss{}.value(50.0, 1.0), std::exp(-50.0), 4));
  EXPECT_TRUE(is_within_ulps(LogisticLoss{}.derivative(50.0, 1.0), -std::exp(-50.0), 4));
  EXPECT_EQ(LogisticLoss{}.value(1000.0, 0.0), 1000.0);
  EXPECT_EQ(LogisticLoss{}.value(-1000.0, 1.0), 1000.0);
}

TEST(LogCoshLoss, IsTheLogarithmOfTheHyperbolicCosine) {
  // On both sides of |r| = 1, where the form changes, and far below it.
  for (const double r : {1e-8, 0.3, 0.999, 1.0, 1.001, 5.0, 300.0}) {
    const long double x = r;
    // For small r the series r^2/2 - r^4/12, exact to r^4 / 45.
    const long double exact = r < 1e-4 ? x * x / 2 - x * x * x * x / 12 : std::log(std::cosh(x));
    for (const double p : {r, -r}) {
      EXPECT_TRUE(is_within_ulps(LogCoshLoss{}.value(p, 0.0), static_cast<double>(exact), 4)) << r;
      EXPECT_TRUE(is_within_ulps(LogCoshLoss{}.derivative(p, 0.0), std::tanh(p), 2)) << r;
      EXPECT_TRUE(is_within_ulps(LogCoshLoss{}.second_derivative(p, 0.0),
                                 static_cast<double>(1 / (std::cosh(x) * std::cosh(x))), 8))
          << r;
    }
  }
  EXPECT_EQ(LogCoshLoss{}.value(2.5, 2.5), 0.0);
  EXPECT_EQ(LogCoshLoss{}.second_derivative(2.5, 2.5), 1.0);
}

TEST(QuantileLoss, CountsPredictionsThatAreTooLowByTau) {
  const QuantileLoss loss{0.75};
  EXPECT_EQ(loss.value(1.0, 3.0), 1.5);  // too low by 2
  EXPECT_EQ(loss.value(3.0, 1.0), 0.5);  // too high by 2
  EXPECT_EQ(loss.value(3.0, 3.0), 0.0);
  EXPECT_EQ(loss.derivative(1.0, 3.0), -0.75);
  EXPECT_EQ(loss.derivative(3.0, 1.0), 0.25);
  EXPECT_EQ(loss.derivative(3.0, 3.0), 0.0);
  EXPECT_EQ(loss.second_derivative(1.0, 3.0), 0.0);
  EXPECT_EQ(QuantileLoss{}.value(1.0, 3.0), 0.5 * AbsoluteLoss{}.value(1.0, 3.0));
}

TEST(SquaredHingeLoss, VanishesBeyondAMarginOfOne) {
  const SquaredHingeLoss loss;
  EXPECT_EQ(loss.value(0.5, 1.0), 0.25);
  EXPECT_EQ(loss.derivative(0.5, 1.0), -1.0);
  EXPECT_EQ(loss.second_derivative(0.5, 1.0), 2.0);
  EXPECT_EQ(loss.value(0.5, 0.0), 2.25);
  EXPECT_EQ(loss.derivative(0.5, 0.0), 3.0);
  for (const double margin : {1.0, 1.5}) {
    for (const double label : {0.0, 1.0}) {
      const double prediction = label > 0 ? margin : -margin;
      EXPECT_EQ(loss.value(prediction, label), 0.0);
      EXPECT_EQ(loss.derivative(prediction, label), 0.0);
      EXPECT_EQ(loss.second_derivative(prediction, label), 0.0);
    }
  }
}

TEST(PoissonLoss, IsTheNegativeLogLikelihood) {
  const double e = std::exp(1.0);
  EXPECT_EQ(PoissonLoss{}.value(0.0, 3.0), 1.0);
  EXPECT_TRUE(is_within_ulps(PoissonLoss{}.value(1.0, 3.0), e - 3, 8));
  EXPECT_TRUE(is_within_ulps(PoissonLoss{}.derivative(1.0, 3.0), e - 3, 8));
  EXPECT_TRUE(is_within_ulps(PoissonLoss{}.second_derivative(1.0, 3.0), e, 2));
  EXPECT_EQ(PoissonLoss{}.value(-1000.0, 0.0), 0.0);
  // Differences of the values are those of -log(mu^y exp(-mu) / y!): y = 2 at means 2 and 4.
  EXPECT_TRUE(
      is_within(PoissonLoss{}.value(std::log(4.0), 2.0) - PoissonLoss{}.value(std::log(2.0), 2.0),
                2 - 2 * std::log(2.0), 1e-15));
}

TEST(GammaLoss, IsTheNegativeLogLikelihood) {
  EXPECT_EQ(GammaLoss{}.value(0.0, 3.0), 3.0);
  EXPECT_EQ(GammaLoss{}.derivative(0.0, 3.0), -2.0);
  EXPECT_EQ(GammaLoss{}.second_derivative(0.0, 3.0), 3.0);
  EXPECT_TRUE(is_within_ulps(GammaLoss{}.value(std::log(2.0), 3.0), 1.5 + std::log(2.0), 4));
  EXPECT_TRUE(is_within_ulps(GammaLoss{}.derivative(std::log(2.0), 3.0), -0.5, 8));
}

TEST(TweedieLoss, LiesBetweenPoissonAndGamma) {
  // power 3/2 at mean 4: exp(eta / 2) = 2, so 2 * 2 + 2 y / 2.
  const double eta = std::log(4.0);
  const TweedieLoss loss;
  EXPECT_TRUE(is_within_ulps(loss.value(eta, 3.0), 7.0, 4));
  EXPECT_TRUE(is_within_ulps(loss.derivative(eta, 3.0), 2 - 1.5, 8));
  EXPECT_TRUE(is_within_ulps(loss.second_derivative(eta, 3.0), 1 + 0.75, 4));
  EXPECT_TRUE(is_within_ulps(loss.value(eta, 0.0), 4.0, 4));
  // The derivatives tend to those of the neighbours, whose powers are 1 and 2.
  EXPECT_TRUE(is_within(TweedieLoss{1 + 1e-9}.derivative(eta, 3.0),
                        PoissonLoss{}.derivative(eta, 3.0), 2e-8));
  EXPECT_TRUE(is_within(TweedieLoss{2 - 1e-9}.derivative(eta, 3.0),
                        GammaLoss{}.derivative(eta, 3.0), 1e-8));
}

}  // namespace
}  // namespace batchgrad::test
