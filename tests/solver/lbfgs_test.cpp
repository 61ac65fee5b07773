#include <cmath>
#include <gtest/gtest.h>

#include "analytic_objective.hpp"
#include "solver/curvature_pairs.hpp"
#include "solver/run.hpp"

namespace batchgrad::detail {
namespace {

using test::AnalyticObjective;
using test::within;

TEST(Lbfgs, SolvesARoundBowlInOneStep) {
  auto bowl = test::quadratic({1, 1, 1}, {1, -2, 3});
  const std::vector<double> start = {0, 0, 0};
  const Minimum found = minimise(bowl, start, Lbfgs{}, within(1e-12));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.iterations, 1);
  EXPECT_EQ(found.evaluations, 2);
  EXPECT_EQ(found.parameters, (std::vector<double>{1, -2, 3}));
}

TEST(Lbfgs, SolvesAQuadraticOfFewVariablesInFewIterations) {
  auto bowl = test::quadratic({1, 10, 100}, {1, -2, 3});
  const std::vector<double> start = {0, 0, 0};
  const Minimum found = minimise(bowl, start, Lbfgs{}, within(1e-9));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.iterations, 20);
  EXPECT_NEAR(found.parameters[0], 1, 1e-9);
  EXPECT_NEAR(found.parameters[1], -2, 1e-10);
  EXPECT_NEAR(found.parameters[2], 3, 1e-11);
}

TEST(Lbfgs, FollowsTheValleyOfRosenbrock) {
  auto valley = test::rosenbrock();
  const std::vector<double> start = {-1.2, 1};
  const Minimum found = minimise(valley, start, Lbfgs{}, within(1e-10));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(found.parameters[0], 1, 1e-10);
  EXPECT_NEAR(found.parameters[1], 1, 1e-10);
  EXPECT_LE(found.evaluations, 80);
}

/// Twenty curvatures from 1 to `condition`, evenly spread in their logarithms.
AnalyticObjective ill_conditioned(double condition) {
  std::vector<double> curvatures;
  for (int j = 0; j < 20; ++j) curvatures.push_back(std::pow(condition, j / 19.0));
  return test::quadratic(curvatures, std::vector<double>(20, 1.0));
}

TEST(Lbfgs, SolvesAnIllConditionedQuadraticInTwiceItsVariables) {
  auto bowl = ill_conditioned(1e6);
  const std::vector<double> start(20, 0.0);
  const Minimum found = minimise(bowl, start, Lbfgs{20}, within(1e-6));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.evaluations, 50);
  for (const double x : found.parameters) EXPECT_NEAR(x, 1, 1e-6);
}

TEST(Lbfgs, SolvesAQuadraticOfMoreVariablesThanPairs) {
  auto bowl = ill_conditioned(1e4);
  const std::vector<double> start(20, 0.0);
  const Minimum found = minimise(bowl, start, Lbfgs{10}, within(1e-6));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.evaluations, 150);
  for (const double x : found.parameters) EXPECT_NEAR(x, 1, 1e-6);
}

TEST(Lbfgs, KeepsWithinADomain) {
  auto barrier = test::log_barrier();
  for (const double begin : {1e-6, 0.01, 0.5, 50.0, 1e6}) {
    const std::vector<double> start = {begin};
    const Minimum found = minimise(barrier, start, Lbfgs{}, within(1e-10));
    EXPECT_EQ(found.stop, Stop::gradient) << begin;
    EXPECT_NEAR(found.parameters[0], 1, 1e-9) << begin;
  }
}

TEST(Lbfgs, ReturnsTheStartWhereThatIsNotFinite) {
  auto barrier = test::log_barrier();
  const std::vector<double> start = {-1};
  const Minimum found = minimise(barrier, start, Lbfgs{}, within(1e-10));
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.parameters, start);
}

TEST(Lbfgs, ConvergesAtTheStartWhereThatIsTheMinimum) {
  auto bowl = test::quadratic({1, 10}, {1, -2});
  const std::vector<double> start = {1, -2};
  const Minimum found = minimise(bowl, start, Lbfgs{}, within(1e-9));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.iterations, 0);
  EXPECT_EQ(found.evaluations, 1);
}

