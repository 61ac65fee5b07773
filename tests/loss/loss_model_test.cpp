// What losses say of the targets they model: least values, means, expected curvatures.
#include <batchgrad/loss.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "loss_targets.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

/// The least value of a convex function between two ends, by thirds, in long double.
template <class F>
double least_value(const F& f, long double low, long double high) {
  for (int k = 0; k < 300; ++k) {
    const long double third = (high - low) / 3;
    (f(low + third) <= f(high - third) ? high : low) =
        f(low + third) <= f(high - third) ? high - third : low + third;
  }
  return static_cast<double>(f((low + high) / 2));
}

TEST(SaturatedValue, IsTheLeastOverAllPredictions) {
  for (const auto name : loss_names()) {
    const Loss loss = parse_loss(name);
    for (const double y : targets_inside(target_domain(loss))) {
      SCOPED_TRACE(std::string(name) + " at " + std::to_string(y));
      std::visit(
          [&](const auto& l) {
            const long double target = y;
            const auto value = [&](long double p) { return l.value(p, target); };
            // Where the minimum is at infinity, values at 100 are within 2 exp(-50) of it.
            EXPECT_TRUE(is_within(saturated_value(l, y), least_value(value, -100, 100),
                                  8 * Limits<double>::epsilon * (1 + y)));
          },
          loss);
    }
  }
}

TEST(SaturatedValue, HasClosedForms) {
  EXPECT_EQ(saturated_value(PoissonLoss{}, 0.0), 0.0);
  EXPECT_EQ(saturated_value(PoissonLoss{}, 1.0), 1.0);
  EXPECT_TRUE(is_within_ulps(saturated_value(PoissonLoss{}, 3.0), 3 - 3 * std::log(3.0), 4));
  EXPECT_EQ(saturated_value(GammaLoss{}, 1.0), 1.0);
  EXPECT_EQ(saturated_value(LogisticLoss{}, 0.0), 0.0);
  EXPECT_EQ(saturated_value(LogisticLoss{}, 1.0), 0.0);
  EXPECT_TRUE(is_within_ulps(saturated_value(LogisticLoss{}, 0.5), std::log(2.0), 4));
  EXPECT_EQ(saturated_value(TweedieLoss{}, 0.0), 0.0);
  EXPECT_EQ(saturated_value(TweedieLoss{}, 4.0), 8.0);  // sqrt(4) / (1/2 * 1/2)
  EXPECT_EQ(saturated_value(HuberLoss{}, 4.0), 0.0);
}

TEST(PredictedMean, MinimisesTheLossOfALikelihood) {
  // A likelihood with a canonical or any other link is best at the prediction whose mean is y.
  for (const double y : {0.01, 0.25, 0.9}) {
    const auto expect = [y](const auto& loss, double prediction) {
      EXPECT_TRUE(is_within_ulps(predicted_mean(loss, prediction), y, 16)) << loss.name;
      EXPECT_TRUE(is_within(loss.derivative(prediction, y), 0, 16 * Limits<double>::epsilon))
          << loss.name;
    };
    expect(LogisticLoss{}, std::log(y / (1 - y)));
    expect(PoissonLoss{}, std::log(y));
    expect(GammaLoss{}, std::log(y));
    expect(TweedieLoss{}, std::log(y));
  }
  EXPECT_EQ(predicted_mean(LogisticLoss{}, 1000.0), 1.0);
  EXPECT_TRUE(is_within_ulps(predicted_mean(LogisticLoss{}, -700.0), std::exp(-700.0), 2));
  EXPECT_TRUE(std::isnan(predicted_mean(LogisticLoss{}, std::nan(""))));
}

TEST(PredictedMean, IsThePredictionUnlessALossSaysOtherwise) {
  EXPECT_EQ(predicted_mean(SquaredLoss{}, -3.5), -3.5);
  EXPECT_EQ(predicted_mean(QuantileLoss{0.9}, -3.5), -3.5);
  EXPECT_EQ(predicted_mean(SquaredHingeLoss{}, -3.5), -3.5);
}

