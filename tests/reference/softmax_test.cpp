// The softmax loss of problems small enough to be worked out by hand.
#include <batchgrad/error.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

class SoftmaxByHand : public testing::TestWithParam<const char*> {
 protected:
  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(On, SoftmaxByHand, testing::Values("reference", "cpu"));

TEST_P(SoftmaxByHand, TwoSamplesOfThreeClasses) {
  // At zeros every class has probability 1/3: the loss is log 3, the derivatives are 1/3 - [c ==
  // y], their squares add up to 6/9. Samples x = 1 and 4 of classes 0 and 2, weights 1 and 3.
  const std::vector<double> x{1, 4};
  const std::vector<double> y{0, 2};
  const std::vector<double> weight{1, 3};
  const std::vector<double> zeros(6, 0.0);
  double objective = std::nan("");
  double rms = std::nan("");
  std::vector<double> gradient(6, std::nan(""));
  loss_gradient<double>(context_, {{x.data(), 2, 1}, y, weight, {}, {}, {}}, SoftmaxLoss{3},
                        {zeros.data(), 1, 6},
                        {{&objective, 1}, {gradient.data(), 1, 6}, {&rms, 1}, {}});
  EXPECT_NEAR(objective, std::log(3.0), 1e-15);
  EXPECT_NEAR(rms, std::sqrt(6.0 / 9), 1e-15);
  const double third = 1.0 / 3;
  const std::array<double, 6> expected{
      (-2 * third + 3 * 4 * third) / 4, (-2 * third + 3 * third) / 4,  // class 0: w, b
      (third + 3 * 4 * third) / 4,      (third + 3 * third) / 4,       // class 1
      (third - 3 * 4 * 2 * third) / 4,  (third - 3 * 2 * third) / 4};  // class 2
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(gradient[i], expected[i], 1e-15);
}

TEST_P(SoftmaxByHand, PenaltiesFoldsAndSets) {
  // Predictions (x, 0) = (log 3, 0): probabilities 3/4 and 1/4. The second sample, of the same x
  // and class 1, is held out by the second set alone.
  const std::vector<double> x{std::log(3.0), std::log(3.0)};
  const std::vector<double> y{0, 1};
  const std::vector<fold_t> fold{0, 1};
  const std::vector<double> parameters{1, 0, 1, 0};  // a coefficient for each class, two sets
  const std::array<double, 2> l2{0, 0.5};
  const std::array<double, 2> l1{0.25, 0};
  const std::array<fold_t, 2> held_out{no_fold, 1};
  std::array<double, 2> objective{};
  std::array<double, 2> held_out_loss{};
  std::vector<double> gradient(4, std::nan(""));
  loss_gradient<double>(context_, {{x.data(), 2, 1}, y, {}, {}, {}, fold}, SoftmaxLoss{2},
                        {parameters.data(), 2, 2},
                        {objective, {gradient.data(), 2, 2}, {}, held_out_loss}, Intercept::none,
                        {.l2 = l2, .l1 = l1, .held_out = held_out});
  const double likely = std::log(4.0 / 3);
  const double unlikely = std::log(4.0);
  EXPECT_NEAR(objective[0], (likely + unlikely) / 2 + 0.25, 1e-15);
  EXPECT_NEAR(objective[1], likely + 0.25, 1e-15);
  EXPECT_NEAR(held_out_loss[1], unlikely, 1e-15);
  // Class 0: derivatives -1/4 and 3/4. At 0 the subgradient of least size: the slope of the mean
  // loss, -x / 4, or 0 where l1 is larger.
  EXPECT_NEAR(gradient[0], x[0] * 0.25 + 0.25, 1e-15);
  EXPECT_NEAR(gradient[1], -x[0] * 0.25 + 0.25, 1e-15);
  EXPECT_NEAR(gradient[2], -x[0] * 0.25 + 0.5, 1e-15);
  EXPECT_NEAR(gradient[3], x[0] * 0.25, 1e-15);
}

TEST_P(SoftmaxByHand, DoesNotSeeWhatIsAddedToAllClasses) {
  const std::vector<double> x{0.5, -1, 2};
  const std::vector<double> y{0, 1, 2};
  const std::vector<double> parameters{1, 2, -3, 0.5, 0, -1};
  std::vector<double> moved = parameters;
  for (std::size_t i = 0; i < 6; ++i) moved[i] += i % 2 == 0 ? 100 : -300;
  double first = std::nan("");
  double second = std::nan("");
  const Samples<double> samples{{x.data(), 3, 1}, y, {}, {}, {}, {}};
  LossEvaluator<double> evaluator(context_, samples, SoftmaxLoss{3});
  evaluator({parameters.data(), 1, 6}, {{&first, 1}, {}, {}, {}});
  evaluator({moved.data(), 1, 6}, {{&second, 1}, {}, {}, {}});
  EXPECT_NEAR(first, second, 1e-13);  // predictions near 500 have 1e-13 in their last place
}

TEST_P(SoftmaxByHand, RefusesWhatDoesNotFit) {
  const std::vector<double> x{1, 2};
  const std::vector<double> y{0, 1};
  const Samples<double> samples{{x.data(), 2, 1}, y, {}, {}, {}, {}};
  LossEvaluator<double> evaluator(context_, samples, SoftmaxLoss{2});
  EXPECT_EQ(evaluator.parameter_count(), 4);
  double objective = 0;
  const LossGradient result{{&objective, 1}, {}, {}, {}};
  const auto error_of = [&](index_t columns, const SetOptions& options) -> std::string {
    const std::vector<double> parameters(8, 0.0);
    try {
      evaluator({parameters.data(), 1, columns}, result, options);
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(error_of(4, {}), "no error");
  EXPECT_EQ(error_of(2, {}),
            "parameters are 1x2 (a set has 4 entries: 2 classes of 1 features and the intercept, "
            "last)");
  const Loss loss = SquaredLoss{};
  EXPECT_NE(error_of(4, {.loss = {&loss, 1}}).find("losses of their own"), std::string::npos);
  const std::vector<double> offset{1, 1};
  EXPECT_THROW(
      LossEvaluator<double>(context_, {{x.data(), 2, 1}, y, {}, offset, {}, {}}, SoftmaxLoss{2}),
      InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::test
