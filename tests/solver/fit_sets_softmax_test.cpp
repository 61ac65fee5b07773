// Many models over classes at once: each is the fit that it is alone.
#include <batchgrad/cross_validation.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit_sets.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "counting_backend.hpp"
#include "fold_data.hpp"
#include "same_fit.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::expect_same_fit;
using test::SmallData;

/// Three classes that overlap, of three features, one of them without meaning.
SmallData<> classes_data(index_t rows) {
  SmallData<> data = test::linear_data(rows, 3, 0.0);
  test::Sequence sequence;
  for (std::size_t m = 0; m < data.y.size(); ++m) {
    const double mixed = 6 * data.x[3 * m] + 0.6 * sequence.next();
    data.y[m] = mixed < -0.3 ? 0 : mixed < 0.3 ? 1 : 2;
  }
  return test::weighted(data);
}

/// Sets that differ in all but the samples.
std::vector<SoftmaxFitSet> softmax_sets() {
  const Solver adam = Adam{.learning_rate = 0.1};
  std::vector<SoftmaxFitSet> sets;
  sets.push_back({{3}, {.l2 = 0.01}});
  sets.push_back({{3}, {.solver = Proximal{}, .l2 = 0.01, .l1 = 0.02}});
  sets.push_back({{3}, {.solver = Adam{.learning_rate = 0.1}, .max_iterations = 30}});
  sets.push_back({{3}, {.solver = adam, .batch_size = 16, .max_epochs = 4}});
  sets.push_back({{3}, {.solver = AdaGrad{}, .l2 = 0.1, .batch_size = 16, .max_epochs = 4}});
  sets.push_back({{3}, {.solver = adam, .batch_size = 1, .max_epochs = 2, .seed = 5}});
  sets.push_back({{3}, {.l2 = 0.01, .holdout = 0.25, .patience = 2}});
  sets.push_back({{4}, {.l2 = 0.01}});
  sets.push_back({{3}, {.intercept = Intercept::none, .l2 = 0.01}});
  sets.push_back({{3}, {.l2 = 0.01, .start = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}}});
  return sets;
}

class FitSetsSoftmaxOn : public testing::TestWithParam<const char*> {
 protected:
  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Hosts, FitSetsSoftmaxOn, testing::Values("reference", "cpu"),
                         [](const auto& device) { return std::string(device.param); });

TEST_P(FitSetsSoftmaxOn, EachIsTheFitThatItIsAlone) {
  const SmallData<> data = classes_data(90);
  const std::vector<SoftmaxFitSet> sets = softmax_sets();
  const std::vector<FitResult> together = fit_sets(context_, data.samples(), sets);
  ASSERT_EQ(together.size(), sets.size());
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    expect_same_fit(together[s], fit(context_, data.samples(), sets[s].loss, sets[s].options));
    EXPECT_GT(together[s].iterations, 1);
  }
}

/// Of intercepts alone: probabilities are the shares of the weight.
TEST_P(FitSetsSoftmaxOn, WithoutAFoldTheSharesAreThoseOfTheOthers) {
  const SmallData<> data{0, {}, {0, 1, 1, 2, 0, 1, 2, 2}, {2, 1, 2, 5, 1, 4, 2, 3}, {}};
  const std::vector<fold_t> folds = {0, 0, 0, 0, 1, 1, 1, 1};
  const double shares[2][3] = {{0.1, 0.4, 0.5}, {0.2, 0.3, 0.5}};  // without 0, without 1
  Samples<double> samples = data.samples();
  samples.fold = folds;
  const Solver descent = GradientDescent{1.0, 0};
  std::vector<SoftmaxFitSet> sets = {{{3}, {}, 0}, {{3}, {}, 1}};
  for (const fold_t fold : {0, 1})  // one batch of all: drawn from the others
    sets.push_back({{3}, {.solver = descent, .batch_size = 100, .max_epochs = 1000}, fold});
  const std::vector<FitResult> found = fit_sets(context_, samples, sets);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    const auto fold = static_cast<std::size_t>(sets[s].held_out);
    double held_out = 0;
    double sum = 0;
    for (const double intercept : found[s].intercepts) sum += std::exp(intercept);
    for (std::size_t c = 0; c < 3; ++c) {
      const double p = std::exp(found[s].intercepts[c]) / sum;
      EXPECT_NEAR(p, shares[fold][c], 1e-8);
      held_out -= shares[1 - fold][c] * std::log(shares[fold][c]);  // the other one's weights
    }
    EXPECT_NEAR(found[s].held_out_loss, held_out, 1e-7);
    EXPECT_TRUE(found[s].converged());
  }
}

