#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::linear_data;
using test::SmallData;

/// (0, 1), (1, 3), (2, 4): mean 1 and 8/3, variance of x 2/3, covariance 1.
SmallData<> three_points() { return {1, {0, 1, 2}, {1, 3, 4}, {}, {}}; }

class Fit : public testing::TestWithParam<std::string> {
 protected:
  template <class T>
  FitResult run(const SmallData<T>& data, const Loss& loss, const FitOptions& options = {}) {
    return fit(context_, data.samples(), loss, options);
  }

 private:
  Context context_ = Context::on(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Devices, Fit, testing::Values("reference", "cpu"),
                         [](const auto& device) { return device.param; });

TEST_P(Fit, SolvesTheNormalEquationsOfThreePoints) {
  const FitResult found = run(three_points(), SquaredLoss{});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.coefficients[0], 1.5, 1e-8);
  EXPECT_NEAR(found.intercept, 7.0 / 6, 1e-8);
  EXPECT_NEAR(found.objective, 0.5 * (1.0 / 36 + 4.0 / 36 + 1.0 / 36) / 3, 1e-14);
}

TEST_P(Fit, SolvesThemByGradientDescent) {
  FitOptions options;
  options.solver = GradientDescent{};
  const FitResult found = run(three_points(), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.coefficients[0], 1.5, 1e-8);
  EXPECT_NEAR(found.intercept, 7.0 / 6, 1e-8);
}

TEST_P(Fit, SolvesThemWithoutStandardising) {
  FitOptions options;
  options.standardise = Standardise::no;
  const FitResult found = run(three_points(), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.coefficients[0], 1.5, 1e-8);
  EXPECT_NEAR(found.intercept, 7.0 / 6, 1e-8);
}

TEST_P(Fit, LeavesTheInterceptOut) {
  FitOptions options;
  options.intercept = Intercept::none;
  const FitResult found = run(three_points(), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.coefficients[0], 11.0 / 5, 1e-8);
  EXPECT_EQ(found.intercept, 0);
}

TEST_P(Fit, FitsAnInterceptAlone) {
  const FitResult found = run(SmallData<>{0, {}, {1, 3, 4}, {}, {}}, SquaredLoss{});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.intercept, 8.0 / 3, 1e-12);
}

TEST_P(Fit, PenalisesRawCoefficientsInEitherCoordinates) {
  SmallData<> data = three_points();
  for (double& x : data.x) x = 1000 * x + 5;
  FitOptions options;
  options.l2 = 0.5e6;
  const double expected = 1e3 / (2e6 / 3 + 0.5e6);
  for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
    options.standardise = standardise;
    const FitResult found = run(data, SquaredLoss{}, options);
    EXPECT_EQ(found.stop, Stop::gradient);
    EXPECT_NEAR(found.coefficients[0], expected, 1e-8 * expected);
    EXPECT_NEAR(found.intercept, 8.0 / 3 - 1005 * expected, 1e-7);
  }
}

TEST_P(Fit, TakesAWeightForARepeatedRow) {
  SmallData<> repeated{1, {0, 1, 1, 1, 2, 5}, {1, 3, 3, 3, 4, 2}, {}, {}};
  SmallData<> weighted{1, {0, 1, 2, 5, 99}, {1, 3, 4, 2, -7}, {0.5, 1.5, 0.5, 0.5, 0}, {}};
  const FitResult one = run(repeated, SquaredLoss{});
  const FitResult other = run(weighted, SquaredLoss{});
  EXPECT_EQ(one.stop, Stop::gradient);
  EXPECT_NEAR(one.coefficients[0], other.coefficients[0], 1e-9);
  EXPECT_NEAR(one.intercept, other.intercept, 1e-9);
  EXPECT_NEAR(one.objective, other.objective, 1e-14);
}

TEST_P(Fit, AddsTheOffsetToThePrediction) {
  SmallData<> shifted{1, {0, 1, 2}, {11, -17, 4.5}, {}, {10, -20, 0.5}};
  const FitResult found = run(shifted, SquaredLoss{});
  EXPECT_NEAR(found.coefficients[0], 1.5, 1e-7);
  EXPECT_NEAR(found.intercept, 7.0 / 6, 1e-7);
}

