// Fits of classes by every first-order solver, with l1, by batches and with a holdout. Of two
// classes that start at zeros the difference of the parameters is the model of LogisticLoss: each
// class has half of it, so that a gradient step of rate r is one of 2 r there, l2 is l2 / 2, and
// l1, least where the difference belongs to both, is l1.
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::Sequence;
using test::SmallData;

/// Classes that overlap, weights from 0.5 to 1.5.
SmallData<> weighted_classes(index_t rows, index_t features, index_t classes) {
  SmallData<> data = test::linear_data<double>(rows, features, 0.0);
  Sequence sequence;
  for (index_t m = 0; m < rows; ++m) {
    const double part = (sequence.next() + 1) / 2;
    const double first = data.x[static_cast<std::size_t>(m * features)] * 5 + 0.5;
    data.y[static_cast<std::size_t>(m)] =
        std::floor((0.6 * part + 0.4 * first) * static_cast<double>(classes) * 0.9999);
    data.weight.push_back(1 + sequence.next() / 2);
  }
  return data;
}

class SoftmaxSolvers : public ::testing::TestWithParam<const char*> {
 protected:
  FitResult run(const SmallData<>& data, index_t classes, const FitOptions& options) {
    return fit(context_, data.samples(), SoftmaxLoss{classes}, options);
  }

  /// Fits of two classes and of their difference.
  void expect_same_path(const SmallData<>& data, FitOptions options, double rate) {
    options.solver = GradientDescent{.learning_rate = rate};
    const FitResult pair = run(data, 2, options);
    options.solver = GradientDescent{.learning_rate = 2 * rate};
    options.l2 /= 2;
    const FitResult single = fit(context_, data.samples(), Loss(LogisticLoss{}), options);
    EXPECT_EQ(pair.iterations, single.iterations);
    ASSERT_EQ(pair.history.size(), single.history.size());
    // Steps contract: what rounding adds to them stays near its own size.
    constexpr double tolerance = 1e-11;
    for (std::size_t i = 0; i < pair.history.size(); ++i) {
      EXPECT_NEAR(pair.history[i].objective, single.history[i].objective, tolerance);
      if (options.holdout > 0) {
        EXPECT_NEAR(pair.history[i].held_out_loss, single.history[i].held_out_loss, tolerance);
      }
    }
    const std::size_t features = single.coefficients.size();
    for (std::size_t j = 0; j < features; ++j) {
      const double difference = pair.coefficients[features + j] - pair.coefficients[j];
      EXPECT_NEAR(difference, single.coefficients[j],
                  tolerance * (1 + std::fabs(single.coefficients[j])));
    }
    EXPECT_NEAR(pair.intercepts[1] - pair.intercepts[0], single.intercept,
                tolerance * (1 + std::fabs(single.intercept)));
  }

  std::string error_of(const FitOptions& options) {
    try {
      (void)run(weighted_classes(30, 2, 3), 3, options);
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "no error";
  }

  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Devices, SoftmaxSolvers, testing::Values("reference", "cpu"),
                         [](const auto& device) { return device.param; });

TEST_P(SoftmaxSolvers, BatchesOfTwoClassesAreThoseOfTheirDifference) {
  const SmallData<> data = weighted_classes(120, 3, 2);
  for (const index_t size : {1, 32, 120})
    for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
      SCOPED_TRACE(testing::Message() << "batch size " << size);
      FitOptions options;
      options.standardise = standardise;
      options.l2 = 0.02;
      options.batch_size = size;
      options.max_epochs = 8;
      // The features as they are have squares up to 900: steps stay short of the longest that
      // contract.
      expect_same_path(data, options, standardise == Standardise::yes ? 0.05 : 1e-3);
    }
}

TEST_P(SoftmaxSolvers, HoldoutsOfTwoClassesAreThoseOfTheirDifference) {
  const SmallData<> data = weighted_classes(120, 3, 2);
  for (const index_t size : {0, 16}) {
    SCOPED_TRACE(testing::Message() << "batch size " << size);
    FitOptions options;
    options.batch_size = size;
    options.holdout = 0.25;
    options.max_iterations = 30;
    if (size > 0) options.max_epochs = 8;
    expect_same_path(data, options, 0.05);
  }
}

