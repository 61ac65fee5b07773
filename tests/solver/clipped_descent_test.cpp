#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "noisy_line.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::noisy_line;
using test::SmallData;

/// The textbook: as numbers in raw units.
FitOptions textbook() {
  GradientDescent descent;
  descent.learning_rate = 5e-4;
  descent.clip.value = 1000;
  FitOptions options;
  options.solver = descent;
  options.standardise = Standardise::no;
  options.max_iterations = 1000;
  options.tolerance = 0;
  options.start = {4, 4};
  return options;
}

TEST(ClippedDescent, FitsANoisyLineAsTheRecurrenceDoes) {
  const SmallData<> data = noisy_line();
  double slope = 4;
  double intercept = 4;
  double largest = 0;  // of the sums that a gradient is a mean of
  int clipped = 0;
  for (int t = 0; t < 1000; ++t) {
    double slope_gradient = 0;
    double intercept_gradient = 0;
    double size = 0;
    for (std::size_t m = 0; m < 100; ++m) {
      const double residual = slope * data.x[m] + intercept - data.y[m];
      slope_gradient += residual * data.x[m] / 100;
      intercept_gradient += residual / 100;
      const double parts =
          std::fabs(slope * data.x[m]) + std::fabs(intercept) + std::fabs(data.y[m]);
      size += parts * std::max(data.x[m], 1.0) / 100;
    }
    largest = std::max(largest, size);
    if (std::fabs(slope_gradient) > 1000) ++clipped;
    slope -= 5e-4 * std::clamp(slope_gradient, -1000.0, 1000.0);
    intercept -= 5e-4 * std::clamp(intercept_gradient, -1000.0, 1000.0);
  }
  EXPECT_GE(clipped, 1);
  // Both gradients are sums of 100 products with some 5 roundings each, wrong by gamma(105) of the
  // sizes added up, and so are both steps; 1 - rate H has eigenvalues between -1 and 1, so an error
  // made once is not larger at the end, but for the clipped steps, where the slope stands still and
  // leaks 5e-4 * 50 of its error into the intercept. Errors of all steps may add up.
  const double bound = 1000 * 2 * 5e-4 * test::gamma<double>(105) * largest * (1 + clipped * 0.025);
  for (const char* device : {"reference", "cpu"}) {
    Context context = Context::on(device);
    const FitResult found = fit(context, data.samples(), SquaredLoss{}, textbook());
    EXPECT_EQ(found.stop, Stop::max_iterations);
    EXPECT_EQ(found.iterations, 1000);
    EXPECT_TRUE(test::is_within(found.coefficients[0], slope, bound)) << device;
    EXPECT_TRUE(test::is_within(found.intercept, intercept, bound)) << device;
    // As the README prints them.
    EXPECT_TRUE(test::is_within(found.coefficients[0], 1.96210724, 5e-9)) << device;
    EXPECT_TRUE(test::is_within(found.intercept, 3.38881387, 5e-9)) << device;
  }
  EXPECT_LE(bound, 1e-7);  // the test can tell the steps apart
}

TEST(ClippedDescent, IsOnItsWayToTheLeastSquares) {
  const SmallData<> data = noisy_line();
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t m = 0; m < 100; ++m) {
    mean_x += data.x[m] / 100;
    mean_y += data.y[m] / 100;
  }
  double xx = 0;
  double xy = 0;
  for (std::size_t m = 0; m < 100; ++m) {
    xx += (data.x[m] - mean_x) * (data.x[m] - mean_x);
    xy += (data.x[m] - mean_x) * (data.y[m] - mean_y);
  }
  Context context = Context::on("cpu");
  const FitResult exact = fit(context, data.samples(), SquaredLoss{});
  EXPECT_TRUE(exact.converged());
  EXPECT_TRUE(test::is_within(exact.coefficients[0], xy / xx, 1e-8));
  EXPECT_TRUE(test::is_within(exact.intercept, mean_y - xy / xx * mean_x, 1e-6));
  EXPECT_TRUE(test::is_within(exact.coefficients[0], 2.01517011, 5e-9));
  EXPECT_TRUE(test::is_within(exact.intercept, -0.166307931, 5e-10));
  const FitResult descent = fit(context, data.samples(), SquaredLoss{}, textbook());
  EXPECT_GT(descent.objective, exact.objective);
  // The flattest curvature is about 1/4: 1000 steps of 5e-4 take an eighth off the distance.
  EXPECT_TRUE(test::is_within(descent.objective, exact.objective, 5));
  EXPECT_TRUE(test::is_within(descent.coefficients[0], exact.coefficients[0], 0.1));
}

}  // namespace
}  // namespace batchgrad