TEST_P(Fit, SeesSmallDifferencesBesideALargeMean) {
  SmallData<> data = three_points();
  for (double& x : data.x) x += 1e9;
  const FitResult found = run(data, SquaredLoss{});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.coefficients[0], 1.5, 1e-8);
  EXPECT_NEAR(found.intercept + found.coefficients[0] * 1e9, 7.0 / 6, 1e-6);
}

TEST_P(Fit, DoesNotDependOnTheUnitsOfTheFeatures) {
  SmallData<> data = linear_data(300, 4, 2.0);
  const FitResult plain = run(data, SquaredLoss{});
  const auto unit = [](std::size_t j) { return std::ldexp(1.0, 10 * static_cast<int>(j) - 20); };
  for (std::size_t i = 0; i < data.x.size(); ++i) data.x[i] *= unit(i % 4);
  const FitResult scaled = run(data, SquaredLoss{});
  EXPECT_EQ(scaled.iterations, plain.iterations);
  for (std::size_t j = 0; j < 4; ++j)
    EXPECT_NEAR(scaled.coefficients[j] * unit(j), plain.coefficients[j], 1e-9);
}

TEST_P(Fit, KeepsTheCoefficientOfAConstantFeatureAtZero) {
  SmallData<> data{2, {0, 0.1, 1, 0.1, 2, 0.1}, {1, 3, 4}, {}, {}};
  for (const double l2 : {0.0, 0.5}) {
    FitOptions options;
    options.l2 = l2;
    const FitResult found = run(data, SquaredLoss{}, options);
    EXPECT_EQ(found.stop, Stop::gradient);
    EXPECT_NEAR(found.coefficients[0], 1 / (2.0 / 3 + l2), 1e-8);
    EXPECT_EQ(found.coefficients[1], 0);
  }
}

TEST_P(Fit, ConvergesWithAConstantFeatureInRawUnits) {
  SmallData<> data{2, {0, 7, 1, 7, 2, 7}, {1, 3, 4}, {}, {}};
  FitOptions options;
  options.standardise = Standardise::no;
  const FitResult found = run(data, SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.intercept + 7 * found.coefficients[1], 7.0 / 6, 1e-7);
}

TEST_P(Fit, UsesAConstantFeatureWhereThereIsNoIntercept) {
  SmallData<> data{2, {0, 2, 1, 2, 2, 2}, {1, 3, 4}, {}, {}};
  FitOptions options;
  options.intercept = Intercept::none;
  const FitResult found = run(data, SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.coefficients[1], 7.0 / 12, 1e-8);
}

TEST_P(Fit, ConvergesOnAPerfectFit) {
  for (const Standardise standardise : {Standardise::yes, Standardise::no})
    for (const Loss& loss : {Loss(SquaredLoss{}), Loss(HuberLoss{1.0})}) {
      FitOptions options;
      options.standardise = standardise;
      const FitResult found = run(linear_data(500, 4, 0.0), loss, options);
      EXPECT_EQ(found.stop, Stop::gradient) << loss_name(loss);
      for (std::size_t j = 0; j < 4; ++j)
        EXPECT_NEAR(found.coefficients[j], static_cast<double>(j) + 1, 1e-7);
    }
}

TEST_P(Fit, ConvergesOnAPerfectFitFromWhereItIs) {
  FitOptions options;
  options.start = {1, 2, 3, 1};
  const FitResult found = run(linear_data(500, 3, 0.0), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.iterations, 0);
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_DOUBLE_EQ(found.coefficients[j], static_cast<double>(j) + 1);
}

TEST_P(Fit, ConvergesOnTargetsThatAreAllZero) {
  SmallData<> data{1, {0, 1, 2}, {0, 0, 0}, {}, {}};
  EXPECT_EQ(run(data, SquaredLoss{}).stop, Stop::gradient);
  FitOptions options;
  options.start = {3, -1};
  const FitResult found = run(data, SquaredLoss{}, options);
  EXPECT_NEAR(found.coefficients[0], 0, 1e-8);
}

