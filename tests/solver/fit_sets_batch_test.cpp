// Many fits at once by mini-batches: each is the fit that it is alone, and batches are read once.
#include <batchgrad/error.hpp>
#include <batchgrad/fit_sets.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <memory>

#include "counting_backend.hpp"
#include "fold_data.hpp"
#include "same_fit.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::expect_same_fit;
using test::linear_data;
using test::Read;
using test::SmallData;

FitOptions by_batches(const Solver& solver, index_t size, std::uint64_t seed, index_t epochs = 4) {
  FitOptions options;
  options.solver = solver;
  options.batch_size = size;
  options.seed = seed;
  options.max_epochs = epochs;
  return options;
}

/// Sets that share batches, sets that do not, and sets without.
std::vector<FitSet> batch_sets() {
  const Solver adam = Adam{.learning_rate = 0.1};
  std::vector<FitSet> sets;
  sets.push_back({SquaredLoss{}, by_batches(adam, 16, 1)});
  sets.push_back({HuberLoss{1.5}, by_batches(GradientDescent{0.05, 0.9}, 16, 1)});
  sets.push_back({SquaredLoss{}, {.l2 = 0.5}});
  sets.push_back({SquaredLoss{}, by_batches(adam, 16, 2)});
  sets.push_back({QuantileLoss{0.25}, by_batches(AdaGrad{.learning_rate = 0.3}, 1, 1)});
  sets.push_back({SquaredLoss{}, by_batches(RmsProp{.learning_rate = 0.05}, 1, 1, 2)});
  sets.push_back({SquaredLoss{}, by_batches(adam, 1000, 1)});
  sets.push_back({SquaredLoss{}, by_batches(adam, 16, 1, 0)});
  Adam scheduled{.learning_rate = 0.2, .schedule = StepSchedule{0.5, 1}};
  scheduled.clip.value = 2;
  scheduled.clip.norm = 3;
  sets.push_back({SquaredLoss{}, by_batches(scheduled, 16, 1, 7)});
  sets.back().options.l2 = 0.25;
  sets.back().options.start = {1, 2, 3, 4};
  return sets;
}

class FitSetsBatchOn : public testing::TestWithParam<const char*> {
 protected:
  void expect_as_alone(const Samples<double>& samples, const std::vector<FitSet>& sets) {
    const std::vector<FitResult> together = fit_sets(context_, samples, sets);
    ASSERT_EQ(together.size(), sets.size());
    for (std::size_t s = 0; s < sets.size(); ++s) {
      SCOPED_TRACE(s);
      expect_same_fit(together[s], fit(context_, samples, sets[s].loss, sets[s].options));
    }
  }

  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Hosts, FitSetsBatchOn, testing::Values("reference", "cpu"),
                         [](const auto& device) { return std::string(device.param); });

TEST_P(FitSetsBatchOn, EachIsTheFitThatItIsAlone) {
  const SmallData<> data = test::weighted(linear_data(90, 3, 3.0));
  expect_as_alone(data.samples(), batch_sets());
}

TEST_P(FitSetsBatchOn, InTheRawVariablesAndWithoutAnInterceptToo) {
  const SmallData<> data = linear_data(60, 2, 1.0);
  std::vector<FitSet> sets;
  for (const Intercept intercept : {Intercept::fitted, Intercept::none})
    for (const Standardise standardise : {Standardise::yes, Standardise::no})
      for (const index_t size : {0, 8}) {
        sets.push_back({SquaredLoss{}, by_batches(Adam{.learning_rate = 0.05}, size, 3)});
        if (size == 0) sets.back().options.max_epochs.reset();
        sets.back().options.max_iterations = 20;
        sets.back().options.intercept = intercept;
        sets.back().options.standardise = standardise;
      }
  expect_as_alone(data.samples(), sets);
}

TEST_P(FitSetsBatchOn, ASetThatDivergesLeavesTheOthersAsTheyAre) {
  const SmallData<> data = linear_data(50, 2, 1.0);
  std::vector<FitSet> sets;
  for (const double rate : {0.05, 1e200, 0.1})
    sets.push_back({SquaredLoss{}, by_batches(GradientDescent{rate, 0}, 4, 1, 20)});
  expect_as_alone(data.samples(), sets);
  EXPECT_EQ(fit_sets(context_, data.samples(), sets)[1].stop, Stop::diverged);
}

TEST_P(FitSetsBatchOn, EachHoldsOutWhatItHoldsOutAlone) {
  const SmallData<> data = test::weighted(linear_data(80, 3, 8.0));
  std::vector<FitSet> sets;
  for (const double share : {0.2, 0.4})
    for (const std::uint64_t seed : {1, 2})
      for (const index_t size : {0, 1, 8}) {
        sets.push_back({SquaredLoss{}, by_batches(Adam{.learning_rate = 0.3}, size, seed, 60)});
        FitOptions& options = sets.back().options;
        if (size == 0) options.max_epochs.reset();
        options.holdout = share;
        options.patience = size == 1 ? 1 : 3;
      }
  sets.push_back({HuberLoss{2}, sets.front().options});  // batches and a holdout shared
  sets.back().options.solver = Lbfgs{};
  sets.push_back({SquaredLoss{}, {}});  // sees all
  expect_as_alone(data.samples(), sets);
  int stopped_early = 0;
  for (const FitResult& found : fit_sets(context_, data.samples(), sets))
    stopped_early += found.stop == Stop::held_out ? 1 : 0;
  EXPECT_GE(stopped_early, 3);
}

