// Problems small enough to work out by hand, on the reference backend.
#include <batchgrad/error.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

struct Evaluation {
  double objective = std::nan("");
  double rms = std::nan("");
  std::vector<double> gradient;
};

/// Two samples, two features: X = [1 2; 3 4], y = (1, 0).
template <class T>
class SmallProblem : public testing::Test {
 protected:
  using Computing = computing_t<T>;
  std::vector<T> features_{T(1.0), T(2.0), T(3.0), T(4.0)};
  std::vector<Computing> target_{1, 0};
  Samples<T> samples_{{features_.data(), 2, 2}, target_, {}, {}, {}, {}};

  Evaluation evaluate(const Loss& loss, std::vector<Computing> parameters, double l2 = 0) {
    auto context = Context::on("reference");
    const auto count = static_cast<index_t>(parameters.size());
    const std::vector<double> penalties{l2};
    Evaluation result;
    result.gradient.assign(parameters.size(), std::nan(""));
    loss_gradient<T>(
        context, samples_, loss, MatrixView<const Computing>(parameters.data(), 1, count),
        {{&result.objective, 1}, {result.gradient.data(), 1, count}, {&result.rms, 1}, {}},
        count == 3 ? Intercept::fitted : Intercept::none, {.l2 = penalties});
    return result;
  }
};
using Types = testing::Types<float, double, Bfloat16, Float16>;
TYPED_TEST_SUITE(SmallProblem, Types);

TYPED_TEST(SmallProblem, SquaredLossWithoutAnIntercept) {
  // w = (1, -1): predictions -1, -1; residuals -2, -1.
  const auto result = this->evaluate(SquaredLoss{}, {1, -1});
  EXPECT_EQ(result.objective, (2.0 + 0.5) / 2);
  EXPECT_EQ(result.gradient[0], (-2.0 * 1 - 1.0 * 3) / 2);
  EXPECT_EQ(result.gradient[1], (-2.0 * 2 - 1.0 * 4) / 2);
  EXPECT_EQ(result.rms, std::sqrt(5.0 / 2));
}

TYPED_TEST(SmallProblem, TheInterceptIsLastAndNotPenalised) {
  // w = (1, -1), b = 3: predictions 2, 2; residuals 1, 2. Penalty 0.5 / 2 * 2.
  const auto result = this->evaluate(SquaredLoss{}, {1, -1, 3}, 0.5);
  EXPECT_EQ(result.objective, (0.5 + 2.0) / 2 + 0.5);
  EXPECT_EQ(result.gradient[0], (1.0 * 1 + 2.0 * 3) / 2 + 0.5);
  EXPECT_EQ(result.gradient[1], (1.0 * 2 + 2.0 * 4) / 2 - 0.5);
  EXPECT_EQ(result.gradient[2], 1.5);
}

TYPED_TEST(SmallProblem, WeightsDivideTheLossAndTheGradientAlike) {
  const std::vector<computing_t<TypeParam>> weight{3, 1};
  this->samples_.weight = weight;
  const auto result = this->evaluate(SquaredLoss{}, {1, -1});
  EXPECT_EQ(result.objective, (3 * 2.0 + 0.5) / 4);
  EXPECT_EQ(result.gradient[0], (3 * -2.0 * 1 - 1.0 * 3) / 4);
  EXPECT_EQ(result.gradient[1], (3 * -2.0 * 2 - 1.0 * 4) / 4);
  EXPECT_EQ(result.rms, std::sqrt((3 * 4.0 + 1) / 4));
}

TYPED_TEST(SmallProblem, OffsetsAddToThePredictions) {
  const std::vector<computing_t<TypeParam>> offset{1, -2};
  this->samples_.offset = offset;
  const auto result = this->evaluate(SquaredLoss{}, {1, -1});  // residuals -1, -3
  EXPECT_EQ(result.objective, (0.5 + 4.5) / 2);
  EXPECT_EQ(result.gradient[0], (-1.0 * 1 - 3.0 * 3) / 2);
}

TYPED_TEST(SmallProblem, TheCentreIsTakenFromTheFeatures) {
  const std::vector<computing_t<TypeParam>> centre{2, 3};  // X - centre = [-1 -1; 1 1]
  this->samples_.centre = centre;
  const auto result = this->evaluate(SquaredLoss{}, {1, 1, 0});  // predictions -2, 2
  EXPECT_EQ(result.objective, (4.5 + 2.0) / 2);
  EXPECT_EQ(result.gradient[0], (-3.0 * -1 + 2.0 * 1) / 2);
  EXPECT_EQ(result.gradient[2], -0.5);
}