TEST_P(FitSetsSoftmaxOn, ByBatchesWithoutAFoldIsTheFitToTheOthers) {
  const SmallData<> data = classes_data(60);
  const std::vector<fold_t> folds = test::folds_in_turn(data, 3);
  Samples<double> samples = data.samples();
  samples.fold = folds;
  const SoftmaxFitSet set{{3}, {.solver = Adam{}, .batch_size = 8, .max_epochs = 3}, 1};
  const FitResult found = fit_sets(context_, samples, {set, set})[1];
  FitResult expected =
      fit(context_, test::without(data, folds, 1).samples(), set.loss, set.options);
  EXPECT_GT(found.held_out_loss, 0);
  expected.held_out_loss = found.held_out_loss;
  expect_same_fit(found, expected);
}

TEST(FitSetsSoftmax, ShareTheirReads) {
  const SmallData<> data = classes_data(20);
  std::vector<test::Read> reads;
  Context context(std::make_unique<test::CountingBackend>(reads));
  const SoftmaxFitSet set{{3}, {.solver = Adam{}, .batch_size = 10, .max_epochs = 1}};
  static_cast<void>(fit_sets(context, data.samples(), {set, set}));
  const std::vector<test::Read> expected = {{0, 6}, {10, 6}, {10, 6}, {0, 6}};
  ASSERT_EQ(reads.size(), expected.size());
  for (std::size_t i = 0; i < reads.size(); ++i) {
    EXPECT_EQ(reads[i].rows, expected[i].rows) << i;
    EXPECT_EQ(reads[i].sets, expected[i].sets) << i;  // a row of sums for each class
  }
}

TEST(FitSetsSoftmax, CrossValidationIsTheMeanOverFoldsFittedApart) {
  const SmallData<> data = classes_data(60);
  Context context = Context::on("cpu");
  std::vector<SoftmaxFitSet> candidates = {{{3}, {.l2 = 0.01}}, {{3}, {.l2 = 10}}};
  const auto found = cross_validate(context, data.samples(), candidates, {.folds = 4, .seed = 5});
  EXPECT_EQ(found.best, 0U);
  double weights = 0;
  double sum = 0;
  for (fold_t k = 0; k < 4; ++k) {
    Samples<double> samples = data.samples();
    samples.fold = found.folds;
    SoftmaxFitSet set = candidates[0];
    set.held_out = k;
    double weight = 0;
    for (std::size_t m = 0; m < 60; ++m) weight += found.folds[m] == k ? data.weight[m] : 0;
    weights += weight;
    sum += weight * fit_sets(context, samples, {set})[0].held_out_loss;
  }
  EXPECT_NEAR(found.scores[0].loss, sum / weights, 1e-12);
}

TEST(FitSetsSoftmax, RefuseWhatAFitRefuses) {
  const SmallData<> data = classes_data(20);
  Context context = Context::on("cpu");
  const auto refusal = [&](const SoftmaxFitSet& other) -> std::string {
    try {
      static_cast<void>(fit_sets(context, data.samples(), {SoftmaxFitSet{{3}, {}}, other}));
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(refusal({{2}, {}}).find("needs the numbers of its 2 classes"), std::string::npos);
  EXPECT_NE(refusal({{3}, {.solver = Newton{}}}).find("use lbfgs"), std::string::npos);
  EXPECT_NE(refusal({{3}, {.start = {1}}}).find("start has 1 entries"), std::string::npos);
  EXPECT_NE(refusal({{3}, {}, 3}).find("held_out is 3"), std::string::npos);
}

}  // namespace
}  // namespace batchgrad
