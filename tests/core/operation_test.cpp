#include <batchgrad/core/dual.hpp>
#include <batchgrad/core/running_error.hpp>
#include <batchgrad/expression/operation.hpp>

#include <cmath>
#include <gtest/gtest.h>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using D = Dual<double>;
using E = RunningError<double>;

D moving(double x, double tangent = 1) {
  D result(x);
  result.tangent[0] = tangent;
  return result;
}
void expect(const D& dual, double value, double tangent) {
  EXPECT_EQ(dual.value, value);
  EXPECT_EQ(dual.tangent[0], tangent);
}
void expect_nothing(const D& dual) {
  EXPECT_TRUE(std::isnan(dual.value));
  EXPECT_TRUE(std::isnan(dual.tangent[0]));
}

TEST(Operation, ComparesToOneOrZero) {
  EXPECT_EQ(operation::less(1.0, 2.0), 1);
  EXPECT_EQ(operation::less(2.0, 2.0), 0);
  EXPECT_EQ(operation::less_equal(2.0, 2.0), 1);
  EXPECT_EQ(operation::less_equal(3.0, 2.0), 0);
  EXPECT_EQ(operation::greater(3.0, 2.0), 1);
  EXPECT_EQ(operation::greater(2.0, 2.0), 0);
  EXPECT_EQ(operation::greater_equal(2.0, 2.0), 1);
  EXPECT_EQ(operation::greater_equal(1.0, 2.0), 0);
  EXPECT_EQ(operation::equal(2.0, 2.0), 1);
  EXPECT_EQ(operation::equal(1.0, 2.0), 0);
  EXPECT_EQ(operation::not_equal(1.0, 2.0), 1);
  EXPECT_EQ(operation::not_equal(2.0, 2.0), 0);
  EXPECT_EQ(operation::less(quiet_nan, 2.0), 0);
  expect(operation::less(moving(1), moving(2)), 1, 0);
  EXPECT_FALSE(operation::less(E(1), E(2)).kink);
  EXPECT_TRUE(operation::less(E(2), E(2)).kink);
}

TEST(Operation, SelectsWithoutTheBranchNotTaken) {
  EXPECT_EQ(operation::select(1.0, 2.0, quiet_nan), 2);
  EXPECT_EQ(operation::select(0.0, quiet_nan, 3.0), 3);
  EXPECT_EQ(operation::select(-0.5, 2.0, 3.0), 2);
  EXPECT_TRUE(std::isnan(operation::select(quiet_nan, 2.0, 3.0)));
  expect(operation::select(D(1), moving(2, 5), moving(quiet_nan, infinity)), 2, 5);
  expect(operation::select(D(0), moving(infinity, quiet_nan), moving(3, 7)), 3, 7);
  expect_nothing(operation::select(D(quiet_nan), D(2), D(3)));
  EXPECT_FALSE(operation::select(E(1), E(2), E(3, 0, true)).kink);
  EXPECT_TRUE(operation::select(E(1, 0, true), E(2), E(3)).kink);
}

TEST(Operation, CoversBothBranchesOfAnUndecidedCondition) {
  const E taken = operation::select(E(1e-20, 1e-16, false), E(2), E(5, 0.25, false));
  EXPECT_EQ(taken.value, 2);
  EXPECT_EQ(taken.error, 3.25);
  EXPECT_TRUE(taken.kink);
}

TEST(Operation, TakesTheSmallerAndTheLarger) {
  expect(operation::min(moving(1, 5), moving(2, 7)), 1, 5);
  expect(operation::min(moving(2, 5), moving(1, 7)), 1, 7);
  expect(operation::min(moving(2, 5), moving(2, 7)), 2, 6);
  expect(operation::max(moving(1, 5), moving(2, 7)), 2, 7);
  expect(operation::max(moving(2, 5), moving(1, 7)), 2, 5);
  expect(operation::max(moving(2, 5), moving(2, 7)), 2, 6);
  expect(operation::min(moving(1, 5), moving(2, infinity)), 1, 5);
  expect(operation::max(moving(0x1p-1074), moving(0x1p-1074)), 0x1p-1074, 1);
  expect_nothing(operation::min(moving(1), moving(quiet_nan)));
  expect_nothing(operation::max(moving(quiet_nan), moving(1)));
  EXPECT_TRUE(std::isnan(operation::min(quiet_nan, 1.0)));
  EXPECT_TRUE(std::isnan(operation::min(1.0, quiet_nan)));
  EXPECT_TRUE(operation::min(E(2), E(2)).kink);
  EXPECT_FALSE(operation::min(E(2), E(3)).kink);
}

