#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "functions.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::error_of;
using test::exactly;

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(MinimizeStop, IsWhereTheMoveFallsUnderItsTolerance) {
  MinimizeOptions options = exactly(GradientDescent{0.1, 0.5}, 1000);
  options.step_tolerance = 1e-3;
  std::vector<double> moves;
  options.observer = [&](const MinimizeStep& step) {
    moves.push_back(step.step);
    return Continue::yes;
  };
  const StartResult found = minimize(test::parabola, {0}, options);
  EXPECT_EQ(found.stop, Stop::step);
  EXPECT_TRUE(found.converged());
  EXPECT_LE(moves.back(), 1e-3);
  for (std::size_t k = 1; k + 1 < moves.size(); ++k) EXPECT_GT(moves[k], 1e-3);
  EXPECT_LT(found.iterations, 100);
}

TEST(MinimizeStop, IsTheLimitWhereTheMoveStaysLonger) {
  MinimizeOptions options = exactly(GradientDescent{0.1, 0.5}, 5);
  options.step_tolerance = 1e-3;
  EXPECT_EQ(minimize(test::parabola, {0}, options).stop, Stop::max_iterations);
}

TEST(MinimizeStop, IsWhereTheValueSettles) {
  MinimizeOptions options = exactly(GradientDescent{0.1, 0}, 1000);
  options.objective_tolerance = 0.4;  // each step takes 36 % off (w - 5)^2
  const StartResult found = minimize(test::parabola, {0}, options);
  EXPECT_EQ(found.stop, Stop::objective);
  EXPECT_EQ(found.iterations, 1);
}

TEST(MinimizeStop, SaysThatItDiverges) {
  const StartResult found =
      minimize(test::trough, {3, 1}, exactly(GradientDescent{1.0, 0}, 100000));
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_FALSE(found.converged());
  EXPECT_EQ(found.x, (std::vector<double>{3, 1}));
  EXPECT_LE(found.iterations, 20);
}

TEST(MinimizeStop, SaysThatAStepLedOutOfTheDomain) {
  const StartResult found =
      minimize(test::log_barrier, {2}, exactly(GradientDescent{10.0, 0}, 100));
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.x, (std::vector<double>{2}));
  EXPECT_EQ(found.iterations, 1);
}

TEST(MinimizeStop, SaysThatThereIsNoMinimum) {
  const auto slope = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = 1;
    return x[0];
  };
  const StartResult falling = minimize(slope, {0});
  EXPECT_EQ(falling.stop, Stop::diverged);
  EXPECT_TRUE(std::isfinite(falling.value));
  const auto dome = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = -2 * x[0];
    return -x[0] * x[0];
  };
  EXPECT_EQ(minimize(dome, {1}).stop, Stop::diverged);
  EXPECT_EQ(minimize(dome, {1}, exactly(GradientDescent{0.1, 0}, 100000)).stop, Stop::diverged);
}

TEST(MinimizeStop, DoesNotTakeAKinkForAFlatPlace) {
  const auto kink = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = x[0] > 0.3 ? 1 : -1;
    return std::fabs(x[0] - 0.3);
  };
  const StartResult found = minimize(kink, {10});
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_TRUE(test::is_within(found.x[0], 0.3, 1e-3));
}

TEST(MinimizeStop, WaitsForTheToleranceWhereValuesAreTiny) {
  const auto tiny = [](VectorView<const double> w, VectorView<double> gradient) {
    gradient[0] = 2e-12 * (w[0] - 5);
    return 1e-12 * (w[0] - 5) * (w[0] - 5);
  };
  const StartResult found = minimize(tiny, {0});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_TRUE(test::is_within(found.x[0], 5, 5.1e-9));  // 1e-9 of the slope at 0
}

TEST(MinimizeStop, AllowsForTheRoundingOfLargeValues) {
  // Two slopes that cancel at the minimum, of 1e15 each: what is left of them there is about 0.1.
  constexpr double left = -7e6 / 9;
  constexpr double right = 1e6 / 3;
  constexpr double share = 3.14159;
  const auto large = [](VectorView<const double> w, VectorView<double> gradient) {
    gradient[0] = 2e9 * (w[0] - right) + share * 2e9 * (w[0] - left);
    return 1e9 * ((w[0] - right) * (w[0] - right) + share * (w[0] - left) * (w[0] - left));
  };
  const StartResult found = minimize(large, {0});
  EXPECT_EQ(found.stop, Stop::gradient) << found.gradient_norm;
  // 1e-15 of the slope at 0, over the curvature, and rounding as much again.
  const double minimum = (right + share * left) / (1 + share);
  EXPECT_TRUE(test::is_within(found.x[0], minimum, 2e-15 * std::fabs(minimum)));
}

