#include <cmath>
#include <gtest/gtest.h>

#include "analytic_objective.hpp"
#include "solver/run.hpp"

namespace batchgrad::detail {
namespace {

using test::AnalyticObjective;

StopRules exactly(index_t iterations) { return {iterations, 0, 0, {}}; }

TEST(GradientDescent, FollowsTheRecurrenceOnAParabola) {
  AnalyticObjective parabola(1, [](VectorView<const double> w, VectorView<double> gradient) {
    gradient[0] = 2 * (w[0] - 5);
    return (w[0] - 5) * (w[0] - 5);
  });
  const std::vector<double> start = {0};
  const Minimum found = minimise(parabola, start, GradientDescent{0.1, 0}, exactly(6));
  const std::vector<double> expected = {0, 1.0, 1.8, 2.44, 2.952, 3.3616, 3.68928};
  const std::vector<double> cost = {25, 16, 10.24, 6.5536, 4.194304, 2.68435456};
  ASSERT_EQ(parabola.visited.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_NEAR(parabola.visited[k][0], expected[k], 1e-15 * 8);
  for (std::size_t k = 0; k < cost.size(); ++k)
    EXPECT_NEAR(found.history[k].objective, cost[k], 1e-13);
  double w = 0;
  for (int k = 0; k < 6; ++k) w = w - 0.1 * (2 * (w - 5));
  EXPECT_EQ(found.parameters[0], w);
  EXPECT_EQ(found.stop, Stop::max_iterations);
}

TEST(GradientDescent, FollowsTheRecurrenceInTwoVariables) {
  auto bowl = test::quadratic({2, 2}, {0, 0});
  const std::vector<double> start = {10, -10};
  const Minimum found = minimise(bowl, start, GradientDescent{0.1, 0}, exactly(3));
  const std::vector<double> expected = {10, 8, 6.4, 5.12};
  const std::vector<double> cost = {200, 128, 81.92, 52.4288};
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_DOUBLE_EQ(bowl.visited[k][0], expected[k]);
    EXPECT_DOUBLE_EQ(bowl.visited[k][1], -expected[k]);
    EXPECT_DOUBLE_EQ(found.history[k].objective, cost[k]);
  }
}

TEST(GradientDescent, ReachesTheTextbookResultAfterAHundredSteps) {
  AnalyticObjective bowl(2, [](VectorView<const double> p, VectorView<double> gradient) {
    gradient[0] = 2 * (p[0] - 1);
    gradient[1] = 2 * (p[1] - 2);
    return (p[0] - 1) * (p[0] - 1) + (p[1] - 2) * (p[1] - 2);
  });
  const std::vector<double> start = {0, 0};
  const Minimum found = minimise(bowl, start, GradientDescent{0.1, 0}, exactly(100));
  EXPECT_EQ(found.parameters, (std::vector<double>{0.9999999997962964, 1.9999999995925928}));
  EXPECT_EQ(found.iterations, 100);
  EXPECT_EQ(found.evaluations, 101);
}

TEST(GradientDescent, CarriesMomentumFromStepToStep) {
  auto bowl = test::quadratic({1, 30}, {3, -2});
  const std::vector<double> start = {0, 1};
  static_cast<void>(minimise(bowl, start, GradientDescent{0.02, 0.9}, exactly(50)));
  std::vector<double> w = start;
  std::vector<double> velocity = {0, 0};
  const std::vector<double> curvature = {1, 30};
  const std::vector<double> centre = {3, -2};
  for (std::size_t k = 0; k <= 50; ++k) {
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_EQ(bowl.visited[k][j], w[j]) << "step " << k;
      velocity[j] = 0.9 * velocity[j] - 0.02 * (curvature[j] * (w[j] - centre[j]));
      w[j] = w[j] + velocity[j];
    }
  }
}

TEST(GradientDescent, StopsWithinTheTolerance) {
  auto bowl = test::quadratic({1, 2}, {3, -2});
  const std::vector<double> start = {0, 0};
  const Minimum found = minimise(bowl, start, GradientDescent{0.4, 0}, {1000, 1e-8, 0, {}});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.value.gradient_norm, 1e-8);
  EXPECT_LE(found.iterations, 50);
}

