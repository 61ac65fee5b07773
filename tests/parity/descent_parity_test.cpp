// Descents by the updates of a rule take the same way on every backend, wherever it keeps their
// state, as on the reference, where the solvers keep it.
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "../solver/same_fit.hpp"
#include "descent_case.hpp"
#include "devices.hpp"

namespace batchgrad::test {
namespace {

constexpr index_t iterations = 4;

FitOptions options_for(const Solver& solver, index_t batch_size = 0) {
  FitOptions options;
  options.solver = solver;
  options.tolerance = 0;  // to the end
  options.batch_size = batch_size;
  if (batch_size > 0)
    options.max_epochs = iterations;
  else
    options.max_iterations = iterations;
  return options;
}

std::vector<Solver> every_rule() {
  return {
      GradientDescent{0.1},       GradientDescent{0.1, 0.9},     GradientDescent{0.1, 0.9, true},
      Adam{.learning_rate = 0.2}, AdaGrad{.learning_rate = 0.2}, RmsProp{.learning_rate = 0.1}};
}

/// Each rule with each schedule and each way to clip.
std::vector<Solver> every_descent() {
  const std::vector<Schedule> schedules{ConstantSchedule{}, InverseSchedule{0.5},
                                        StepSchedule{0.5, 2}, ExponentialSchedule{0.3},
                                        CosineSchedule{0.01}};
  const std::vector<GradientClip> clips{{}, {0.1, {}}, {{}, 0.15}, {0.1, 0.12}};
  std::vector<Solver> all;
  for (Solver solver : every_rule())
    for (const Schedule& schedule : schedules)
      for (const GradientClip& clip : clips) {
        std::visit(
            [&](auto& options) {
              if constexpr (requires { options.clip; }) {
                options.schedule = schedule;
                options.clip = clip;
              }
            },
            solver);
        all.push_back(solver);
      }
  return all;
}

/// Sets that differ in whatever sets may, some of which stop before others.
std::vector<FitSet> varied_sets() {
  std::vector<FitSet> sets;
  index_t index = 0;
  for (const Solver& solver : every_rule()) {
    FitOptions options = options_for(solver, index % 3 == 0 ? 0 : index % 3 == 1 ? 8 : 5);
    options.l2 = 0.1 * static_cast<double>(index);
    options.seed = index < 4 ? 1 : 2;
    if (index == 2) options.max_epochs = 2;
    if (index == 3) options.max_iterations = 1;
    if (index == 4) options.start = {0.5, -0.5, 0.25, 1};
    sets.push_back({HuberLoss{0.4}, options});
    ++index;
  }
  sets[1].loss = LogisticLoss{};
  sets[3].loss = SquaredLoss{};
  sets.push_back({SquaredLoss{}, {.l2 = 0.5, .max_iterations = 2}});  // lbfgs, driven otherwise
  return sets;
}

class DescentParity : public OnDevice {
 protected:
  template <class T, class Set>
  void expect_parity(const Samples<T>& samples, const std::vector<Set>& sets) {
    const auto actual = fit_sets(*context_, samples, sets);
    const auto expected = fit_sets(reference_, samples, sets);
    for (std::size_t s = 0; s < sets.size(); ++s) {
      SCOPED_TRACE(testing::Message() << "set " << s);
      expect_close(actual[s], expected[s], descent_tolerance<computing_t<T>>());
    }
  }
  template <class T, class L>
  void expect_parity(const Samples<T>& samples, const L& loss, const FitOptions& options) {
    expect_close(fit(*context_, samples, loss, options), fit(reference_, samples, loss, options),
                 descent_tolerance<computing_t<T>>());
  }

