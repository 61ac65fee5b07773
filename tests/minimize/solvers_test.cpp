#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "functions.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

struct SolverCase {
  std::string name;
  Solver solver;
  index_t most_iterations;  ///< from the standard start of Rosenbrock's valley
};

class Solvers : public testing::TestWithParam<SolverCase> {};

INSTANTIATE_TEST_SUITE_P(
    All, Solvers,
    testing::Values(SolverCase{"lbfgs", Lbfgs{}, 60}, SolverCase{"lbfgs1", Lbfgs{1}, 500},
                    SolverCase{"descent", GradientDescent{}, 90000},
                    SolverCase{"momentum", GradientDescent{1e-3, 0.9}, 20000},
                    SolverCase{"ownmomentum", GradientDescent{{}, 0.9}, 20000},
                    SolverCase{"nesterov", GradientDescent{1e-3, 0.9, true}, 20000},
                    SolverCase{"ownnesterov", GradientDescent{{}, 0.9, true}, 20000},
                    SolverCase{"adam", Adam{0.02}, 20000},
                    SolverCase{"adagrad", AdaGrad{0.5}, 90000},
                    SolverCase{"rmsprop", RmsProp{1e-3, 0.9, 1.0}, 90000},
                    SolverCase{"proximal", Proximal{}, 20000}),
    [](const auto& each) { return each.param.name; });

TEST_P(Solvers, ReachTheEndOfRosenbrocksValley) {
  MinimizeOptions options;
  options.solver = GetParam().solver;
  options.max_iterations = GetParam().most_iterations;
  options.tolerance = 1e-8;
  const StartResult found = minimize(test::rosenbrock, {-1.2, 1}, options);
  EXPECT_EQ(found.stop, Stop::gradient) << found.iterations << " " << found.gradient_norm;
  EXPECT_LE(found.gradient_norm, 1e-8);
  // The inverse Hessian at (1, 1) is [[0.5, 1], [1, 2.005]]: |x - 1| <= 1.5 g, |y - 1| <= 3.005 g.
  EXPECT_TRUE(test::is_within(found.x[0], 1, 1.6e-8));
  EXPECT_TRUE(test::is_within(found.x[1], 1, 3.1e-8));
}

TEST_P(Solvers, FindTheMinimumOfOneVariable) {
  MinimizeOptions options;
  options.solver = GetParam().solver;
  options.max_iterations = 100000;
  const StartResult found = minimize(test::log_barrier, {2}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_TRUE(test::is_within(found.x[0], 1, 1.1e-9));  // the curvature there is 1
}

TEST_P(Solvers, EndAtOnceWhereTheStartIsTheMinimum) {
  MinimizeOptions options;
  options.solver = GetParam().solver;
  const StartResult found = minimize(test::bowl, {1, 2}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.iterations, 0);
  EXPECT_EQ(found.evaluations, 1);
  EXPECT_EQ(found.x, (std::vector<double>{1, 2}));
}

TEST_P(Solvers, EvaluateTheStartAloneWithoutIterations) {
  const StartResult found = minimize(test::bowl, {0, 0}, test::exactly(GetParam().solver, 0));
  EXPECT_EQ(found.stop, Stop::max_iterations);
  EXPECT_EQ(found.iterations, 0);
  EXPECT_EQ(found.evaluations, 1);
  EXPECT_EQ(found.value, 5);
}

TEST_P(Solvers, TakeAFlatFunctionForItsMinimum) {
  const auto flat = [](VectorView<const double>, VectorView<double> gradient) {
    gradient[0] = gradient[1] = 0;
    return 7.0;
  };
  MinimizeOptions options;
  options.solver = GetParam().solver;
  EXPECT_EQ(minimize(flat, {3, 4}, options).stop, Stop::gradient);
  options.tolerance = 0;
  const StartResult found = minimize(flat, {3, 4}, options);
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_EQ(found.x, (std::vector<double>{3, 4}));
  EXPECT_EQ(found.value, 7);
}

TEST_P(Solvers, ReturnTheStartWhereThatIsNotFinite) {
  MinimizeOptions options;
  options.solver = GetParam().solver;
  const StartResult found = minimize(test::log_barrier, {-1}, options);
  EXPECT_EQ(found.stop, Stop::not_finite);
  EXPECT_EQ(found.x, (std::vector<double>{-1}));
  EXPECT_EQ(found.iterations, 0);
}

TEST_P(Solvers, NeverReturnAPointThatIsNotFinite) {
  // Finite on (-1, 1) alone, steep at its ends, and the start is close to one of them.
  const auto well = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = 2 * x[0] / (1 - x[0] * x[0]);
    return -std::log(1 - x[0] * x[0]);
  };
  MinimizeOptions options;
  options.solver = GetParam().solver;
  for (const double start : {0.999999, -0.9, 0.3}) {
    const StartResult found = minimize(well, {start}, options);
    EXPECT_TRUE(std::isfinite(found.value)) << start;
    EXPECT_TRUE(std::isfinite(found.gradient_norm)) << start;
    EXPECT_LE(std::fabs(found.x[0]), std::fabs(start));
  }
}

}  // namespace
}  // namespace batchgrad
