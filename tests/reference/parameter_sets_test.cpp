// Parameter sets that differ in their loss, penalty and held-out fold, on problems checked by hand.
#include <batchgrad/loss_gradient.hpp>

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace batchgrad {
namespace {

/// y = (1, 0, 4) at x = (1, 2, 3), the second sample in fold 1, and sets of one coefficient.
class ParameterSetsByHand : public testing::Test {
 protected:
  struct Result {
    std::vector<double> objective;
    std::vector<double> gradient;
    std::vector<double> rms;
    std::vector<double> held_out_loss;
  };

  Result evaluate(const std::vector<double>& coefficients, const SetOptions& options,
                  const Loss& loss = SquaredLoss{}) {
    const auto sets = static_cast<index_t>(coefficients.size());
    const std::vector<double> blank(coefficients.size(), std::nan(""));
    Result result{blank, blank, blank, blank};
    auto context = Context::on("reference");
    loss_gradient<double>(
        context, samples_, loss, {coefficients.data(), sets, 1},
        {result.objective, {result.gradient.data(), sets, 1}, result.rms, result.held_out_loss},
        Intercept::none, options);
    return result;
  }

  std::array<double, 3> features_{1, 2, 3};
  std::array<double, 3> target_{1, 0, 4};
  std::array<fold_t, 3> fold_{0, 1, 0};
  Samples<double> samples_{{features_.data(), 3, 1}, target_, {}, {}, {}, fold_};
};

TEST_F(ParameterSetsByHand, EachHasItsLoss) {
  const std::vector<Loss> losses{SquaredLoss{}, AbsoluteLoss{}, HuberLoss{0.5}};
  const Result result = evaluate({1, 1, 1}, {.loss = losses});  // residuals 0, 2, -1
  EXPECT_EQ(result.objective[0], (0 + 2 + 0.5) / 3);
  EXPECT_EQ(result.objective[1], (0 + 2 + 1.0) / 3);
  EXPECT_EQ(result.objective[2], (0 + 0.5 * 1.75 + 0.5 * 0.75) / 3);
  EXPECT_EQ(result.gradient[0], (2.0 * 2 - 1.0 * 3) / 3);
  EXPECT_EQ(result.gradient[1], (1.0 * 2 - 1.0 * 3) / 3);
  EXPECT_EQ(result.gradient[2], (0.5 * 2 - 0.5 * 3) / 3);
}

TEST_F(ParameterSetsByHand, EachHoldsOutItsFold) {
  const std::vector<fold_t> held_out{no_fold, 0, 1};
  const Result result = evaluate({1, 1, 1}, {.held_out = held_out});
  EXPECT_EQ(result.objective[0], 2.5 / 3);
  EXPECT_TRUE(std::isnan(result.held_out_loss[0]));
  EXPECT_EQ(result.objective[1], 2.0);
  EXPECT_EQ(result.gradient[1], 4.0);
  EXPECT_EQ(result.rms[1], 2.0);
  EXPECT_EQ(result.held_out_loss[1], 0.5 / 2);
  EXPECT_EQ(result.objective[2], 0.5 / 2);
  EXPECT_EQ(result.gradient[2], -3.0 / 2);
  EXPECT_EQ(result.rms[2], std::sqrt(1.0 / 2));
  EXPECT_EQ(result.held_out_loss[2], 2.0);
}

TEST_F(ParameterSetsByHand, WeightsCountWithinFolds) {
  const std::array<double, 3> weight{1, 5, 3};
  samples_.weight = weight;
  const std::vector<fold_t> held_out{1};
  const Result result = evaluate({1}, {.held_out = held_out});
  EXPECT_EQ(result.objective[0], 3 * 0.5 / 4);
  EXPECT_EQ(result.gradient[0], 3 * -3.0 / 4);
  EXPECT_EQ(result.held_out_loss[0], 2.0);
}

TEST_F(ParameterSetsByHand, EachHasItsPenalties) {
  const std::vector<double> l2{0, 2, 0, 1};
  const std::vector<double> l1{0, 0, 0.25, 0.25};
  const Result result = evaluate({1, 1, -1, -1}, {.l2 = l2, .l1 = l1});
  const double loss = 2.5 / 3;              // at 1
  const double other = (2 + 2 + 24.5) / 3;  // at -1: residuals -2, -2, -7
  EXPECT_EQ(result.objective[1], loss + 1);
  EXPECT_EQ(result.gradient[1], 1.0 / 3 + 2);
  EXPECT_EQ(result.objective[2], other + 0.25);
  EXPECT_EQ(result.gradient[2], (-2.0 * 1 - 2.0 * 2 - 7.0 * 3) / 3 - 0.25);
  EXPECT_EQ(result.objective[3], other + (0.5 + 0.25));
  EXPECT_EQ(result.gradient[3], (-2.0 * 1 - 2.0 * 2 - 7.0 * 3) / 3 - 1 - 0.25);
}

TEST_F(ParameterSetsByHand, AtZeroTheGradientOfL1IsTheSmallest) {
  const std::vector<double> l1{1, 13.0 / 3, 5};  // at 0 the loss has the slope -13 / 3
  const Result result = evaluate({0, 0, 0}, {.l1 = l1});
  EXPECT_EQ(result.gradient[0], -13.0 / 3 + 1);
  EXPECT_EQ(result.gradient[1], 0);
  EXPECT_EQ(result.gradient[2], 0);
}

TEST_F(ParameterSetsByHand, AHeldOutLossMayBeInfiniteAlone) {
  target_ = {1, 0, 1};
  features_ = {1, 1e300, 1};
  const std::vector<fold_t> held_out{1};
  const Result result = evaluate({1e10}, {.held_out = held_out});
  EXPECT_EQ(result.held_out_loss[0], HUGE_VAL);
  EXPECT_TRUE(std::isfinite(result.objective[0]));
  EXPECT_TRUE(std::isfinite(result.gradient[0]));
}

}  // namespace
}  // namespace batchgrad
