#include <cmath>
#include <gtest/gtest.h>

#include "analytic_objective.hpp"
#include "solver/run.hpp"
#include "tolerance.hpp"

namespace batchgrad::detail {
namespace {

using test::AnalyticObjective;
using test::within;

/// A smooth function plus sum_j weight_j |x_j|.
class Kinked final : public Objective {
 public:
  Kinked(AnalyticObjective smooth, std::vector<double> weights)
      : smooth_(std::move(smooth)), weights_(std::move(weights)) {}

  [[nodiscard]] index_t parameter_count() const override { return smooth_.parameter_count(); }
  [[nodiscard]] VectorView<const double> l1_weights() const override { return weights_; }
  Evaluation evaluate(VectorView<const double> x, VectorView<double> gradient) override {
    Evaluation value = smooth_.evaluate(x, gradient);
    std::vector<double> least(weights_.size());
    for (std::size_t j = 0; j < least.size(); ++j) {
      const auto at = static_cast<index_t>(j);
      value.l1_term += weights_[j] * std::fabs(x[at]);
      if (x[at] != 0)
        least[j] = gradient[at] + std::copysign(weights_[j], x[at]);
      else
        least[j] = std::fmax(std::fabs(gradient[at]) - weights_[j], 0);
    }
    value.gradient_norm = largest_magnitude(least);
    value.objective += value.l1_term;
    return value;
  }

 private:
  AnalyticObjective smooth_;
  std::vector<double> weights_;
};

TEST(Proximal, ThresholdsARoundBowlInOneStep) {
  Kinked bowl(test::quadratic({2, 2, 2, 2}, {3, -2, 0.4, -0.5}), {1, 1, 1, 1});
  const std::vector<double> start = {0, 0, 0, 0};
  const Minimum found = minimise(bowl, start, Proximal{}, within(1e-14));
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.iterations, 1);
  // sign(a) max(|a| - l1 / curvature, 0), exact but for the estimate of the curvature.
  EXPECT_TRUE(test::is_within_ulps(found.parameters[0], 2.5, 8));
  EXPECT_TRUE(test::is_within_ulps(found.parameters[1], -1.5, 8));
  EXPECT_EQ(found.parameters[2], 0);
  EXPECT_EQ(found.parameters[3], 0);
}

TEST(Proximal, ThresholdsEachVariableByItsOwnWeight) {
  const std::vector<double> curvature = {1, 10, 100, 3};
  const std::vector<double> centre = {1, -2, 0.05, 4};
  const std::vector<double> weight = {0.5, 5, 10, 0};
  Kinked bowl(test::quadratic(curvature, centre), weight);
  const std::vector<double> start = {-5, 5, 5, 5};
  const Minimum found = minimise(bowl, start, Proximal{}, within(1e-10));
  EXPECT_EQ(found.stop, Stop::gradient);
  double objective = 0;
  for (std::size_t j = 0; j < 4; ++j) {
    const double size = std::fmax(std::fabs(centre[j]) - weight[j] / curvature[j], 0);
    const double expected = std::copysign(size, centre[j]);
    EXPECT_TRUE(test::is_within(found.parameters[j], expected, 1.1e-10 / curvature[j])) << j;
    objective += curvature[j] * std::pow(expected - centre[j], 2) / 2 + weight[j] * size;
  }
  EXPECT_EQ(found.parameters[2], 0);
  EXPECT_TRUE(test::is_within_ulps(found.value.objective, objective, 16));
}

TEST(Proximal, NeedsTheRootOfTheConditionOnly) {
  std::vector<double> curvatures;
  for (int j = 0; j < 20; ++j) curvatures.push_back(std::pow(1e4, j / 19.0));
  Kinked bowl(test::quadratic(curvatures, std::vector<double>(20, 1.0)),
              std::vector<double>(20, 0.5));
  const std::vector<double> start(20, 0.0);
  const Minimum found = minimise(bowl, start, Proximal{}, within(1e-8, 20000));
  EXPECT_EQ(found.stop, Stop::gradient);
  // Without momentum the error of the flattest direction falls by 1 - 1e-4 a step: 180000 steps.
  EXPECT_LE(found.iterations, 2000);
  EXPECT_LE(found.evaluations, 2.2 * static_cast<double>(found.iterations) + 100);
}

TEST(Proximal, NeverRisesByMoreThanRounding) {
  Kinked valley(test::rosenbrock(), {0.1, 0.1});
  const std::vector<double> start = {-1.2, 1};
  const Minimum found = minimise(valley, start, Proximal{}, within(1e-8, 20000));
  EXPECT_EQ(found.stop, Stop::gradient);
  for (std::size_t k = 1; k < found.history.size(); ++k)
    EXPECT_LE(found.history[k].objective, (1 + 1e-6) * found.history[k - 1].objective) << k;
}

TEST(Proximal, TakesAStepOutOfTheDomainForTooLong) {
  for (const double weight : {0.0, 1.0, 7.0}) {
    Kinked barrier(test::log_barrier(), {weight});
    for (const double point : {5.0, 1e-3}) {
      const std::vector<double> start = {point};
      const Minimum found = minimise(barrier, start, Proximal{}, within(1e-9));
      EXPECT_EQ(found.stop, Stop::gradient) << weight << " " << point;
      // 1 - 1 / x + weight = 0; the curvature there is (1 + weight)^2.
      const double slack = 1.1e-9 / std::pow(1 + weight, 2);
      EXPECT_TRUE(test::is_within(found.parameters[0], 1 / (1 + weight), slack));
    }
  }
}

TEST(Proximal, FollowsACurvatureThatGrowsAndFalls) {
  Kinked steep(AnalyticObjective(1,
                                 [](VectorView<const double> x, VectorView<double> gradient) {
                                   gradient[0] = std::sinh(x[0] - 2);
                                   return std::cosh(x[0] - 2);
                                 }),
               {0.5});
  for (const double point : {12.0, -8.0, 2.0}) {
    const std::vector<double> start = {point};
    const Minimum found = minimise(steep, start, Proximal{}, within(1e-9));
    EXPECT_EQ(found.stop, Stop::gradient) << point;
    EXPECT_TRUE(test::is_within(found.parameters[0], 2 - std::asinh(0.5), 1.1e-9)) << point;
  }
}

TEST(Proximal, StopsWhereNothingMoves) {
  Kinked bowl(test::quadratic({1}, {3}), {1});
  const std::vector<double> start = {0};
  const Minimum found = minimise(bowl, start, Proximal{}, within(0));
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_EQ(found.parameters[0], 2);
}

TEST(Proximal, RepeatsItselfToTheBit) {
  const std::vector<double> start = {-1.2, 1};
  Kinked first(test::rosenbrock(), {0.1, 0.1});
  Kinked second(test::rosenbrock(), {0.1, 0.1});
  EXPECT_EQ(minimise(first, start, Proximal{}, within(0, 200)).parameters,
            minimise(second, start, Proximal{}, within(0, 200)).parameters);
}

}  // namespace
}  // namespace batchgrad::detail
