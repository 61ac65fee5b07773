#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "functions.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::error_of;
using test::exactly;

/// The points that a solver visits on Rosenbrock's valley.
std::vector<std::vector<double>> path(const Solver& solver, index_t iterations) {
  MinimizeOptions options = exactly(solver, iterations);
  std::vector<std::vector<double>> points;
  options.observer = [&](const MinimizeStep& step) {
    points.emplace_back(step.x.begin(), step.x.end());
    return Continue::yes;
  };
  static_cast<void>(minimize(test::rosenbrock, {-1.2, 1}, options));
  return points;
}

/// The points of a recurrence: move(t, gradient, x) takes step t.
template <class Move>
std::vector<std::vector<double>> recurrence(int iterations, Move move) {
  std::vector<double> x = {-1.2, 1};
  std::vector<std::vector<double>> points = {x};
  std::vector<double> gradient(2);
  for (int t = 0; t < iterations; ++t) {
    static_cast<void>(test::rosenbrock(x, gradient));
    move(t, gradient, x);
    points.push_back(x);
  }
  return points;
}

TEST(FirstOrder, AdaGradFollowsItsRecurrence) {
  std::vector<double> square = {0, 0};
  const auto expected = recurrence(300, [&](int, const std::vector<double>& g, auto& x) {
    for (std::size_t j = 0; j < 2; ++j) {
      square[j] = square[j] + g[j] * g[j];
      x[j] = x[j] - 0.3 * g[j] / (std::sqrt(square[j]) + 1e-6);
    }
  });
  EXPECT_EQ(path(AdaGrad{0.3, 1e-6}, 300), expected);
}

TEST(FirstOrder, RmsPropFollowsItsRecurrence) {
  std::vector<double> square = {0, 0};
  const auto expected = recurrence(300, [&](int, const std::vector<double>& g, auto& x) {
    for (std::size_t j = 0; j < 2; ++j) {
      square[j] = 0.8 * square[j] + (1 - 0.8) * g[j] * g[j];
      x[j] = x[j] - 0.02 * g[j] / (std::sqrt(square[j]) + 1e-4);
    }
  });
  EXPECT_EQ(path(RmsProp{0.02, 0.8, 1e-4}, 300), expected);
}

TEST(FirstOrder, FirstStepsHaveTheLengthsThatAreDocumented) {
  const auto adagrad = path(AdaGrad{}, 1);
  EXPECT_TRUE(test::is_within(adagrad[1][0], -1.2 + 0.01, 1e-12));
  EXPECT_TRUE(test::is_within(adagrad[1][1], 1 + 0.01, 1e-12));
  const auto rmsprop = path(RmsProp{}, 1);  // the mean square starts with a tenth of the gradient's
  EXPECT_TRUE(test::is_within(rmsprop[1][0], -1.2 + 0.001 / std::sqrt(0.1), 1e-11));
}

TEST(FirstOrder, SchedulesCountTheStepsFromZero) {
  constexpr int steps = 50;
  const auto descent = [](const auto& rate_of) {
    return recurrence(steps, [&](int t, const std::vector<double>& g, auto& x) {
      for (std::size_t j = 0; j < 2; ++j) x[j] = x[j] - rate_of(t) * g[j];
    });
  };
  const double rate = 1e-3;
  const auto by = [&](const Schedule& schedule) {
    return path(GradientDescent{rate, 0, false, schedule}, steps);
  };
  EXPECT_EQ(by(InverseSchedule{0.1}), descent([&](int t) { return rate / (1 + 0.1 * t); }));
  EXPECT_EQ(by(StepSchedule{0.5, 20}), descent([&](int t) {
              return t < 20 ? rate : t < 40 ? rate / 2 : rate / 4;
            }));
  EXPECT_EQ(by(ExponentialSchedule{0.1}),
            descent([&](int t) { return rate * std::exp(-0.1 * t); }));
  EXPECT_EQ(by(CosineSchedule{1e-4}), descent([&](int t) {
              return 1e-4 + (rate - 1e-4) * ((1 + std::cos(std::acos(-1.0) * t / 50.0)) / 2);
            }));
}

TEST(FirstOrder, EverySolverWithARateObeysItsSchedule) {
  // After the first drop, by a factor too small to move, nothing changes.
  const StepSchedule stop{1e-300, 3};
  for (const Solver& solver :
       {Solver(GradientDescent{1e-3, 0, false, stop}), Solver(Adam{0.1, 0.9, 0.999, 1e-8, stop}),
        Solver(AdaGrad{0.1, 1e-10, stop}), Solver(RmsProp{0.1, 0.9, 1e-8, stop})}) {
    const StartResult found = minimize(test::rosenbrock, {-1.2, 1}, exactly(solver, 1000));
    EXPECT_EQ(found.stop, Stop::no_progress) << solver_name(solver);
    EXPECT_EQ(found.iterations, 3) << solver_name(solver);
  }
}

TEST(FirstOrder, ValuesAreClippedBeforeNorms) {
  const auto expected = recurrence(20, [&](int, const std::vector<double>& g, auto& x) {
    const double a = std::clamp(g[0], -3.0, 3.0);
    const double b = std::clamp(g[1], -3.0, 3.0);
    const double length = std::sqrt(a * a + b * b);
    const double share = length > 4 ? 4 / length : 1;
    x[0] = x[0] - 0.01 * (a * share);
    x[1] = x[1] - 0.01 * (b * share);
  });
  EXPECT_EQ(path(GradientDescent{0.01, 0, false, {}, {3, 4}}, 20), expected);
}