TYPED_TEST(SmallProblem, AbsoluteAndHuberLosses) {
  const auto absolute = this->evaluate(AbsoluteLoss{}, {1, -1});  // residuals -2, -1
  EXPECT_EQ(absolute.objective, 1.5);
  EXPECT_EQ(absolute.gradient[0], -2.0);
  const auto huber = this->evaluate(HuberLoss{1.5}, {1, -1});
  EXPECT_EQ(huber.objective, (1.5 * (2 - 0.75) + 0.5) / 2);
  EXPECT_EQ(huber.gradient[1], (-1.5 * 2 - 1.0 * 4) / 2);
}

TYPED_TEST(SmallProblem, LogisticLoss) {
  const auto result = this->evaluate(LogisticLoss{}, {1, -1});  // log-odds -1, -1
  const double p = 1 / (1 + std::exp(1.0));
  EXPECT_TRUE(is_within_ulps(result.objective, (-std::log(p) - std::log1p(-p)) / 2, 8));
  EXPECT_TRUE(is_within_ulps(result.gradient[0], ((p - 1) * 1 + p * 3) / 2, 16));
  EXPECT_TRUE(is_within_ulps(result.gradient[1], ((p - 1) * 2 + p * 4) / 2, 16));
}

/// A type of 8, 11, 24 or 53 bits leaves less or more of 1 + 2^-8 + 2^-11 + 2^-24.
TYPED_TEST(SmallProblem, FeaturesAreThoseThatAreStored) {
  const double given = 1 + 0x1p-8 + 0x1p-11 + 0x1p-24;
  this->features_[1] = TypeParam(given);
  const auto stored = static_cast<double>(this->features_[1]);
  const auto result = this->evaluate(SquaredLoss{}, {0, 0});  // residuals -1, 0
  EXPECT_EQ(result.gradient[1], -stored / 2);
  const double half_to_even = 1 + 0x1p-8 + 0x1p-11;
  const double more_than_half =
      std::is_same_v<TypeParam, Float16> ? 1 + 0x1p-8 + 0x1p-10 : 1 + 0x1p-7;
  EXPECT_EQ(stored, sizeof(TypeParam) == 8   ? given
                    : sizeof(TypeParam) == 4 ? half_to_even
                                             : more_than_half);
}

