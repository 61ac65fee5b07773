#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "random/shuffle.hpp"
#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::SmallData;

/// More features than the samples can tell apart, and noise: what is learnt longest is noise.
SmallData<> easily_overfitted() {
  test::Sequence sequence;
  SmallData<> data;
  data.features = 25;
  for (int m = 0; m < 60; ++m) {
    double y = sequence.next();
    for (int j = 0; j < 25; ++j) {
      data.x.push_back(sequence.next());
      if (j < 2) y += data.x.back();
    }
    data.y.push_back(y);
  }
  return data;
}

/// The samples that a share of 1/4 holds out, with seed 3.
std::vector<char> held_out_of(const SmallData<>& data) {
  std::vector<index_t> order(data.y.size());
  std::iota(order.begin(), order.end(), index_t{0});
  detail::shuffle(3, detail::Order::holdout, 0, order);
  std::vector<char> is_held_out(data.y.size(), 0);
  for (std::size_t i = 0; i < data.y.size() / 4; ++i)
    is_held_out[static_cast<std::size_t>(order[i])] = 1;
  return is_held_out;
}

SmallData<> part_of(const SmallData<>& data, char is_held_out) {
  const std::vector<char> choice = held_out_of(data);
  const auto features = static_cast<std::size_t>(data.features);
  SmallData<> part;
  part.features = data.features;
  for (std::size_t m = 0; m < data.y.size(); ++m) {
    if (choice[m] != is_held_out) continue;
    const auto row = data.x.begin() + static_cast<std::ptrdiff_t>(m * features);
    part.x.insert(part.x.end(), row, row + static_cast<std::ptrdiff_t>(features));
    part.y.push_back(data.y[m]);
  }
  return part;
}

double mean_loss(const SmallData<>& data, const FitResult& model) {
  double sum = 0;
  for (std::size_t m = 0; m < data.y.size(); ++m) {
    double residual = model.intercept - data.y[m];
    for (std::size_t j = 0; j < model.coefficients.size(); ++j)
      residual += model.coefficients[j] * data.x[m * model.coefficients.size() + j];
    sum += residual * residual / 2;
  }
  return sum / static_cast<double>(data.y.size());
}

FitOptions options_for(const Solver& solver, index_t batch_size) {
  FitOptions options;
  options.solver = solver;
  options.batch_size = batch_size;
  if (batch_size > 0) options.max_epochs = 500;
  options.holdout = 0.25;
  options.seed = 3;
  options.patience = 4;
  return options;
}

struct Case {
  Solver solver;
  index_t batch_size;
};

std::vector<Case> cases() {
  Adam adam;
  adam.learning_rate = 0.02;
  AdaGrad adagrad;
  adagrad.learning_rate = 0.2;
  RmsProp rmsprop;
  rmsprop.learning_rate = 0.02;
  std::vector<Case> all = {{Lbfgs{}, 0}, {Proximal{}, 0}, {GradientDescent{}, 0}};
  for (const Solver& solver :
       {Solver(GradientDescent{0.03, 0}), Solver(adam), Solver(adagrad), Solver(rmsprop)}) {
    all.push_back({solver, 0});
    all.push_back({solver, 8});
    all.push_back({solver, 1});
  }
  return all;
}