TEST(FirstOrder, EverySolverClips) {
  // The gradient of the start is (-215.6, -88): by a norm of 1 it is (-0.926, -0.378).
  const GradientClip clip{{}, 1};
  const double length = std::hypot(215.6, 88);
  const auto moved = [&](const Solver& solver) {
    const auto points = path(solver, 1);
    return std::vector<double>{points[1][0] - points[0][0], points[1][1] - points[0][1]};
  };
  const auto near = [](const std::vector<double>& found, double x, double y) {
    return test::is_within(found[0], x, 1e-14) && test::is_within(found[1], y, 1e-14);
  };
  const double a = 215.6 / length;
  const double b = 88 / length;
  EXPECT_TRUE(near(moved(GradientDescent{0.1, 0, false, {}, clip}), 0.1 * a, 0.1 * b));
  // An epsilon as large as the gradient shows how long it is.
  EXPECT_TRUE(
      near(moved(Adam{0.1, 0.9, 0.999, 1, {}, clip}), 0.1 * a / (a + 1), 0.1 * b / (b + 1)));
  EXPECT_TRUE(near(moved(AdaGrad{0.1, 1, {}, clip}), 0.1 * a / (a + 1), 0.1 * b / (b + 1)));
  const double tenth = std::sqrt(0.1);
  EXPECT_TRUE(near(moved(RmsProp{0.1, 0.9, 1, {}, clip}), 0.1 * a / (tenth * a + 1),
                   0.1 * b / (tenth * b + 1)));
}

TEST(FirstOrder, ClippingKeepsADescentFromDiverging) {
  const GradientDescent descent{2e-3, 0};
  EXPECT_EQ(minimize(test::rosenbrock, {-3, 3}, exactly(descent, 100)).stop, Stop::diverged);
  GradientDescent clipped = descent;
  clipped.clip.norm = 10;
  EXPECT_EQ(minimize(test::rosenbrock, {-3, 3}, exactly(clipped, 100)).stop, Stop::max_iterations);
}

TEST(FirstOrder, ClippedDescentAtItsOwnRateStillFindsTheMinimum) {
  for (const GradientClip& clip : {GradientClip{0.5, {}}, GradientClip{{}, 0.5}}) {
    MinimizeOptions options;
    options.solver = GradientDescent{{}, 0, false, {}, clip};
    options.max_iterations = 10000;
    const StartResult found = minimize(test::trough, {30, 1}, options);
    EXPECT_EQ(found.stop, Stop::gradient);
    EXPECT_TRUE(test::is_within(found.x[0], 0, 1e-9));
  }
}

TEST(FirstOrder, NormsOfHugeAndTinyGradientsAreNormsStill) {
  for (const double unit : {1e250, 1e-250}) {
    const auto plane = [=](VectorView<const double> x, VectorView<double> gradient) {
      gradient[0] = 3 * unit;
      gradient[1] = 4 * unit;
      return unit * (3 * x[0] + 4 * x[1]);
    };
    MinimizeOptions options = exactly(GradientDescent{1 / unit, 0, false, {}, {{}, unit}}, 1);
    std::vector<double> last;
    options.observer = [&](const MinimizeStep& step) {
      last.assign(step.x.begin(), step.x.end());
      return Continue::yes;
    };
    static_cast<void>(minimize(plane, {0, 0}, options));
    EXPECT_TRUE(test::is_within_ulps(last[0], -0.6, 8));
    EXPECT_TRUE(test::is_within_ulps(last[1], -0.8, 8));
  }
}

TEST(FirstOrder, DivergenceIsNamedAndTheBestPointReturned) {
  const auto quartic = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = 4 * x[0] * x[0] * x[0];
    return x[0] * x[0] * x[0] * x[0];
  };
  for (const Solver& solver : {Solver(GradientDescent{10.0}), Solver(Adam{1e4}),
                               Solver(AdaGrad{1e4}), Solver(RmsProp{1e4})}) {
    const StartResult found = minimize(quartic, {1}, exactly(solver, 1000));
    EXPECT_EQ(found.stop, Stop::diverged) << solver_name(solver);
    EXPECT_EQ(found.x[0], 1) << solver_name(solver);
    EXPECT_EQ(found.value, 1);
  }
}

std::string refusal(const Solver& solver) { return error_of(exactly(solver, 1)); }

TEST(FirstOrder, OptionsHaveTheirRanges) {
  const auto names = [](const std::string& text, const char* word) {
    return text.find(word) != std::string::npos;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(names(refusal(AdaGrad{bad}), "learning_rate")) << bad;
    EXPECT_TRUE(names(refusal(AdaGrad{0.1, bad}), "epsilon")) << bad;
    EXPECT_TRUE(names(refusal(RmsProp{bad}), "learning_rate")) << bad;
    EXPECT_TRUE(names(refusal(RmsProp{0.1, 0.9, bad}), "epsilon")) << bad;
    EXPECT_TRUE(names(refusal(RmsProp{0.1, 0.9, 1e-8, {}, {bad, {}}}), "clip.value")) << bad;
    EXPECT_TRUE(names(refusal(GradientDescent{{}, 0, false, {}, {{}, bad}}), "clip.norm")) << bad;
    EXPECT_TRUE(names(refusal(Adam{0.1, 0.9, 0.999, 1e-8, InverseSchedule{bad}}), "decay")) << bad;
  }
  for (const double bad : {-0.1, 1.0, nan})
    EXPECT_TRUE(names(refusal(RmsProp{0.1, bad}), "decay")) << bad;
  EXPECT_TRUE(names(refusal(GradientDescent{{}, 0, false, InverseSchedule{}}), "learning_rate"));
  EXPECT_TRUE(names(refusal(AdaGrad{0.1, 1e-8, CosineSchedule{0.2}}), "floor is 0.2"));
  EXPECT_EQ(refusal(AdaGrad{0.1, 1e-8, CosineSchedule{0.1}}), "");
}

}  // namespace
}  // namespace batchgrad