TEST(Lbfgs, EvaluatesTheStartAloneWithoutIterations) {
  auto bowl = test::quadratic({1, 10}, {1, -2});
  const std::vector<double> start = {0, 0};
  const Minimum found = minimise(bowl, start, Lbfgs{}, within(1e-9, 0));
  EXPECT_EQ(found.stop, Stop::max_iterations);
  EXPECT_EQ(found.evaluations, 1);
  EXPECT_EQ(found.parameters, start);
  EXPECT_EQ(found.history.size(), 1U);
}

TEST(Lbfgs, DoesNotClaimToleranceAtTheRoundingFloor) {
  // Beside 1e12 the objective shows no change, and no gradient here is below 1e-3: its noise.
  AnalyticObjective noisy(1, [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = x[0] - 1 + (std::signbit(std::sin(1e9 * x[0])) ? 1e-3 : -1e-3);
    if (std::fabs(gradient[0]) < 1e-3) gradient[0] = 1e-3;
    return 1e12;
  });
  const std::vector<double> start = {5};
  const Minimum found = minimise(noisy, start, Lbfgs{}, within(1e-6, 100000));
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_NEAR(found.parameters[0], 1, 0.5);
}

TEST(Lbfgs, EndsWithoutToleranceWhereNothingImproves) {
  auto bowl = test::quadratic({3, 10, 0.7}, {1.1, -2.3, 0.9});
  const std::vector<double> start = {0, 0, 0};
  const Minimum found = minimise(bowl, start, Lbfgs{}, {100000, 0, 0, {}});
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_LE(found.iterations, 200);
  EXPECT_LE(found.value.gradient_norm, 1e-14);
}

TEST(Lbfgs, EndsAtAKinkWithoutClaimingTheGradient) {
  AnalyticObjective kink(2, [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = x[0] > 0.25 ? 1 : -1;
    gradient[1] = x[1] > -3 ? 2 : -2;
    return std::fabs(x[0] - 0.25) + 2 * std::fabs(x[1] + 3);
  });
  const std::vector<double> start = {10, 10};
  const Minimum found = minimise(kink, start, Lbfgs{}, within(1e-9));
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_LE(found.value.objective, 1.0);
}

TEST(Lbfgs, NeverReturnsMoreThanTheLowestOfItsHistory) {
  auto valley = test::rosenbrock();
  const std::vector<double> start = {-1.2, 1};
  for (index_t iterations = 1; iterations < 30; ++iterations) {
    const Minimum found = minimise(valley, start, Lbfgs{3}, within(1e-300, iterations));
    for (const Iteration& row : found.history)
      EXPECT_LE(found.value.objective, row.objective * (1 + 1e-13));
  }
}

TEST(CurvaturePairs, AreSteepestDescentWithoutPairs) {
  const CurvaturePairs pairs(3);
  const std::vector<double> gradient = {1, -2};
  EXPECT_EQ(pairs.direction(gradient), (std::vector<double>{-1, 2}));
}

TEST(CurvaturePairs, MapTheLastChangeToItsStep) {
  CurvaturePairs pairs(2);
  pairs.add({1, 0, 1}, {2, 1, 0});
  pairs.add({0, 1, 1}, {1, 3, 1});
  const std::vector<double> change = {1, 3, 1};
  const std::vector<double> direction = pairs.direction(change);  // the secant equation H y = s
  EXPECT_NEAR(direction[0], 0, 1e-15);
  EXPECT_NEAR(direction[1], -1, 1e-15);
  EXPECT_NEAR(direction[2], -1, 1e-15);
}

TEST(CurvaturePairs, LeaveOutPairsWithoutCurvature) {
  CurvaturePairs pairs(2);
  pairs.add({1, 0}, {0, 1});
  pairs.add({1, 0}, {-1, 0});
  pairs.add({1, 0}, {std::nan(""), 0});
  EXPECT_TRUE(pairs.empty());
}

TEST(CurvaturePairs, ForgetTheOldest) {
  CurvaturePairs one(1);
  one.add({5, 1}, {1, 7});
  one.add({0, 1}, {1, 3});
  CurvaturePairs fresh(1);
  fresh.add({0, 1}, {1, 3});
  const std::vector<double> gradient = {1, -2};
  EXPECT_EQ(one.direction(gradient), fresh.direction(gradient));
}

}  // namespace
}  // namespace batchgrad::detail