TEST(Operation, IsFlatBetweenJumps) {
  expect(operation::sign(moving(-3)), -1, 0);
  expect(operation::sign(moving(0)), 0, 0);
  expect(operation::sign(moving(3)), 1, 0);
  expect(operation::floor(moving(-1.5)), -2, 0);
  expect(operation::ceil(moving(-1.5)), -1, 0);
  EXPECT_TRUE(std::isnan(operation::sign(quiet_nan)));
  EXPECT_TRUE(operation::sign(E(0)).kink);
  EXPECT_TRUE(operation::floor(E(-2)).kink);
  EXPECT_TRUE(operation::ceil(E(3)).kink);
  EXPECT_FALSE(operation::floor(E(2.5)).kink);
  EXPECT_FALSE(operation::sign(E(0x1p-1074)).kink);
  // Within the error of the argument it may have jumped or not.
  const E near = operation::floor(E(2 + 0x1p-50, 0x1p-50, false));
  EXPECT_TRUE(near.kink);
  EXPECT_EQ(near.error, 1 + 0x1p-50);
}

TEST(Operation, TakesTheMiddleOfTheSlopesAtAKink) {
  expect(operation::abs(moving(-2, 3)), 2, -3);
  expect(operation::abs(moving(0, 3)), 0, 0);
  expect(operation::abs(moving(2, 3)), 2, 3);
  expect(operation::hypot(moving(0, 3), moving(0, 4)), 0, 0);
  expect(operation::hypot(moving(0, 3), moving(2, 4)), 2, 4);
  EXPECT_TRUE(operation::abs(E(0)).kink);
  EXPECT_TRUE(operation::hypot(E(0), E(0)).kink);
  EXPECT_FALSE(operation::hypot(E(0), E(2)).kink);
}

TEST(Operation, KnowsWhereSlopesAreInfinite) {
  expect(operation::sqrt(D(0)), 0, 0);
  expect(operation::sqrt(moving(0)), 0, infinity);
  expect(operation::cbrt(moving(0)), 0, infinity);
  for (const E& edge :
       {operation::sqrt(E(0)), operation::cbrt(E(0)), operation::asin(E(1)), operation::asin(E(-1)),
        operation::acos(E(1)), operation::acosh(E(1)), operation::power(E(0), E(0.5)),
        operation::atan2(E(0), E(-1)), operation::tan(E(1.5707963267948966, 1e-16, false))})
    EXPECT_TRUE(edge.kink);
  for (const E& inside :
       {operation::sqrt(E(1)), operation::asin(E(0)), operation::acos(E(0)),
        operation::tan(E(1.57)), operation::power(E(0), E(2)), operation::atan2(E(0), E(1))})
    EXPECT_FALSE(inside.kink);
}

TEST(Operation, HasNoSlopeOutsideTheDomain) {
  expect_nothing(operation::sqrt(moving(-1)));
  expect_nothing(operation::log(moving(-1)));
  expect_nothing(operation::log2(moving(-1)));
  expect_nothing(operation::log10(moving(-1)));
  expect_nothing(operation::log1p(moving(-2)));
  expect_nothing(operation::asin(moving(2)));
  expect_nothing(operation::acos(moving(2)));
  expect_nothing(operation::acosh(moving(0.5)));
  expect_nothing(operation::acosh(moving(-2)));
  expect_nothing(operation::atanh(moving(2)));
  expect_nothing(operation::power(moving(-2), D(0.5)));
  expect_nothing(operation::divide(moving(0), moving(0)));
}

TEST(Operation, RaisesToPowers) {
  expect(operation::power(moving(3), D(2)), 9, 6);
  expect(operation::power(moving(-3), D(3)), -27, 27);
  expect(operation::power(moving(-2), D(-1)), -0.5, -0.25);
  expect(operation::power(moving(0), D(0)), 1, 0);
  expect(operation::power(moving(0), D(1)), 0, 1);
  expect(operation::power(moving(0), D(2)), 0, 0);
  expect(operation::power(moving(0), D(0.5)), 0, infinity);
  expect(operation::power(D(0), moving(2)), 0, 0);
  expect(operation::power(D(-2), D(3)), -8, 0);
  EXPECT_EQ(operation::power(D(-2), moving(3)).value, -8);
  EXPECT_TRUE(std::isnan(operation::power(D(-2), moving(3)).tangent[0]));
  EXPECT_EQ(operation::power(D(0), moving(0)).value, 1);
}

