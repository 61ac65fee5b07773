#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::linear_data;
using test::SmallData;

struct SolverCase {
  std::string name;
  Solver solver;
};

/// Every solver in every combination of the other options finds what lbfgs does.
class FitSolvers : public testing::TestWithParam<SolverCase> {};

INSTANTIATE_TEST_SUITE_P(
    All, FitSolvers,
    testing::Values(SolverCase{"descent", GradientDescent{}},
                    SolverCase{"momentum", GradientDescent{{}, 0.9}},
                    SolverCase{"nesterov", GradientDescent{{}, 0.9, true}},
                    SolverCase{"nesterovrate", GradientDescent{0.02, 0.9, true}},
                    SolverCase{"adam", Adam{0.1}}, SolverCase{"adagrad", AdaGrad{3}},
                    SolverCase{"rmsprop", RmsProp{0.05, 0.9, 1}},
                    SolverCase{"proximal", Proximal{}}, SolverCase{"newton", Newton{}}),
    [](const auto& each) { return each.param.name; });

template <class T>
void expect_as_lbfgs(const Loss& loss, FitOptions options, const Solver& solver, double tolerance) {
  Context context = Context::on("cpu");
  const SmallData<T> data = linear_data<T>(200, 3, 1.0);
  const FitResult expected = fit(context, data.samples(), loss, options);
  ASSERT_TRUE(expected.converged());
  options.solver = solver;
  options.max_iterations = 20000;
  const FitResult found = fit(context, data.samples(), loss, options);
  EXPECT_EQ(found.stop, Stop::gradient) << found.gradient_norm;
  for (std::size_t j = 0; j < expected.coefficients.size(); ++j)
    EXPECT_NEAR(found.coefficients[j], expected.coefficients[j],
                tolerance * (1 + std::fabs(expected.coefficients[j])));
  EXPECT_NEAR(found.intercept, expected.intercept, tolerance * (1 + std::fabs(expected.intercept)));
}

TEST_P(FitSolvers, FindWhatLbfgsFinds) {
  for (const Loss& loss : {Loss(SquaredLoss{}), Loss(HuberLoss{0.5})})
    for (const Intercept intercept : {Intercept::fitted, Intercept::none})
      for (const double l2 : {0.0, 0.1}) {
        FitOptions options;
        options.intercept = intercept;
        options.l2 = l2;
        expect_as_lbfgs<double>(loss, options, GetParam().solver, 1e-6);
      }
}

TEST_P(FitSolvers, FindItInFloatToo) {
  expect_as_lbfgs<float>(SquaredLoss{}, {}, GetParam().solver, 1e-3);
}

TEST(FitBySolver, FollowAdamsRecurrenceInRawUnits) {
  Context context = Context::on("reference");
  FitOptions options;
  options.solver = Adam{0.25, 0.5, 0.75, 1e-3};
  options.standardise = Standardise::no;
  options.intercept = Intercept::none;
  options.tolerance = 0;
  options.max_iterations = 10;
  const SmallData<> data{1, {1.5}, {3}, {}, {}};
  const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
  double w = 0;
  double mean = 0;
  double square = 0;
  for (int k = 0; k <= 10; ++k) {
    const double residual = 1.5 * w - 3;
    EXPECT_NEAR(found.history[static_cast<std::size_t>(k)].objective, residual * residual / 2,
                1e-13);
    const double gradient = 1.5 * residual;
    mean = 0.5 * mean + 0.5 * gradient;
    square = 0.75 * square + 0.25 * gradient * gradient;
    w -= 0.25 * mean / (1 - std::pow(0.5, k + 1)) /
         (std::sqrt(square / (1 - std::pow(0.75, k + 1))) + 1e-3);
  }
}

TEST(FitBySolver, RefuseNesterovWithoutMomentum) {
  Context context = Context::on("reference");
  FitOptions options;
  options.solver = GradientDescent{0.1, 0, true};
  const SmallData<> data{1, {0, 1, 2}, {1, 3, 4}, {}, {}};
  EXPECT_THROW(static_cast<void>(fit(context, data.samples(), SquaredLoss{}, options)),
               InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