TEST_P(SoftmaxSolvers, L1OfTwoClassesIsThatOfTheirDifference) {
  const SmallData<> data = weighted_classes(200, 3, 2);
  for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
    FitOptions options;
    options.solver = Proximal{};
    options.standardise = standardise;
    options.l1 = 0.02;
    options.max_iterations = 200'000;
    const FitResult pair = run(data, 2, options);
    const FitResult single = fit(context_, data.samples(), Loss(LogisticLoss{}), options);
    EXPECT_TRUE(pair.converged());
    EXPECT_TRUE(single.converged());
    // Within a tolerance of 1e-9 of the minimum, the objectives are within its square by far.
    EXPECT_NEAR(pair.objective, single.objective, 1e-10);
    int zeros = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const double scale = std::pow(10.0, static_cast<double>(j) - 1);
      EXPECT_NEAR((pair.coefficients[3 + j] - pair.coefficients[j]) * scale,
                  single.coefficients[j] * scale, 1e-6);
      if (single.coefficients[j] != 0) continue;
      ++zeros;
      EXPECT_EQ(pair.coefficients[j], 0);
      EXPECT_EQ(pair.coefficients[3 + j], 0);
    }
    EXPECT_GT(zeros, 0);
    EXPECT_LT(zeros, 3);
  }
}

TEST_P(SoftmaxSolvers, L1MakesCoefficientsOfEveryClassZero) {
  const SmallData<> data = weighted_classes(300, 3, 4);
  FitOptions options;
  options.solver = Proximal{};
  options.l1 = 10;
  const FitResult found = run(data, 4, options);
  EXPECT_TRUE(found.converged());
  ASSERT_EQ(found.coefficients.size(), 12U);
  for (const double w : found.coefficients) EXPECT_EQ(w, 0);
  std::vector<double> shares(4);
  double all = 0;
  for (std::size_t m = 0; m < data.y.size(); ++m) {
    shares[static_cast<std::size_t>(data.y[m])] += data.weight[m];
    all += data.weight[m];
  }
  double entropy = 0;
  for (const double share : shares) entropy -= share / all * std::log(share / all);
  EXPECT_NEAR(found.objective, entropy, 1e-12);
}

TEST_P(SoftmaxSolvers, FirstOrderSolversFindTheMinimum) {
  const SmallData<> data = weighted_classes(200, 2, 3);
  FitOptions options;
  options.l2 = 0.05;
  const FitResult expected = run(data, 3, options);
  EXPECT_EQ(expected.stop, Stop::gradient);
  options.tolerance = 1e-4;
  options.max_iterations = 50'000;
  for (const Solver& solver :
       {Solver(Proximal{}), Solver(GradientDescent{}), Solver(Adam{0.01}), Solver(AdaGrad{0.5}),
        Solver(RmsProp{.learning_rate = 0.01, .schedule = InverseSchedule{0.1}})}) {
    SCOPED_TRACE(solver_name(solver));
    options.solver = solver;
    const FitResult found = run(data, 3, options);
    EXPECT_TRUE(found.converged());
    EXPECT_NEAR(found.objective, expected.objective, 1e-6);
  }
}

TEST_P(SoftmaxSolvers, RefusesSolversOfSecondOrder) {
  for (const Solver& solver : {Solver(Newton{}), Solver(Gram{})}) {
    FitOptions options;
    options.solver = solver;
    const std::string expected =
        "solver " + std::string(solver_name(solver)) + " does not fit loss 'softmax' (";
    EXPECT_EQ(error_of(options).rfind(expected, 0), 0U) << error_of(options);
  }
  FitOptions options;
  options.l1 = 0.1;
  EXPECT_NE(error_of(options).find("use solver proximal"), std::string::npos);
}

TEST(ChooseSolver, OfClassesIsLbfgsOrWithL1Proximal) {
  EXPECT_EQ(solver_name(choose_solver(SoftmaxLoss{3}, 4).solver), "lbfgs");
  EXPECT_EQ(solver_name(choose_solver(SoftmaxLoss{3}, 4, 0.1).solver), "proximal");
  EXPECT_NE(choose_solver(SoftmaxLoss{3}, 4).reason, "");
}

}  // namespace
}  // namespace batchgrad