  Context reference_ = Context::on("reference");
};
INSTANTIATE_TEST_SUITE_P(On, DescentParity, testing::ValuesIn(every_device()), test_name);

TEST_P(DescentParity, OfEveryRuleScheduleAndClip) {
  const DescentCase<double> data(19, 3);
  for (const index_t batch_size : {0, 7}) {
    std::vector<FitSet> sets;
    for (const Solver& solver : every_descent())
      sets.push_back({SquaredLoss{}, options_for(solver, batch_size)});
    expect_parity(data.weighted(), sets);
  }
}

TEST_P(DescentParity, OfSetsThatDiffer) {
  const DescentCase<double> data(33, 3);
  expect_parity(data.weighted(), varied_sets());
  std::vector<FitSet> folds = varied_sets();
  for (FitSet& set : folds) set.held_out = 1;
  expect_parity(data.weighted(), folds);
}

TEST_P(DescentParity, WithAHoldout) {
  const DescentCase<double> data(40, 3);
  std::vector<FitSet> sets = varied_sets();
  for (FitSet& set : sets) {
    set.options.holdout = 0.25;
    set.options.patience = 2;
    set.options.seed = 3;
  }
  expect_parity(data.weighted(), sets);
}

TEST_P(DescentParity, OfFloatAndHalfStorage) {
  expect_parity(DescentCase<float>(33, 3).weighted(), varied_sets());
  expect_parity(DescentCase<Bfloat16>(33, 3).plain(), varied_sets());
}

TEST_P(DescentParity, OfOneSet) {
  const DescentCase<double> data(40, 5);
  for (const Solver& solver : every_rule())
    for (const index_t batch_size : {0, 16})
      for (const Intercept intercept : {Intercept::fitted, Intercept::none})
        for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
          FitOptions options = options_for(solver, batch_size);
          options.intercept = intercept;
          options.standardise = standardise;
          options.l2 = 0.2;
          expect_parity(data.plain(), SquaredLoss{}, options);
        }
}

TEST_P(DescentParity, OfAnInterceptAlone) {
  expect_parity(DescentCase<double>(20, 0).plain(), SquaredLoss{}, options_for(every_rule()[1]));
}

TEST_P(DescentParity, OfClasses) {
  const DescentCase<double> data(31, 3);
  for (const index_t batch_size : {0, 7}) {
    std::vector<SoftmaxFitSet> sets;
    for (const Solver& solver : every_rule())
      sets.push_back({SoftmaxLoss{3}, options_for(solver, batch_size)});
    sets[1].options.l2 = 0.5;
    expect_parity(data.classified(), sets);
    expect_parity(data.classified(), SoftmaxLoss{3}, sets[1].options);
  }
}

/// A step far too long, and the best finite point.
TEST_P(DescentParity, WhereItDiverges) {
  const DescentCase<double> data(20, 3);
  for (const index_t batch_size : {0, 7}) {
    const FitOptions options = options_for(GradientDescent{1e200}, batch_size);
    const FitResult found = fit(*context_, data.plain(), SquaredLoss{}, options);
    const FitResult expected = fit(reference_, data.plain(), SquaredLoss{}, options);
    EXPECT_EQ(found.stop, Stop::diverged);
    EXPECT_EQ(expected.stop, Stop::diverged);
    EXPECT_EQ(found.evaluations, expected.evaluations);
    EXPECT_EQ(found.coefficients, expected.coefficients);
  }
}

TEST_P(DescentParity, WhereNothingMoves) {
  const std::vector<double> x{1, 2, 3, 5};
  const std::vector<double> y(4, 0);
  const Samples<double> samples{{x.data(), 4, 1}, y, {}, {}, {}, {}};
  for (const Solver& solver : every_rule())
    for (const index_t batch_size : {0, 3}) {
      const FitOptions options = options_for(solver, batch_size);
      const FitResult found = fit(*context_, samples, SquaredLoss{}, options);
      EXPECT_EQ(found.stop, Stop::no_progress);
      expect_same_fit(found, fit(reference_, samples, SquaredLoss{}, options));
    }
}

TEST_P(DescentParity, UntilAnObserverHasSeenEnough) {
  const DescentCase<double> data(20, 3);
  FitOptions options = options_for(GradientDescent{0.1});
  options.observer = [](const Iteration& row) {
    return row.evaluations < 3 ? Continue::yes : Continue::no;
  };
  expect_parity(data.plain(), SquaredLoss{}, options);
}

TEST_P(DescentParity, HasTheSameBitsAgainAndAmongOthers) {
  const DescentCase<double> data(33, 3);
  const std::vector<FitSet> sets = varied_sets();
  const auto first = fit_sets(*context_, data.weighted(), sets);
  const auto again = fit_sets(*context_, data.weighted(), sets);
  const auto some =
      fit_sets(*context_, data.weighted(), std::vector<FitSet>{sets[4], sets[1], sets[5]});
  for (std::size_t s = 0; s < sets.size(); ++s) expect_same_fit(again[s], first[s]);
  expect_same_fit(some[0], first[4]);
  expect_same_fit(some[1], first[1]);
  expect_same_fit(some[2], first[5]);
}

}  // namespace
}  // namespace batchgrad::test