/// The second derivatives of likelihoods are affine in the target, so their expectation over the
/// model's targets is their value at the mean.
TEST(ExpectedCurvature, IsTheExpectationOfTheSecondDerivative) {
  for (const double eta : {-30.0, -2.0, -0.3, 0.0, 0.7, 3.0, 30.0}) {
    const auto expect = [eta](const auto& loss) {
      const long double p = eta;
      const long double mean = predicted_mean(loss, p);
      const auto second = [&](long double y) { return loss.second_derivative(p, y); };
      const auto expected = static_cast<double>(second(mean));
      EXPECT_TRUE(
          is_within_ulps(static_cast<double>(second(0) + second(2 * mean)), 2 * expected, 4))
          << "affine: " << loss.name;
      for (const double y : {0.0, 1.0})
        EXPECT_TRUE(is_within_ulps(expected_curvature(loss, eta, y), expected, 4 + std::fabs(eta)))
            << loss.name << " at " << eta;
    };
    expect(LogisticLoss{});
    expect(PoissonLoss{});
    expect(GammaLoss{});
    expect(TweedieLoss{});
    expect(TweedieLoss{1.1});
    expect(TweedieLoss{1.9});
  }
}

TEST(ExpectedCurvature, OfPoissonCountsIsTheSumOverTheirProbabilities) {
  // No use of affinity: sum over k of P(k) second_derivative(eta, k), mean 2.5. Of 100 terms the
  // rest is below 1e-90.
  const double eta = std::log(2.5);
  long double probability = std::exp(-2.5L);
  long double sum = 0;
  for (int k = 0; k < 100; ++k) {
    sum += probability * PoissonLoss{}.second_derivative(eta, static_cast<double>(k));
    probability *= 2.5L / (k + 1);
  }
  EXPECT_TRUE(
      is_within_ulps(expected_curvature(PoissonLoss{}, eta, 7.0), static_cast<double>(sum), 8));
}

TEST(ExpectedCurvature, IsTheSecondDerivativeUnlessALossSaysOtherwise) {
  EXPECT_EQ(expected_curvature(SquaredLoss{}, 2.0, 5.0), 1.0);
  EXPECT_EQ(expected_curvature(HuberLoss{}, 0.5, 0.0), 1.0);
  EXPECT_EQ(expected_curvature(HuberLoss{}, 2.5, 0.0), 0.0);
  EXPECT_EQ(expected_curvature(LogCoshLoss{}, 0.5, 0.0), LogCoshLoss{}.second_derivative(0.5, 0.0));
  EXPECT_EQ(expected_curvature(SquaredHingeLoss{}, 0.5, 1.0), 2.0);
}

/// By its definition: what a relative error of target and prediction moves the derivative by, at
/// the prediction that fits. Half of each is as good.
TEST(DerivativeSize, IsWhatRoundingOfTargetAndPredictionMoves) {
  const double error = 0x1p-26;
  for (const double y : {1e-6, 0.3, 1.0, 20.0, 1e7}) {
    const auto expect = [&](const auto& loss, double prediction) {
      const double by_target =
          std::fabs(loss.derivative(prediction, y * (1 + error)) - loss.derivative(prediction, y)) /
          error;
      const double by_prediction =
          std::fabs(loss.derivative(prediction * (1 + error), y) - loss.derivative(prediction, y)) /
          error;
      const double moved = by_target + by_prediction;
      EXPECT_LE(derivative_size(loss, y), 1.001 * moved) << loss.name << " at " << y;
      EXPECT_GE(derivative_size(loss, y), 0.499 * moved) << loss.name << " at " << y;
    };
    expect(SquaredLoss{}, y);
    expect(PoissonLoss{}, std::log(y));
    expect(GammaLoss{}, std::log(y));
    expect(TweedieLoss{1.3}, std::log(y));
  }
  EXPECT_EQ(derivative_size(PoissonLoss{}, 0.0), 0.0);
  EXPECT_EQ(derivative_size(TweedieLoss{}, 0.0), 0.0);
  EXPECT_EQ(derivative_size(AbsoluteLoss{}, -1e20), 1.0);
  EXPECT_EQ(derivative_size(QuantileLoss{}, -1e20), 1.0);
  EXPECT_EQ(derivative_size(HuberLoss{}, -3.0), 3.0);
}

}  // namespace
}  // namespace batchgrad::test
