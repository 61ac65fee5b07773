// Every loss of the list far from its target and next to it, against the same formula in long
// double, whose range holds all that double does not.
#include <batchgrad/loss.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "loss_targets.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

constexpr double unit = Limits<double>::unit_roundoff;

/// `actual` is finite and within the tolerance, or infinite like the truth is in its type.
template <class T>
testing::AssertionResult is_true_or_too_large(T actual, long double truth, long double tolerance) {
  constexpr long double most = std::numeric_limits<T>::max();
  if (std::fabs(truth) > most) {
    if (std::isinf(actual) && std::signbit(actual) == std::signbit(truth))
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << actual << ", though the truth is " << truth;
  }
  if (std::isfinite(actual) && std::fabs(actual - truth) <= tolerance)
    return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << actual << " differs from " << truth << " by more than " << tolerance;
}

/// Bounds: the residual, or the argument of an exponential, is rounded once, which moves a result
/// by u |p| times the next derivative; the rest is a handful of operations on numbers up to the
/// result and the target. 1e-320 is of the numbers too small for full precision.
template <class L>
void expect_true(const L& loss, double p, double y) {
  const long double lp = p;
  const long double ly = y;
  const long double value = loss.value(lp, ly);
  const long double first = loss.derivative(lp, ly);
  const long double second = loss.second_derivative(lp, ly);
  const long double size = std::fabs(lp);
  const long double target = std::fabs(ly);
  EXPECT_TRUE(is_true_or_too_large(
      loss.value(p, y), value,
      16 * unit * (std::fabs(value) + (std::fabs(first) + target) * size) + 1e-320L));
  EXPECT_TRUE(
      is_true_or_too_large(loss.derivative(p, y), first,
                           16 * unit * (1 + target + std::fabs(first) + std::fabs(second) * size)));
  EXPECT_TRUE(is_true_or_too_large(loss.second_derivative(p, y), second,
                                   16 * unit * std::fabs(second) * (1 + size + target) + 1e-320L));
}

TEST(LossExtremes, AreTrueWhereverTheTruthFitsDouble) {
  for (const auto name : loss_names()) {
    const Loss loss = parse_loss(name);
    for (const double y : extreme_targets_inside(target_domain(loss)))
      for (const double size : {0.0, 1e-300, 1e-8, 1.0, 30.0, 709.0, 1000.0, 1e6})
        for (const double p : {size, -size}) {
          SCOPED_TRACE(testing::Message() << name << " at " << p << ", " << y);
          std::visit([&](const auto& l) { expect_true(l, p, y); }, loss);
        }
  }
}

TEST(LossExtremes, OfFloatAreInfiniteOnlyWhereTheTruthIsTooLarge) {
  for (const auto name : loss_names()) {
    const Loss loss = parse_loss(name);
    for (const double y : targets_inside(target_domain(loss)))
      for (const float p : {-1e6F, -1000.0F, -80.0F, 80.0F, 1000.0F, 1e6F}) {
        SCOPED_TRACE(testing::Message() << name << " at " << p << ", " << y);
        std::visit(
            [&](const auto& l) {
              const auto check = [&](float actual, long double truth) {
                EXPECT_TRUE(is_true_or_too_large(actual, truth, infinity));
              };
              const auto yf = static_cast<float>(y);
              const long double lp = p;
              const long double ly = yf;
              check(l.value(p, yf), l.value(lp, ly));
              check(l.derivative(p, yf), l.derivative(lp, ly));
              check(l.second_derivative(p, yf), l.second_derivative(lp, ly));
            },
            loss);
      }
  }
}

TEST(LossExtremes, OfBoundedGrowthStayFinite) {
  for (const Loss& loss :
       {Loss(SquaredLoss{}), Loss(AbsoluteLoss{}), Loss(HuberLoss{}), Loss(LogCoshLoss{}),
        Loss(QuantileLoss{0.9}), Loss(LogisticLoss{}), Loss(SquaredHingeLoss{})})
    for (const double p : {-1e6, -1000.0, 1000.0, 1e6})
      for (const double y : {0.0, 1.0})
        std::visit(
            [&](const auto& l) {
              EXPECT_TRUE(std::isfinite(l.value(p, y))) << l.name;
              EXPECT_TRUE(std::isfinite(l.derivative(p, y))) << l.name;
              EXPECT_TRUE(std::isfinite(l.second_derivative(p, y))) << l.name;
            },
            loss);
}

TEST(LossExtremes, DifferencesOfTooLargeTermsAreStillTrue) {
  // exp(710) = 2.23e308 is too large for double, what is left of it is not.
  for (const double y : {1e308, 2e305, 3e305, 1.7e308}) {
    SCOPED_TRACE(y);
    expect_true(PoissonLoss{}, 710.0, y);
    expect_true(TweedieLoss{1 + 1e-9}, 710.0, y);
  }
  // exp(1000) and, of the smallest number there is, exp(1425) are factors of a finite product.
  expect_true(GammaLoss{}, -1000.0, 1e-300);
  expect_true(GammaLoss{}, -1425.0, std::numeric_limits<double>::denorm_min());
  expect_true(GammaLoss{}, 1000.0, 1e300);
  expect_true(TweedieLoss{}, -2000.0, 1e-300);
}

TEST(LossExtremes, InfinitePredictionsHaveTheValuesOfTheLimits) {
  for (const double y : {1e-300, 1.0, 1e300}) {
    EXPECT_EQ(PoissonLoss{}.value(infinity, y), infinity);
    EXPECT_EQ(PoissonLoss{}.value(-infinity, y), infinity);
    EXPECT_EQ(GammaLoss{}.value(infinity, y), infinity);
    EXPECT_EQ(GammaLoss{}.value(-infinity, y), infinity);
    EXPECT_EQ(TweedieLoss{}.value(infinity, y), infinity);
    EXPECT_EQ(TweedieLoss{}.value(-infinity, y), infinity);
  }
  EXPECT_EQ(PoissonLoss{}.value(-infinity, 0.0), 0.0);
  EXPECT_EQ(TweedieLoss{}.value(-infinity, 0.0), 0.0);
}

}  // namespace
}  // namespace batchgrad::test
