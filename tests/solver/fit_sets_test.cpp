// Many fits at once: each is the fit that it is alone.
#include <batchgrad/error.hpp>
#include <batchgrad/fit_sets.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "counting_backend.hpp"
#include "same_fit.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::expect_same_fit;
using test::linear_data;
using test::SmallData;

std::vector<FitResult> run(const Samples<double>& samples, const std::vector<FitSet>& sets,
                           const char* device = "cpu") {
  Context context = Context::on(device);
  return fit_sets(context, samples, sets);
}

/// Sets that differ in everything they may differ in.
std::vector<FitSet> varied_sets() {
  std::vector<FitSet> sets;
  sets.push_back({SquaredLoss{}, {.solver = Lbfgs{}}});
  sets.push_back({SquaredLoss{}, {.solver = Lbfgs{}, .l2 = 0.5}});
  sets.push_back({HuberLoss{1.5}, {.solver = Lbfgs{.memory = 3}, .tolerance = 1e-6}});
  sets.push_back(
      {QuantileLoss{0.25}, {.solver = Adam{.learning_rate = 0.1}, .max_iterations = 50}});
  sets.push_back({SquaredLoss{}, {.solver = GradientDescent{}, .start = {1, 2, 3, 4}}});
  sets.push_back({SquaredLoss{}, {.solver = Proximal{}, .l2 = 0.1, .l1 = 0.3}});
  sets.push_back({SquaredLoss{}, {.intercept = Intercept::none}});
  sets.push_back({SquaredLoss{}, {.standardise = Standardise::no}});
  return sets;
}

class FitSetsOn : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Hosts, FitSetsOn, testing::Values("reference", "cpu"));

TEST_P(FitSetsOn, EachIsTheFitThatItIsAlone) {
  const SmallData<> data = linear_data(200, 3, 3.0);
  Context context = Context::on(GetParam());
  const std::vector<FitSet> sets = varied_sets();
  const std::vector<FitResult> together = fit_sets(context, data.samples(), sets);
  ASSERT_EQ(together.size(), sets.size());
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    expect_same_fit(together[s], fit(context, data.samples(), sets[s].loss, sets[s].options));
  }
}

/// What sets have in common is evaluated once, but of two sets both: here the start of the first,
/// of the third with its own, of the fourth with its loss; at zeros l2 does not matter.
TEST(FitSets, EvaluateWhatIsTheSameOnce) {
  const SmallData<> data = linear_data(50, 3, 3.0);
  const std::vector<double> start = {1, 2, 3, 4};
  std::vector<FitSet> sets;
  for (const double l2 : {0.0, 0.1, 0.2, 0.3}) sets.push_back({SquaredLoss{}, {.l2 = l2}});
  for (const double l2 : {0.1, 0.1, 0.2})
    sets.push_back({SquaredLoss{}, {.l2 = l2, .start = start}});
  for (const double delta : {1.0, 1.0, 2.0}) sets.push_back({HuberLoss{delta}, {}});
  std::vector<test::Read> reads;
  Context counting(std::make_unique<test::CountingBackend>(reads));
  const std::vector<FitResult> together = fit_sets(counting, data.samples(), sets);
  ASSERT_FALSE(reads.empty());
  EXPECT_EQ(reads[0].sets, 2 + 2 + 2);  // and the models of zeros are among them
  Context context = Context::on("reference");
  for (std::size_t s = 0; s < sets.size(); ++s) {
    SCOPED_TRACE(s);
    expect_same_fit(together[s], fit(context, data.samples(), sets[s].loss, sets[s].options));
  }
}

TEST_P(FitSetsOn, AFoldHeldOutIsAFitToTheOthers) {
  const SmallData<> data = linear_data(90, 3, 3.0);
  std::vector<fold_t> folds;
  SmallData<> seen;
  seen.features = 3;
  for (index_t m = 0; m < 90; ++m) {
    const auto at = static_cast<std::size_t>(m);
    folds.push_back(static_cast<fold_t>(m % 3));
    if (folds.back() == 1) continue;
    seen.x.insert(seen.x.end(), data.x.begin() + 3 * m, data.x.begin() + 3 * m + 3);
    seen.y.push_back(data.y[at]);
  }
  Samples<double> samples = data.samples();
  samples.fold = folds;
  const FitSet set{SquaredLoss{}, {.l2 = 0.01}, 1};
  Context context = Context::on(GetParam());
  const FitResult held_out = fit_sets(context, samples, {set, set})[1];
  const FitResult expected = fit(context, seen.samples(), SquaredLoss{}, set.options);
  // Both gradients are within 1e-9 of what they could be; the features' sizes are 0.1 to 10.
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_NEAR(held_out.coefficients[j], expected.coefficients[j], 1e-6);
  EXPECT_NEAR(held_out.objective, expected.objective, 1e-9);
  double loss = 0;
  for (std::size_t m = 1; m < 90; m += 3) {
    double residual = held_out.intercept - data.y[m];
    for (std::size_t j = 0; j < 3; ++j) residual += held_out.coefficients[j] * data.x[3 * m + j];
    loss += residual * residual / 2 / 30;
  }
  EXPECT_NEAR(held_out.held_out_loss, loss, 1e-9 * loss);
}