TEST(GradientDescent, StopsWhereTheObjectiveSettles) {
  auto bowl = test::quadratic({1, 2}, {3, -2});
  const std::vector<double> start = {0, 0};
  const Minimum found = minimise(bowl, start, GradientDescent{0.1, 0}, {1000, 0, 0.25, {}});
  EXPECT_EQ(found.stop, Stop::objective);
}

TEST(GradientDescent, ReportsDivergenceAndReturnsTheBestPoint) {
  auto bowl = test::quadratic({1, 2}, {3, -2});
  const std::vector<double> start = {0, 0};
  const Minimum found = minimise(bowl, start, GradientDescent{10.0, 0}, {100000, 1e-9, 0, {}});
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.parameters, start);
  EXPECT_LE(found.iterations, 20);
}

TEST(GradientDescent, ReportsAStepIntoTheUndefinedAsDivergence) {
  auto barrier = test::log_barrier();
  const std::vector<double> start = {2};
  const Minimum found = minimise(barrier, start, GradientDescent{10.0, 0}, {10, 1e-9, 0, {}});
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.parameters, start);
  EXPECT_EQ(found.iterations, 1);
}

TEST(GradientDescent, StaysInTheDomainAtItsOwnRate) {
  auto barrier = test::log_barrier();
  const std::vector<double> start = {5};
  const Minimum found = minimise(barrier, start, GradientDescent{}, {1000, 1e-9, 0, {}});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.parameters[0], 1, 1e-8);
}

TEST(GradientDescent, ReturnsTheStartWhereThatIsNotFinite) {
  auto barrier = test::log_barrier();
  const std::vector<double> start = {-1};
  const Minimum found = minimise(barrier, start, GradientDescent{}, {10, 1e-9, 0, {}});
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.parameters, start);
  EXPECT_EQ(found.iterations, 0);
}

TEST(GradientDescent, FindsItsOwnRate) {
  for (const double unit : {1e-8, 1.0, 1e8}) {
    auto bowl = test::quadratic({1 * unit, 9 * unit, 25 * unit}, {1, 2, 3});
    const std::vector<double> start = {0, 0, 0};
    const Minimum found = minimise(bowl, start, GradientDescent{}, {1000, 1e-9 * unit, 0, {}});
    EXPECT_EQ(found.stop, Stop::gradient) << unit;
    EXPECT_LE(found.iterations, 600) << unit;
    EXPECT_NEAR(found.parameters[0], 1, 1e-8);
  }
}

TEST(GradientDescent, HalvesItsOwnRateWhereTheCurvatureGrows) {
  AnalyticObjective quartic(1, [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = std::sinh(x[0]) + 1e-3;  // curvature 1 at the start, 1e3 on the way
    return std::cosh(x[0]) + 1e-3 * x[0];
  });
  const std::vector<double> start = {8};
  const Minimum found = minimise(quartic, start, GradientDescent{}, {100000, 1e-9, 0, {}});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.parameters[0], std::asinh(-1e-3), 1e-8);
}

TEST(GradientDescent, RepeatsItselfToTheBit) {
  const std::vector<double> start = {-1.2, 1};
  auto first = test::rosenbrock();
  auto second = test::rosenbrock();
  EXPECT_EQ(minimise(first, start, GradientDescent{}, exactly(200)).parameters,
            minimise(second, start, GradientDescent{}, exactly(200)).parameters);
}

TEST(GradientDescent, StopsWhenTheObserverSaysSo) {
  auto bowl = test::quadratic({1, 2}, {3, -2});
  const std::vector<double> start = {0, 0};
  std::vector<Iteration> seen;
  const auto observer = [&](const Iteration& row) {
    seen.push_back(row);
    return seen.size() == 3 ? Continue::no : Continue::yes;
  };
  const Minimum found = minimise(bowl, start, GradientDescent{0.1, 0}, {100, 1e-9, 0, observer});
  EXPECT_EQ(found.stop, Stop::interrupted);
  EXPECT_EQ(found.iterations, 2);
  EXPECT_EQ(seen.size(), found.history.size());
  EXPECT_EQ(found.value.objective, seen.back().objective);
}

}  // namespace
}  // namespace batchgrad::detail