TEST(Operation, DifferentiatesPowersOfZeroAgain) {
  using D2 = Dual<D>;
  // The second derivatives of x^2, x^3 and, in x and y at (0, 5), x^y.
  const auto x = D2::variable(D::variable(0));
  EXPECT_EQ(operation::power(x, D2(2)).tangent[0].tangent[0], 2);
  EXPECT_EQ(operation::power(x, D2(3)).tangent[0].tangent[0], 0);
  EXPECT_EQ(operation::power(x, D2::variable(D(5))).tangent[0].tangent[0], 0);
  // x^y at (0, 1) has no mixed derivative: x^(y - 1) (1 + y log x).
  EXPECT_FALSE(std::isfinite(
      operation::power(D2(D::variable(0)), D2::variable(D(1))).tangent[0].tangent[0]));
}

TEST(Operation, AddsInTheLogarithm) {
  const double log2 = 0.69314718055994531;
  EXPECT_TRUE(is_within_ulps(operation::log_add_exp(1000.0, 1000.0), 1000 + log2, 1));
  EXPECT_EQ(operation::log_add_exp(infinity, infinity), infinity);
  EXPECT_EQ(operation::log_add_exp(-infinity, -infinity), -infinity);
  EXPECT_EQ(operation::log_add_exp(-infinity, 3.0), 3);
  EXPECT_EQ(operation::log_add_exp(3.0, -infinity), 3);
  EXPECT_EQ(operation::log_add_exp(infinity, -infinity), infinity);
  EXPECT_TRUE(std::isnan(operation::log_add_exp(quiet_nan, 1.0)));
  EXPECT_TRUE(std::isnan(operation::log_add_exp(1.0, quiet_nan)));
  expect(operation::log_add_exp(moving(infinity), moving(infinity, 3)), infinity, 2);
  expect(operation::log_add_exp(moving(-infinity), moving(3, 5)), 3, 5);
  expect(operation::log_add_exp(moving(2000), moving(0, 5)), 2000, 1);
  // log(1/2 + 1/2) = 0, with the error of its large parts.
  const E none = operation::log_add_exp(E(-log2), E(-log2));
  EXPECT_TRUE(is_within(none.value, 0, none.error));
  EXPECT_GT(none.error, 0);
}

TEST(Operation, SaturatesTheLogistic) {
  EXPECT_EQ(operation::logistic(0.0), 0.5);
  EXPECT_EQ(operation::logistic(infinity), 1);
  EXPECT_EQ(operation::logistic(-infinity), 0);
  expect(operation::logistic(moving(1000)), 1, 0);
  expect(operation::logistic(moving(-1000)), 0, 0);
  EXPECT_TRUE(std::isnan(operation::logistic(quiet_nan)));
}

TEST(Operation, WorksInSinglePrecision) {
  EXPECT_EQ(operation::power(3.0F, 2.0F), 9.0F);
  const auto f = operation::tanh(Dual<float>::variable(0.4F));
  EXPECT_TRUE(is_within(f.tangent[0], 0.8556387861, 16 * Limits<float>::unit_roundoff));
}

TEST(Operation, TakesConstantsOfManyDigitsAsRounded) {
  EXPECT_EQ(operation::constant<double>(0.1), 0.1);
  EXPECT_EQ(operation::constant<E>(0.1).error, 4 * (0.1 * 0x1p-53 + 0x1p-1074));
  EXPECT_EQ((operation::constant<Dual<E>>(-1.0 / 3).value.error),
            4 * (1.0 / 3 * 0x1p-53 + 0x1p-1074));
  for (const double exact : {0.0, 1.0, -0.5, 1e10, 0x1.ffffffp-30})
    EXPECT_EQ(operation::constant<E>(exact).error, 0);
  EXPECT_GT(operation::constant<E>(1e300).error, 0);
}

TEST(Operation, IsFoundByItsOpcode) {
  const D a = moving(2);
  EXPECT_EQ(operation::apply(Opcode::subtract, a, D(5), a).value, -3);
  EXPECT_EQ(operation::apply(Opcode::negate, a, a, a).value, -2);
  EXPECT_EQ(operation::apply(Opcode::select, D(0), D(5), D(6)).value, 6);
}

}  // namespace
}  // namespace batchgrad::test