TEST(HoldoutFit, AnswersWithTheLowestHeldOutLossAndStopsBehindIt) {
  const SmallData<> data = easily_overfitted();
  const SmallData<> held_out = part_of(data, 1);
  ASSERT_EQ(held_out.y.size(), 15U);
  Context context = Context::on("cpu");
  for (const auto& [solver, batch_size] : cases()) {
    SCOPED_TRACE(std::string(solver_name(solver)) + ", batches of " + std::to_string(batch_size));
    const FitResult found =
        fit(context, data.samples(), SquaredLoss{}, options_for(solver, batch_size));
    EXPECT_EQ(found.stop, Stop::held_out);
    EXPECT_TRUE(found.converged());
    const auto lowest = std::min_element(
        found.history.begin(), found.history.end(),
        [](const Iteration& a, const Iteration& b) { return a.held_out_loss < b.held_out_loss; });
    EXPECT_EQ(found.history.end() - lowest, 4 + 1);  // the patience
    EXPECT_EQ(found.held_out_loss, lowest->held_out_loss);
    EXPECT_EQ(found.objective, lowest->objective);
    EXPECT_LT(found.held_out_loss, found.history.front().held_out_loss);
    // 15 losses below 100, with sums of 26 products.
    EXPECT_TRUE(test::is_within(mean_loss(held_out, found), found.held_out_loss,
                                100 * test::gamma<double>(100)));
  }
}

TEST(HoldoutFit, LearnsNothingOfWhatIsHeldOut) {
  const SmallData<> data = easily_overfitted();
  const SmallData<> rest = part_of(data, 0);
  Context context = Context::on("reference");
  FitOptions options = options_for(Lbfgs{}, 0);
  options.max_iterations = 2;
  options.patience = 1000;
  const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
  options.holdout = 0;
  const FitResult expected = fit(context, rest.samples(), SquaredLoss{}, options);
  ASSERT_EQ(found.history.size(), expected.history.size());
  for (std::size_t i = 0; i < found.history.size(); ++i) {
    EXPECT_TRUE(test::is_within(found.history[i].objective, expected.history[i].objective, 1e-12));
    EXPECT_TRUE(std::isnan(expected.history[i].held_out_loss));
  }
  EXPECT_TRUE(std::isnan(expected.held_out_loss));
}

TEST(HoldoutFit, DoesNotChangeWithTheTargetsHeldOutBeforeItStops) {
  const SmallData<> data = easily_overfitted();
  SmallData<> other = data;
  const std::vector<char> choice = held_out_of(data);
  for (std::size_t m = 0; m < other.y.size(); ++m)
    if (choice[m] != 0) other.y[m] /= 2;
  Context context = Context::on("cpu");
  Adam adam;
  for (const index_t size : {0, 1, 8}) {
    FitOptions options = options_for(adam, size);
    if (size == 0) options.max_iterations = 5;
    if (size > 0) options.max_epochs = 5;
    options.patience = 1000;
    const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
    const FitResult changed = fit(context, other.samples(), SquaredLoss{}, options);
    for (std::size_t i = 0; i < found.history.size(); ++i) {
      EXPECT_EQ(found.history[i].objective, changed.history[i].objective);
      EXPECT_NE(found.history[i].held_out_loss, changed.history[i].held_out_loss);
    }
  }
}

/// Separated where it learns, not among all: the held-out loss ends the fit, and its answer is one.
TEST(HoldoutFit, StopsBeforeSeparatedLabelsLeadItAway) {
  SmallData<> data = easily_overfitted();
  const std::vector<char> choice = held_out_of(data);
  for (std::size_t m = 0; m < data.y.size(); ++m)
    data.y[m] = (data.x[25 * m] > 0) != (choice[m] != 0 && m % 3 == 0) ? 1 : 0;
  Context context = Context::on("cpu");
  const FitResult found = fit(context, data.samples(), LogisticLoss{}, options_for(Lbfgs{}, 0));
  EXPECT_EQ(found.stop, Stop::held_out);
  for (const Iteration& row : found.history) EXPECT_LE(found.held_out_loss, row.held_out_loss);
}

TEST(HoldoutFit, AnswersWithTheLowestHeldOutLossWhateverItStopsFor) {
  const SmallData<> data = easily_overfitted();
  Context context = Context::on("cpu");
  FitOptions options = options_for(Lbfgs{}, 0);
  options.patience = 1000;
  const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_GT(found.gradient_norm, 1e-9);
  for (const Iteration& row : found.history) EXPECT_LE(found.held_out_loss, row.held_out_loss);
}

}  // namespace
}  // namespace batchgrad