TEST(MinimizeStop, DoesNotTakeAnOffsetForASize) {
  const auto raised = [](VectorView<const double> w, VectorView<double> gradient) {
    gradient[0] = 2 * (w[0] - 1);
    return 1e9 + (w[0] - 1) * (w[0] - 1);
  };
  const StartResult found = minimize(raised, {0});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_TRUE(test::is_within(found.x[0], 1, 0.51e-9));
}

TEST(MinimizeStop, EndsEveryStartWhenTheObserverSaysSo) {
  Context context = Context::on("cpu");
  MinimizeOptions options = exactly(GradientDescent{1e-6, 0}, 1000000);
  index_t calls = 0;
  options.observer = [&](const MinimizeStep& step) {
    ++calls;
    return step.start == 1 && step.iteration == 2 ? Continue::no : Continue::yes;
  };
  const std::vector<double> starts = {0, 0, 5, 5, 1, 2};
  const ValueAndGradient f = test::bowl;
  const MinimizeResult found = minimize(context, f, test::rows_of(starts, 2), options);
  EXPECT_EQ(calls, 3 + 2 + 2);  // the third start has nowhere to go
  for (const StartResult& start : found.starts) {
    EXPECT_EQ(start.stop, start.x[0] == 1 ? Stop::no_progress : Stop::interrupted);
    EXPECT_TRUE(std::isfinite(start.value));
  }
  EXPECT_EQ(found.starts[0].iterations, 2);
  EXPECT_EQ(found.starts[0].evaluations, 3);
}

TEST(MinimizeStop, LeavesNothingBehindWhereTheFunctionThrows) {
  int calls = 0;
  const auto broken = [&](VectorView<const double> x, VectorView<double> gradient) {
    if (++calls == 5) throw std::runtime_error("broken");
    return test::rosenbrock(x, gradient);
  };
  EXPECT_THROW(static_cast<void>(minimize(broken, {-1.2, 1})), std::runtime_error);
  EXPECT_EQ(calls, 5);
}

bool refuses(const std::string& error, const std::string& name) {
  return error.find(name) != std::string::npos;
}

TEST(MinimizeOptions, AreChecked) {
  EXPECT_EQ(error_of({}), "");
  const double nan = std::nan("");
  for (const double bad : {-1.0, nan, infinite}) {
    MinimizeOptions options;
    options.tolerance = bad;
    EXPECT_TRUE(refuses(error_of(options), "tolerance")) << bad;
    options = {};
    options.step_tolerance = bad;
    EXPECT_TRUE(refuses(error_of(options), "step_tolerance")) << bad;
    options = {};
    options.objective_tolerance = bad;
    EXPECT_TRUE(refuses(error_of(options), "objective_tolerance")) << bad;
    for (const Solver& solver :
         {Solver(Adam{bad}), Solver(GradientDescent{bad, 0}), Solver(GradientDescent{0.0, 0})}) {
      options = {};
      options.solver = solver;
      EXPECT_TRUE(refuses(error_of(options), "learning_rate")) << bad;
    }
    EXPECT_TRUE(bad == -1 || refuses(error_of({}, {0, bad}), "variable 1 of start 0")) << bad;
  }
  MinimizeOptions options;
  options.max_iterations = -1;
  EXPECT_TRUE(refuses(error_of(options), "max_iterations"));
  EXPECT_TRUE(refuses(error_of({}, {}), "nothing to minimise"));
}

TEST(MinimizeOptions, OfSolversAreChecked) {
  const std::vector<std::pair<Solver, std::string>> bad = {
      {GradientDescent{0.1, 1.0}, "momentum"},
      {GradientDescent{0.1, -0.1}, "momentum"},
      {GradientDescent{0.1, 0, true}, "nesterov"},
      {Adam{0.1, 1.0}, "beta1"},
      {Adam{0.1, 0.9, -0.1}, "beta2"},
      {Adam{0.1, 0.9, 0.999, 0.0}, "epsilon"},
      {Lbfgs{0}, "memory"}};
  for (const auto& [solver, name] : bad) {
    MinimizeOptions options;
    options.solver = solver;
    EXPECT_TRUE(refuses(error_of(options), name)) << name << ": " << error_of(options);
  }
}

TEST(MinimizeOptions, OfTheDerivativeAreThoseOfAGradient) {
  MinimizeOptions options;
  options.derivative.quantity = Quantity::hessian;
  EXPECT_TRUE(refuses(error_of(options), "quantity"));
  options = {};
  options.derivative.order = 2;
  EXPECT_TRUE(refuses(error_of(options), "order"));
  options = {};
  options.derivative.bounds = {{0, 1}, {0, 1}};
  EXPECT_TRUE(refuses(error_of(options), "bounds"));
}

}  // namespace
}  // namespace batchgrad
