#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <string>

#include "expression_values.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

double slope_of(const char* text, const std::vector<double>& x) {
  const Expression f(text);
  return value_of(f.derivative(f.variables()[0]), x);
}

struct Case {
  const char* text;
  double x;
  double slope;
};

class Derivatives : public testing::TestWithParam<Case> {};

// Closed forms, each with a few roundings in the derivative and in the number given here.
TEST_P(Derivatives, HaveTheValueOfTheClosedForm) {
  const auto& [text, x, slope] = GetParam();
  EXPECT_TRUE(is_within_ulps(slope_of(text, {x}), slope, 6)) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Every, Derivatives,
    testing::Values(
        Case{"exp(x)", 1, std::exp(1.0)}, Case{"expm1(x)", 1, std::exp(1.0)},
        Case{"log(x)", 3, 1 / 3.0}, Case{"log1p(x)", 1e-9, 1 / (1 + 1e-9)},
        Case{"log2(x)", 3, 1 / (3 * std::numbers::ln2)},
        Case{"log10(x)", 3, 1 / (3 * std::numbers::ln10)}, Case{"sin(x)", 1, std::cos(1.0)},
        Case{"cos(x)", 1, -std::sin(1.0)}, Case{"tan(x)", 1, 1 + std::tan(1.0) * std::tan(1.0)},
        Case{"asin(x)", 0.5, 1 / std::sqrt(0.75)}, Case{"acos(x)", 0.5, -1 / std::sqrt(0.75)},
        Case{"atan(x)", 2, 0.2}, Case{"atan2(x, 2)", 1, 0.4}, Case{"atan2(2, x)", 1, -0.4},
        Case{"sinh(x)", 1, std::cosh(1.0)}, Case{"cosh(x)", 1, std::sinh(1.0)},
        Case{"tanh(x)", 1, 1 / (std::cosh(1.0) * std::cosh(1.0))},
        Case{"asinh(x)", 2, 1 / std::sqrt(5.0)}, Case{"acosh(x)", 2, 1 / std::sqrt(3.0)},
        Case{"atanh(x)", 0.5, 1 / 0.75},
        Case{"erf(x)", 1, 2 * std::numbers::inv_sqrtpi / std::exp(1.0)},
        Case{"erfc(x)", 1, -2 * std::numbers::inv_sqrtpi / std::exp(1.0)}, Case{"sqrt(x)", 4, 0.25},
        Case{"cbrt(x)", 8, 1 / 12.0}, Case{"x^4", 3, 108}, Case{"x^(-3)", 2, -3 / 16.0},
        Case{"(x^2)^1.5", -2, -12}, Case{"2^x", 3, 8 * std::numbers::ln2},
        Case{"x^x", 2, 4 * (1 + std::numbers::ln2)}, Case{"x/(1 + x)", 1, 0.25},
        Case{"hypot(x, 4)", 3, 0.6}, Case{"hypot(4, x)", 3, 0.6}, Case{"1/(1 + exp(-x))", 0, 0.25},
        Case{"log(1 + exp(x))", 0, 0.5}, Case{"log(exp(x) + exp(2))", 2, 0.5},
        Case{"min(x, 2)", 1, 1}, Case{"min(x, 2)", 3, 0}, Case{"max(2, x)", 3, 1},
        Case{"abs(x)", -3, -1}, Case{"x*abs(x)", -3, 6}, Case{"if(x < 2, x^2, x^3)", 1, 2},
        Case{"if(x < 2, x^2, x^3)", 3, 27}, Case{"floor(x)*x", 2.5, 2}, Case{"ceil(x)*x", 2.5, 3},
        Case{"(x > 1)*x", 2, 1}));

TEST(Derivative, KinksHaveTheMeanOfTheirSlopes) {
  EXPECT_EQ(slope_of("abs(x)", {0}), 0);
  EXPECT_EQ(slope_of("min(x, 3*x)", {0}), 2);
  EXPECT_EQ(slope_of("max(x, 3*x)", {0}), 2);
  EXPECT_EQ(slope_of("max(0, x)", {0}), 0.5);
}

TEST(Derivative, WhatIsNotChosenDoesNotMatter) {
  EXPECT_EQ(slope_of("if(x > 0, sqrt(x), 0)*2", {-1}), 0);
  EXPECT_EQ(slope_of("if(x == 0, 1, sin(x)/x)", {0}), 0);
  EXPECT_EQ(slope_of("3*if(x < 700, exp(x), 7)", {800}), 0);
  EXPECT_EQ(slope_of("min(x, 1/x)*1", {0}), 1);
  EXPECT_EQ(slope_of("if(x > 9, x, if(x > 0, log(x), 5*x))", {-2}), 5);
}

TEST(Derivative, EdgesOfDomains) {
  EXPECT_EQ(slope_of("sqrt(x)", {0}), infinity);
  EXPECT_EQ(slope_of("x*sqrt(x)", {0}), 0);
  EXPECT_EQ(slope_of("x^2/x", {0}), 1);
  EXPECT_EQ(slope_of("x^y", {0, 1}), 1);
  EXPECT_EQ(slope_of("x^2", {0}), 0);
  EXPECT_EQ(slope_of("x^1.5", {0}), 0);
  EXPECT_EQ(slope_of("cbrt(x)", {0}), infinity);
  EXPECT_TRUE(std::isnan(slope_of("sqrt(x)", {-1})));
  EXPECT_TRUE(std::isnan(slope_of("x^y*acosh(x)", {0.5, 1})));
}

TEST(Derivative, LargeAndSmallArgumentsNeitherOverflowNorCancel) {
  EXPECT_EQ(slope_of("tanh(x)", {800}), 0);
  EXPECT_TRUE(is_within_ulps(slope_of("tanh(x)", {20}), 4 * std::exp(-40.0), 4));
  EXPECT_TRUE(is_within_ulps(slope_of("1/(1 + exp(-x))", {40}), std::exp(-40.0), 4));
  EXPECT_EQ(slope_of("log(1 + exp(x))", {1000}), 1);
  EXPECT_TRUE(is_within_ulps(slope_of("sqrt(x^2 + y^2)", {1e200, 1e200}), std::sqrt(0.5), 3));
  EXPECT_TRUE(is_within_ulps(slope_of("asinh(x)", {1e200}), 1e-200, 3));
  EXPECT_TRUE(is_within_ulps(slope_of("atan2(x, y)", {1e200, 1e200}), 0.5e-200, 5));
  // 1 - x is exact; 1 - x^2 would lose half of the digits
  const double near_one = 1 - 0x1p-40;
  EXPECT_TRUE(is_within_ulps(slope_of("atanh(x)", {near_one}), 1 / (0x1p-40 * (2 - 0x1p-40)), 4));
}

}  // namespace
}  // namespace batchgrad::test