TEST(FitSets, AQuantileFanNeverCrossesAtTheMean) {
  const SmallData<> data = linear_data(400, 2, 5.0);
  std::vector<FitSet> sets;
  for (const double tau : {0.1, 0.5, 0.9}) sets.push_back({QuantileLoss{tau}, {}});
  const std::vector<FitResult> fan = run(data.samples(), sets);
  std::vector<double> at_mean;
  for (const FitResult& result : fan)
    at_mean.push_back(result.intercept + result.coefficients[1] * 1);
  EXPECT_TRUE(std::is_sorted(at_mean.begin(), at_mean.end()));
  // The share of targets below each line is its tau, to within the D + 1 points on the line.
  for (std::size_t s = 0; s < 3; ++s) {
    double below = 0;
    for (std::size_t m = 0; m < 400; ++m) {
      double eta = fan[s].intercept;
      for (std::size_t j = 0; j < 2; ++j) eta += fan[s].coefficients[j] * data.x[2 * m + j];
      if (data.y[m] < eta) below += 1.0 / 400;
    }
    EXPECT_NEAR(below, std::get<QuantileLoss>(sets[s].loss).tau, 5.0 / 400);
  }
}

TEST(FitSets, GiveTheSameBitsForAnyNumberOfThreads) {
  const SmallData<> data = linear_data(3000, 3, 3.0);
  ContextOptions one;
  one.threads = 1;
  ContextOptions two;
  two.threads = 2;
  Context alone = Context::on("cpu", one);
  Context both = Context::on("cpu", two);
  const auto expected = fit_sets(alone, data.samples(), varied_sets());
  const auto actual = fit_sets(both, data.samples(), varied_sets());
  for (std::size_t s = 0; s < expected.size(); ++s) expect_same_fit(actual[s], expected[s]);
}

TEST(FitSets, OfNoneAreNone) { EXPECT_TRUE(run(linear_data(5, 1, 1).samples(), {}).empty()); }

TEST(FitSets, RefuseWhatAFitRefusesBeforeAnyIsFitted) {
  const SmallData<> data = linear_data(20, 2, 1.0);
  FitSet plain;
  plain.options.observer = [](const Iteration&) -> Continue {
    ADD_FAILURE() << "a set is fitted";
    return Continue::no;
  };
  const auto refusal = [&](const FitSet& other) -> std::string {
    try {
      static_cast<void>(run(data.samples(), {plain, other}));
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(refusal({LogisticLoss{}, {}}).find("logistic"), std::string::npos);
  EXPECT_NE(refusal({SquaredLoss{}, {.l2 = -1}}).find("l2 is -1"), std::string::npos);
  EXPECT_NE(refusal({SquaredLoss{}, {.l1 = 1}}).find("proximal"), std::string::npos);
  EXPECT_NE(refusal({AbsoluteLoss{}, {.solver = Newton{}}}).find("use lbfgs"), std::string::npos);
  EXPECT_NE(refusal({HuberLoss{}, {.solver = Gram{}}}).find("gram cannot fit"), std::string::npos);
  EXPECT_NE(refusal({SquaredLoss{}, {.solver = Newton{}, .holdout = 0.1}}).find("holdout is 0.1"),
            std::string::npos);
  EXPECT_NE(refusal({SquaredLoss{}, {.batch_size = 2}}).find("batch_size is 2 (solver lbfgs"),
            std::string::npos);
  EXPECT_NE(refusal({SquaredLoss{}, {}, 3}).find("held_out is 3"), std::string::npos);
  EXPECT_NE(refusal({SquaredLoss{}, {.solver = Gram{}}, 0}).find("fold 0 is held out"),
            std::string::npos);
}

}  // namespace
}  // namespace batchgrad