TEST_P(Fit, ConvergesInFloatStorage) {
  const FitResult wide = run(linear_data<double>(1000, 4, 5.0), SquaredLoss{});
  const FitResult narrow = run(linear_data<float>(1000, 4, 5.0), SquaredLoss{});
  EXPECT_EQ(narrow.stop, Stop::gradient);
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(narrow.coefficients[j], wide.coefficients[j], 0.01);  // of a noise of 1.5
    EXPECT_EQ(narrow.coefficients[j],
              static_cast<double>(static_cast<float>(narrow.coefficients[j])));
  }
  EXPECT_EQ(run(linear_data<float>(1000, 4, 0.0), SquaredLoss{}).stop, Stop::gradient);
}

TEST_P(Fit, ReportsDivergenceAndReturnsTheBestPoint) {
  FitOptions options;
  options.solver = GradientDescent{1e3, 0};
  const FitResult found = run(linear_data(100, 3, 1.0), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_FALSE(found.converged());
  EXPECT_EQ(found.objective, found.history[0].objective);
  EXPECT_EQ(found.coefficients, (std::vector<double>{0, 0, 0}));
}

TEST_P(Fit, ReturnsAStartWhoseObjectiveOverflows) {
  FitOptions options;
  options.start = {1e200, 0};
  const FitResult found = run(three_points(), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.iterations, 0);
  EXPECT_FALSE(std::isfinite(found.objective));
  EXPECT_DOUBLE_EQ(found.coefficients[0], 1e200);
}

TEST_P(Fit, EvaluatesTheStartWithoutIterations) {
  FitOptions options;
  options.start = {2, 1};
  options.max_iterations = 0;
  const FitResult found = run(three_points(), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::max_iterations);
  EXPECT_EQ(found.evaluations, 1);
  EXPECT_DOUBLE_EQ(found.coefficients[0], 2);
  EXPECT_DOUBLE_EQ(found.intercept, 1);
  EXPECT_DOUBLE_EQ(found.objective, 0.5 * 1 / 3);  // residuals 0, 0, 1
}

TEST_P(Fit, FollowsTheRecurrenceOfDescentInRawUnits) {
  FitOptions options;
  options.solver = GradientDescent{0.25, 0.5};
  options.standardise = Standardise::no;
  options.tolerance = 0;
  options.max_iterations = 20;
  const FitResult found = run(SmallData<>{1, {1.5}, {3}, {}, {}}, SquaredLoss{}, options);
  double w = 0;
  double b = 0;
  double w_velocity = 0;
  double b_velocity = 0;
  double lowest = 1e300;
  double best_w = 0;
  for (int k = 0; k <= 20; ++k) {
    const double residual = (b + 1.5 * w) - 3;
    EXPECT_NEAR(found.history[static_cast<std::size_t>(k)].objective, 0.5 * residual * residual,
                1e-15);
    if (0.5 * residual * residual < lowest) best_w = w;
    lowest = std::fmin(lowest, 0.5 * residual * residual);
    w_velocity = 0.5 * w_velocity - 0.25 * (residual * 1.5);
    b_velocity = 0.5 * b_velocity - 0.25 * residual;
    w = w + w_velocity;
    b = b + b_velocity;
  }
  EXPECT_DOUBLE_EQ(found.coefficients[0], best_w);
}

TEST_P(Fit, CountsEvaluationsAndKeepsTheHistory) {
  const FitResult found = run(linear_data(200, 4, 1.0), SquaredLoss{});
  ASSERT_EQ(static_cast<index_t>(found.history.size()), found.iterations + 1);
  EXPECT_EQ(found.history.front().step, 0);
  EXPECT_EQ(found.history.front().evaluations, 1);
  EXPECT_EQ(found.history.back().evaluations, found.evaluations);
  EXPECT_EQ(found.history.back().objective, found.objective);
  EXPECT_EQ(found.history.back().gradient_norm, found.gradient_norm);
}

}  // namespace
}  // namespace batchgrad