TEST_P(FitSetsBatchOn, ByBatchesWithoutAFoldIsTheFitToTheOthers) {
  const SmallData<> data = test::weighted(linear_data(60, 2, 4.0));
  const std::vector<fold_t> folds = test::folds_in_turn(data, 3);
  Samples<double> samples = data.samples();
  samples.fold = folds;
  std::vector<FitSet> sets;
  for (const fold_t fold : {0, 2, no_fold})
    for (const double share : {0.0, 0.25}) {
      sets.push_back({SquaredLoss{}, by_batches(Adam{.learning_rate = 0.2}, 8, 5, 30), fold});
      sets.back().options.holdout = share;
      sets.push_back({SquaredLoss{}, sets.back().options, fold});  // all is shared
      sets.back().options.solver = RmsProp{.learning_rate = 0.1};
    }
  const std::vector<FitResult> together = fit_sets(context_, samples, sets);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    const fold_t fold = sets[s].held_out;
    const SmallData<> rest = fold == no_fold ? data : test::without(data, folds, fold);
    FitResult expected = fit(context_, rest.samples(), sets[s].loss, sets[s].options);
    if (fold != no_fold) {
      expected.held_out_loss = together[s].held_out_loss;
      double weight = 0;
      double loss = 0;
      for (std::size_t m = 0; m < folds.size(); ++m) {
        if (folds[m] != fold) continue;
        double residual = together[s].intercept - data.y[m];
        for (std::size_t j = 0; j < 2; ++j)
          residual += together[s].coefficients[j] * data.x[2 * m + j];
        weight += data.weight[m];
        loss += data.weight[m] * residual * residual / 2;
      }
      EXPECT_NEAR(together[s].held_out_loss, loss / weight, 1e-12 * loss / weight);
    }
    expect_same_fit(together[s], expected);
  }
}

TEST(FitSetsBatch, AllSeedsFindTheOneSolutionOfEquationsThatHaveOne) {
  // Without noise every batch's minimum is y = 1 + 1 x_1 + 2 x_2: a constant rate gets there.
  const SmallData<> data = linear_data(40, 2, 0.0);
  std::vector<FitSet> sets;
  for (const std::uint64_t seed : {1, 2, 3})
    for (const index_t size : {1, 8})
      sets.push_back({SquaredLoss{}, by_batches(GradientDescent{0.1, 0}, size, seed, 1000)});
  Context context = Context::on("cpu");
  for (const FitResult& found : fit_sets(context, data.samples(), sets)) {
    EXPECT_EQ(found.stop, Stop::gradient);
    // Gradients are within 1e-9 of what they could be; the features' sizes are 0.1 and 1.
    EXPECT_NEAR(found.coefficients[0], 1, 1e-6);
    EXPECT_NEAR(found.coefficients[1], 2, 1e-6);
    EXPECT_NEAR(found.intercept, 1, 1e-6);
  }
}

TEST(FitSetsBatch, OfTheSameSeedAndSizeReadEachBatchOnce) {
  const SmallData<> data = linear_data(50, 2, 1.0);
  std::vector<Read> reads;
  Context context(std::make_unique<test::CountingBackend>(reads));
  std::vector<FitSet> sets;
  for (const double rate : {0.01, 0.02, 0.03})
    sets.push_back({SquaredLoss{}, by_batches(Adam{.learning_rate = rate}, 20, 1, 2)});
  sets[2].options.max_epochs = 1;
  sets.push_back({SquaredLoss{}, by_batches(Adam{.learning_rate = 0.04}, 20, 9, 2)});
  static_cast<void>(fit_sets(context, data.samples(), sets));
  // The starts, which are the models of zeros for all: two of them. Then of each epoch the batches
  // of the first three, which begin with the same point, those of the last, and all samples for
  // every set. The third is done after one epoch.
  const std::vector<Read> expected = {{0, 2},  {20, 2}, {20, 3}, {10, 3}, {20, 1},
                                      {20, 1}, {10, 1}, {0, 4},  {20, 2}, {20, 2},
                                      {10, 2}, {20, 1}, {20, 1}, {10, 1}, {0, 3}};
  ASSERT_EQ(reads.size(), expected.size());
  for (std::size_t i = 0; i < reads.size(); ++i) {
    EXPECT_EQ(reads[i].rows, expected[i].rows) << i;
    EXPECT_EQ(reads[i].sets, expected[i].sets) << i;
  }
}

TEST(FitSetsBatch, GiveTheSameBitsForAnyNumberOfThreads) {
  const SmallData<> data = linear_data(3000, 3, 3.0);
  std::vector<FitSet> sets;
  for (const std::uint64_t seed : {1, 1, 2})
    sets.push_back({SquaredLoss{}, by_batches(Adam{.learning_rate = 0.1}, 2500, seed)});
  sets[2].options.holdout = 0.1;
  Context one = Context::on("cpu", {.threads = 1});
  Context two = Context::on("cpu", {.threads = 2});
  const auto expected = fit_sets(one, data.samples(), sets);
  const auto actual = fit_sets(two, data.samples(), sets);
  for (std::size_t s = 0; s < sets.size(); ++s) expect_same_fit(actual[s], expected[s]);
}

TEST(FitSetsBatch, AnObserverEndsItsOwnFitOnly) {
  const SmallData<> data = linear_data(30, 2, 1.0);
  std::vector<FitSet> sets(2, {SquaredLoss{}, by_batches(Adam{}, 4, 1, 5)});
  index_t rows = 0;
  sets[0].options.observer = [&](const Iteration&) {
    return ++rows < 3 ? Continue::yes : Continue::no;
  };
  Context context = Context::on("cpu");
  const auto found = fit_sets(context, data.samples(), sets);
  EXPECT_EQ(found[0].stop, Stop::interrupted);
  EXPECT_EQ(found[0].iterations, 2);
  EXPECT_EQ(found[1].stop, Stop::max_iterations);
  EXPECT_EQ(found[1].iterations, 5);
}

}  // namespace
}  // namespace batchgrad
