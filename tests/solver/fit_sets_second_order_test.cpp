// Newton's method and the normal equations among many fits: each is fitted as it is alone.
#include <batchgrad/cross_validation.hpp>
#include <batchgrad/fit_sets.hpp>

#include <cmath>
#include <gtest/gtest.h>

#include "fold_data.hpp"
#include "same_fit.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::expect_same_fit;
using test::linear_data;
using test::SmallData;

std::vector<FitSet> second_order_sets() {
  std::vector<FitSet> sets;
  sets.push_back({SquaredLoss{}, {.solver = Gram{}}});
  sets.push_back({SquaredLoss{}, {.solver = Lbfgs{}}});
  sets.push_back({SquaredLoss{}, {.solver = Gram{Precision::extended, {}}, .l2 = 0.5}});
  sets.push_back({LogCoshLoss{}, {.solver = Newton{}, .l2 = 0.1}});
  sets.push_back({SquaredLoss{}, {.solver = Newton{}, .intercept = Intercept::none}});
  sets.push_back({SquaredLoss{}, {.solver = Adam{}, .batch_size = 16, .max_epochs = 2}});
  return sets;
}

class FitSetsSecondOrderOn : public testing::TestWithParam<const char*> {
 protected:
  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Hosts, FitSetsSecondOrderOn, testing::Values("reference", "cpu"),
                         [](const auto& device) { return std::string(device.param); });

TEST_P(FitSetsSecondOrderOn, EachIsTheFitThatItIsAlone) {
  SmallData<> data = test::weighted(linear_data(90, 3, 3.0));
  for (std::size_t m = 0; m < 90; ++m) data.x[3 * m + 2] = data.x[3 * m];  // a dependent column
  const std::vector<FitSet> sets = second_order_sets();
  const std::vector<FitResult> together = fit_sets(context_, data.samples(), sets);
  ASSERT_EQ(together.size(), sets.size());
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    expect_same_fit(together[s], fit(context_, data.samples(), sets[s].loss, sets[s].options));
  }
  ASSERT_EQ(together[0].dependencies.size(), 1U);
  EXPECT_EQ(together[0].dependencies[0].feature, 2);
}

TEST_P(FitSetsSecondOrderOn, WithoutAFoldIsTheLineThroughTheOthers) {
  const SmallData<> data = test::weighted(linear_data(30, 1, 2.0));
  const std::vector<fold_t> folds = test::folds_in_turn(data, 3);
  Samples<double> samples = data.samples();
  samples.fold = folds;
  std::vector<FitSet> sets;
  for (const fold_t fold : {0, 2})
    for (const Solver& solver : {Solver(Gram{}), Solver(Newton{})})
      sets.push_back({SquaredLoss{}, {.solver = solver}, fold});
  const std::vector<FitResult> found = fit_sets(context_, samples, sets);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    const SmallData<> rest = test::without(data, folds, sets[s].held_out);
    double v = 0;
    double x = 0;
    double y = 0;
    for (std::size_t m = 0; m < 30; ++m) {
      v += rest.weight[m];
      x += rest.weight[m] * data.x[m];
      y += rest.weight[m] * data.y[m];
    }
    double xx = 0;
    double xy = 0;
    for (std::size_t m = 0; m < 30; ++m) {
      xx += rest.weight[m] * (data.x[m] - x / v) * (data.x[m] - x / v);
      xy += rest.weight[m] * (data.x[m] - x / v) * (data.y[m] - y / v);
    }
    const double slope = xy / xx;
    const double intercept = y / v - slope * x / v;
    // Sums of 30 products of numbers below 10, and a condition below 10.
    EXPECT_NEAR(found[s].coefficients[0], slope, 1e-12);
    EXPECT_NEAR(found[s].intercept, intercept, 1e-12);
    double weight = 0;
    double loss = 0;
    for (std::size_t m = 0; m < 30; ++m) {
      if (folds[m] != sets[s].held_out) continue;
      weight += data.weight[m];
      loss += data.weight[m] * std::pow(intercept + slope * data.x[m] - data.y[m], 2) / 2;
    }
    EXPECT_NEAR(found[s].held_out_loss, loss / weight, 1e-12 * loss);
  }
}

TEST_P(FitSetsSecondOrderOn, LeavingOneOutHasAClosedForm) {
  // Through the origin: without sample m, w = (sum x y - x_m y_m) / (sum x^2 - x_m^2 + 11 l2); the
  // penalty is on the mean over the 11 others.
  const SmallData<> data = linear_data(12, 1, 2.0);
  const double l2 = 0.01;
  double square = 0;
  double product = 0;
  for (std::size_t m = 0; m < 12; ++m) {
    square += data.x[m] * data.x[m];
    product += data.x[m] * data.y[m];
  }
  double expected = 0;
  for (std::size_t m = 0; m < 12; ++m) {
    const double w = (product - data.x[m] * data.y[m]) / (square - data.x[m] * data.x[m] + 11 * l2);
    expected += std::pow(w * data.x[m] - data.y[m], 2) / 2 / 12;
  }
  for (const Solver& solver : {Solver(Gram{}), Solver(Newton{}), Solver(Lbfgs{})}) {
    const FitSet set{SquaredLoss{}, {.solver = solver, .intercept = Intercept::none, .l2 = l2}};
    const auto found = cross_validate(context_, data.samples(), std::vector{set}, {.folds = 12});
    EXPECT_NEAR(found.scores[0].loss, expected, 1e-8 * expected) << solver_name(solver);
    EXPECT_TRUE(found.scores[0].converged);
  }
}

TEST_P(FitSetsSecondOrderOn, AFoldWithoutWeightHasNoLoss) {
  SmallData<> data = linear_data(12, 1, 2.0);
  const std::vector<fold_t> folds = test::folds_in_turn(data, 3);
  data = test::without(data, folds, 1);
  Samples<double> samples = data.samples();
  samples.fold = folds;
  for (const Solver& solver : {Solver(Gram{}), Solver(Lbfgs{})}) {
    const FitResult found = fit_sets(context_, samples, {FitSet{SquaredLoss{}, {solver}, 1}})[0];
    EXPECT_TRUE(std::isnan(found.held_out_loss)) << solver_name(solver);
    EXPECT_TRUE(found.converged());
  }
}

}  // namespace
}  // namespace batchgrad
