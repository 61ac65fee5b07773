// Matrices of second order of a few numbers, by hand; the Hessian as the slope of the gradient.
#include <batchgrad/curvature.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad {
namespace {

const std::vector<double> x = {1, 2, 3, 5};
const std::vector<double> y = {0, 1};
const std::vector<double> weight = {2, 3};
const std::vector<double> centre = {1, 1};

std::vector<double> evaluate(const Samples<double>& samples, const Loss& loss, Curvature curvature,
                             const std::vector<double>& parameters, Intercept intercept) {
  Context context = Context::on("reference");
  CurvatureEvaluator<double> evaluator(context, samples, loss, intercept);
  const index_t count = evaluator.parameter_count();
  std::vector<double> result(static_cast<std::size_t>(count * count), std::nan(""));
  evaluator(curvature, parameters, {result.data(), count, count});
  return result;
}

TEST(CurvatureByHand, GramIsTheWeightedSumOfOuterProducts) {
  // z = (0, 1, 1), (2, 4, 1)
  const Samples<double> samples{{x.data(), 2, 2}, y, weight, {}, centre};
  EXPECT_EQ(evaluate(samples, SquaredLoss{}, Curvature::gram, {}, Intercept::fitted),
            (std::vector<double>{12, 24, 6, 24, 50, 14, 6, 14, 5}));
  EXPECT_EQ(evaluate(samples, SquaredLoss{}, Curvature::gram, {}, Intercept::none),
            (std::vector<double>{12, 24, 24, 50}));
}

TEST(CurvatureByHand, FactorsAreThoseOfTheLoss) {
  const Samples<double> samples{{x.data(), 2, 2}, y, weight, {}, centre};
  // w = (1, -1), b = 0: eta = -1, -2; residuals -1, -3; delta 2: second derivatives 1, 0
  EXPECT_EQ(evaluate(samples, HuberLoss{2}, Curvature::observed, {1, -1}, Intercept::none),
            (std::vector<double>{0, 0, 0, 2}));
  // scores v loss' = 2 (-1), 3 (-2): squares 4, 36
  EXPECT_EQ(evaluate(samples, HuberLoss{2}, Curvature::score, {1, -1}, Intercept::none),
            (std::vector<double>{144, 288, 288, 580}));
  // eta = 0 everywhere: p (1 - p) = 1/4
  EXPECT_EQ(evaluate(samples, LogisticLoss{}, Curvature::expected, {0, 0, 0}, Intercept::fitted),
            (std::vector<double>{3, 6, 1.5, 6, 12.5, 3.5, 1.5, 3.5, 1.25}));
  EXPECT_EQ(evaluate(samples, AbsoluteLoss{}, Curvature::observed, {1, 1}, Intercept::none),
            (std::vector<double>(4, 0.0)));
}

TEST(CurvatureByHand, IsTheSlopeOfTheGradient) {
  const std::vector<double> offset = {0.25, -0.5};
  const Samples<double> samples{{x.data(), 2, 2}, y, weight, offset, centre};
  const std::vector<double> at = {0.3, -0.2, 0.1};
  const auto hessian =
      evaluate(samples, LogisticLoss{}, Curvature::observed, at, Intercept::fitted);
  Context context = Context::on("reference");
  LossEvaluator<double> evaluator(context, samples, LogisticLoss{});
  const double step = 1e-3;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto gradient_at = [&](double distance) {
      std::vector<double> moved = at;
      moved[i] += distance;
      std::vector<double> gradient(3);
      evaluator({moved.data(), 1, 3}, {{}, {gradient.data(), 1, 3}, {}});
      return gradient;
    };
    const auto far_left = gradient_at(-2 * step);
    const auto left = gradient_at(-step);
    const auto right = gradient_at(step);
    const auto far_right = gradient_at(2 * step);
    for (std::size_t j = 0; j < 3; ++j) {
      const double slope =
          (far_left[j] - 8 * left[j] + 8 * right[j] - far_right[j]) / (12 * step) * 5;
      // step^4 / 30 times at most 5 4^6 of the fifth derivative; 18 roundings of 5 / (12 step)
      EXPECT_TRUE(test::is_within(hessian[i * 3 + j], slope, 1e-9)) << i << " " << j;
    }
  }
}

TEST(CurvatureErrors, NameTheProblem) {
  Context context = Context::on("cpu");
  const std::vector<double> wide(2049, 1.0);
  const std::vector<double> one = {1};
  EXPECT_THROW(
      CurvatureEvaluator<double>(context, {{wide.data(), 1, 2049}, one, {}, {}, {}}, SquaredLoss{}),
      InvalidArgument);
  CurvatureEvaluator<double> evaluator(context, {{x.data(), 2, 2}, y, {}, {}, {}}, SquaredLoss{});
  std::vector<double> result(9, 7.0);
  EXPECT_THROW(evaluator(Curvature::observed, one, {result.data(), 3, 3}), InvalidArgument);
  EXPECT_THROW(evaluator(Curvature::gram, {}, {result.data(), 2, 2}), InvalidArgument);
  EXPECT_EQ(result, std::vector<double>(9, 7.0));
}

}  // namespace
}  // namespace batchgrad
