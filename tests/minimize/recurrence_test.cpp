#include <cmath>
#include <gtest/gtest.h>

#include "functions.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::exactly;
using test::RecordedStep;

/// The steps from one start.
std::vector<RecordedStep> steps_of(const ValueAndGradient& f, const std::vector<double>& start,
                                   MinimizeOptions options) {
  std::vector<RecordedStep> steps;
  options.observer = [&](const MinimizeStep& step) {
    steps.push_back(test::recorded(step));
    return Continue::yes;
  };
  static_cast<void>(minimize(f, start, options));
  return steps;
}

TEST(MinimizeRecurrence, DescendsAParabolaAsTextbooksDo) {
  const auto steps = steps_of(test::parabola, {0}, exactly(GradientDescent{0.1, 0}, 6));
  const std::vector<double> expected = {0, 1.0, 1.8, 2.44, 2.952, 3.3616, 3.68928};
  const std::vector<double> cost = {25, 16, 10.24, 6.5536, 4.194304, 2.68435456};
  ASSERT_EQ(steps.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_TRUE(test::is_within_ulps(steps[k].x[0], expected[k], 2)) << k;
    EXPECT_EQ(steps[k].iteration, static_cast<index_t>(k));
    EXPECT_EQ(steps[k].evaluations, static_cast<index_t>(k) + 1);
  }
  for (std::size_t k = 0; k < cost.size(); ++k)
    EXPECT_TRUE(test::is_within_ulps(steps[k].value, cost[k], 8)) << k;
}

TEST(MinimizeRecurrence, DescendsABowlAsTextbooksDo) {
  const StartResult found = minimize(test::bowl, {0, 0}, exactly(GradientDescent{0.1, 0}, 100));
  EXPECT_EQ(found.x, (std::vector<double>{0.9999999997962964, 1.9999999995925928}));
  EXPECT_EQ(found.stop, Stop::max_iterations);
  EXPECT_EQ(found.iterations, 100);
  EXPECT_EQ(found.evaluations, 101);
}

TEST(MinimizeRecurrence, ReportsEachPointWithItsGradientAndMove) {
  const auto steps = steps_of(test::trough, {10, -1}, exactly(GradientDescent{0.01, 0}, 3));
  ASSERT_EQ(steps.size(), 4U);
  for (std::size_t k = 0; k < steps.size(); ++k) {
    EXPECT_EQ(steps[k].gradient, (std::vector<double>{2 * steps[k].x[0], 40 * steps[k].x[1]}));
    const double moved =
        k == 0 ? 0
               : std::hypot(steps[k].x[0] - steps[k - 1].x[0], steps[k].x[1] - steps[k - 1].x[1]);
    EXPECT_TRUE(test::is_within_ulps(steps[k].step, moved, 2)) << k;
  }
}

TEST(MinimizeRecurrence, CarriesMomentum) {
  const auto steps = steps_of(test::trough, {3, 1}, exactly(GradientDescent{0.02, 0.9}, 60));
  ASSERT_EQ(steps.size(), 61U);
  std::vector<double> x = {3, 1};
  std::vector<double> velocity = {0, 0};
  for (const RecordedStep& step : steps) {
    EXPECT_EQ(step.x, x) << step.iteration;
    for (std::size_t j = 0; j < 2; ++j) {
      const double slope = j == 0 ? 2 * x[0] : 40 * x[1];
      velocity[j] = 0.9 * velocity[j] - 0.02 * slope;
      x[j] = x[j] + velocity[j];
    }
  }
}

TEST(MinimizeRecurrence, LooksAheadWithNesterov) {
  const auto steps = steps_of(test::trough, {3, 1}, exactly(GradientDescent{0.02, 0.9, true}, 60));
  ASSERT_EQ(steps.size(), 61U);
  // As Nesterov wrote it: the gradient is taken ahead of x, and that is the point reported.
  std::vector<double> x = {3, 1};
  std::vector<double> velocity = {0, 0};
  for (const RecordedStep& step : steps) {
    for (std::size_t j = 0; j < 2; ++j) {
      const double ahead = x[j] + 0.9 * velocity[j];
      // 60 steps of about 6 roundings, of numbers up to 3 that momentum adds up tenfold.
      EXPECT_TRUE(test::is_within(step.x[j], ahead, 30 * test::gamma<double>(360)))
          << step.iteration;
      velocity[j] = 0.9 * velocity[j] - 0.02 * ((j == 0 ? 2 : 40) * ahead);
      x[j] = x[j] + velocity[j];
    }
  }
}

TEST(MinimizeRecurrence, NesterovIsNotTheHeavyBall) {
  const auto heavy = steps_of(test::trough, {3, 1}, exactly(GradientDescent{0.02, 0.9}, 3));
  const auto ahead = steps_of(test::trough, {3, 1}, exactly(GradientDescent{0.02, 0.9, true}, 3));
  EXPECT_TRUE(test::is_within_ulps(ahead[1].x[0], 3 - 1.9 * 0.12, 2));
  EXPECT_TRUE(test::is_within_ulps(heavy[1].x[0], 3 - 0.12, 2));
}

TEST(MinimizeRecurrence, FollowsAdam) {
  const Adam adam{0.1, 0.8, 0.95, 1e-7};
  const auto steps = steps_of(test::rosenbrock, {-1.2, 1}, exactly(adam, 200));
  ASSERT_EQ(steps.size(), 201U);
  std::vector<double> x = {-1.2, 1};
  std::vector<double> mean = {0, 0};
  std::vector<double> square = {0, 0};
  std::vector<double> gradient = {0, 0};
  double mean_decay = 1;
  double square_decay = 1;
  for (const RecordedStep& step : steps) {
    EXPECT_EQ(step.x, x) << step.iteration;
    static_cast<void>(test::rosenbrock(x, gradient));
    mean_decay *= 0.8;
    square_decay *= 0.95;
    for (std::size_t j = 0; j < 2; ++j) {
      mean[j] = 0.8 * mean[j] + (1 - 0.8) * gradient[j];
      square[j] = 0.95 * square[j] + (1 - 0.95) * gradient[j] * gradient[j];
      x[j] = x[j] - 0.1 * (mean[j] / (1 - mean_decay)) /
                        (std::sqrt(square[j] / (1 - square_decay)) + 1e-7);
    }
  }
}

TEST(MinimizeRecurrence, AdamStartsWithAStepOfTheLearningRate) {
  const auto steps = steps_of(test::trough, {3, -1}, exactly(Adam{}, 1));
  EXPECT_TRUE(test::is_within(steps[1].x[0], 3 - 0.001, 1e-11));  // epsilon is 1e-8 of 6
  EXPECT_TRUE(test::is_within(steps[1].x[1], -1 + 0.001, 1e-11));
}

TEST(MinimizeRecurrence, PassesAStepOfZeroWhereMomentumTurns) {
  // x = 1 -> 0 -> 0: the second step is 0.5 (-1) + 1 * 0.5 ... exactly 0, away from the minimum.
  const auto tilted = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = x[0] > 0.5 ? 1.0 : -0.5;
    return x[0] > 0.5 ? x[0] : 0.75 - 0.5 * x[0];
  };
  const auto steps = steps_of(tilted, {1}, exactly(GradientDescent{1, 0.5}, 4));
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_EQ(steps[1].x[0], 0);
  EXPECT_EQ(steps[2].x[0], 0);
  EXPECT_EQ(steps[3].x[0], 0.5);
}

}  // namespace
}  // namespace batchgrad