template <class T>
std::string refusal(const Samples<T>& samples, const Loss& loss) {
  auto context = Context::on("reference");
  try {
    LossEvaluator<T> evaluator(context, samples, loss);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "accepted";
}

TYPED_TEST(SmallProblem, RefusesSamplesThatAreNoDataSet) {
  using T = TypeParam;
  const auto expect_refusal = [](const Samples<T>& samples, const Loss& loss, const char* text) {
    EXPECT_NE(refusal<T>(samples, loss).find(text), std::string::npos) << refusal<T>(samples, loss);
  };
  const Samples<T> good = this->samples_;
  const std::vector<computing_t<T>> three(3, 1);
  const std::vector<computing_t<T>> negative{1, -1};
  const std::vector<computing_t<T>> zeros{0, 0};
  const std::vector<computing_t<T>> two{2, 0};
  const std::vector<computing_t<T>> infinite{0, static_cast<computing_t<T>>(infinity)};
  auto bad = good;
  bad.features = {};
  expect_refusal(bad, SquaredLoss{}, "there are no samples");
  bad = good;
  bad.target = three;
  expect_refusal(bad, SquaredLoss{}, "target has 3 entries (expected 2");
  bad = good;
  bad.weight = three;
  expect_refusal(bad, SquaredLoss{}, "weight has 3 entries");
  bad.weight = negative;
  expect_refusal(bad, SquaredLoss{}, "weight 1 is -1");
  bad.weight = zeros;
  expect_refusal(bad, SquaredLoss{}, "all weights are zero");
  bad = good;
  bad.offset = three;
  expect_refusal(bad, SquaredLoss{}, "offset has 3 entries");
  bad.offset = infinite;
  expect_refusal(bad, SquaredLoss{}, "offset 1 is inf");
  bad = good;
  bad.centre = three;
  expect_refusal(bad, SquaredLoss{}, "centre has 3 entries");
  bad = good;
  bad.target = two;
  expect_refusal(bad, LogisticLoss{}, "target 0 is 2 (loss 'logistic' needs labels 0 or 1");
  expect_refusal(good, HuberLoss{-1}, "delta is -1");
  expect_refusal(good, QuantileLoss{1}, "tau is 1");
  expect_refusal(good, TweedieLoss{2}, "power is 2");
}

TYPED_TEST(SmallProblem, RefusesTargetsThatTheLossIsNotDefinedFor) {
  using T = TypeParam;
  const auto refused = [&](std::vector<computing_t<T>> target, const Loss& loss) {
    auto samples = this->samples_;
    samples.target = target;
    return refusal<T>(samples, loss);
  };
  const std::string accepted = "accepted";
  const std::string remedy = ") correct the sample or leave it out, or choose another loss";
  EXPECT_EQ(refused({0, -1}, PoissonLoss{}),
            "target 1 is -1 (loss 'poisson' needs numbers that are not negative" + remedy);
  EXPECT_EQ(refused({0, 2.5}, PoissonLoss{}), accepted);
  EXPECT_EQ(refused({-0.5, -1}, TweedieLoss{}),
            "target 0 is -0.5 (loss 'tweedie' needs numbers that are not negative" + remedy);
  EXPECT_EQ(refused({0, 2.5}, TweedieLoss{}), accepted);
  EXPECT_EQ(refused({1, 0}, GammaLoss{}),
            "target 1 is 0 (loss 'gamma' needs numbers above 0" + remedy);
  EXPECT_EQ(refused({1, 2.5}, GammaLoss{}), accepted);
  EXPECT_EQ(refused({1, 0.5}, SquaredHingeLoss{}),
            "target 1 is 0.5 (loss 'squared-hinge' needs labels 0 or 1" + remedy);
  EXPECT_EQ(refused({1, 0}, SquaredHingeLoss{}), accepted);
  EXPECT_EQ(refused({1, 0.5}, LogisticLoss{}), accepted);
  EXPECT_EQ(refused({1, -2}, QuantileLoss{}), accepted);
  EXPECT_EQ(refused({1, -2}, LogCoshLoss{}), accepted);
  // In every domain a target is a number.
  for (const auto name : loss_names())
    for (const double bad : {infinity, quiet_nan})
      EXPECT_NE(
          refused({1, static_cast<computing_t<T>>(bad)}, parse_loss(name)).find("target 1 is "),
          std::string::npos)
          << name;
}

TYPED_TEST(SmallProblem, RefusesParametersThatDoNotFit) {
  using T = TypeParam;
  auto context = Context::on("reference");
  LossEvaluator<T> evaluator(context, this->samples_, SquaredLoss{});
  const std::vector<computing_t<T>> w(6, 0);
  const std::vector<double> two(2);
  const std::vector<double> three(3);
  const std::vector<double> negative{-1.0};
  const std::vector<Loss> huber{HuberLoss{-1}};
  const std::vector<fold_t> first{0};
  const std::vector<fold_t> second{1};
  std::vector<double> objective(2);
  std::vector<double> gradient(8);
  EXPECT_EQ(evaluator.parameter_count(), 3);
  EXPECT_THROW(evaluator({w.data(), 3, 2}, {objective, {}, {}}), InvalidArgument);
  EXPECT_THROW(evaluator({w.data(), 1, 3}, {objective, {}, {}}), InvalidArgument);
  EXPECT_THROW(evaluator({w.data(), 2, 3}, {objective, {gradient.data(), 2, 4}, {}}),
               InvalidArgument);
  const auto with = [&](const SetOptions& options) {
    evaluator({w.data(), 2, 3}, {objective, {}, {}}, options);
  };
  EXPECT_THROW(with({.l2 = negative}), InvalidArgument);
  EXPECT_THROW(with({.l2 = three}), InvalidArgument);
  EXPECT_NO_THROW(with({.l2 = two}));
  EXPECT_THROW(with({.l1 = negative}), InvalidArgument);
  EXPECT_THROW(with({.loss = huber}), InvalidArgument);
  EXPECT_THROW(with({.held_out = first}), InvalidArgument);  // nothing would be left
  EXPECT_THROW(with({.held_out = second}), InvalidArgument);
  EXPECT_NO_THROW(evaluator({w.data(), 0, 3}, {}));
}

}  // namespace
}  // namespace batchgrad::test
