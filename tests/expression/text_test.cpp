#include <batchgrad/core/limits.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "expression_values.hpp"

namespace batchgrad::test {
namespace {

// Text that is printed as it was written: parentheses are where they must be and nowhere else.
class TextIsKept : public testing::TestWithParam<const char*> {};

TEST_P(TextIsKept, AsItWasWritten) { EXPECT_EQ(Expression(GetParam()).text(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Every, TextIsKept,
    testing::Values("x", "-x", "2*x", "-2*x", "x + y", "x - y - z", "x - (y + z)", "x - (y - z)",
                    "x*y*z", "x*(y*z)", "x/y/z", "x/(y*z)", "x/(y/z)", "x*y/z", "x*(y/z)",
                    "(x + y)*z", "x*(y + z)", "-x*y", "-x/y", "-(x + y)", "x^2", "-x^2", "(-x)^2",
                    "x^(-2)", "x^y^z", "(x^y)^z", "(2*x)^3", "2^(-x)", "2^(x*y)", "2^(x + 1)",
                    "x^2*y + y^3", "x^3 - 2*x^2 + 5", "0.1*x + 1e-05", "1e+20*x", "x - y/3",
                    "sin(x + y)^2", "atan2(y, x)", "if(x < y, x, y)", "if(x == 0, 1, sin(x)/x)",
                    "(x < y)*(y < z)", "(x < y) + 1", "x + 1 <= y*2", "(x < y) < z", "-(x < y)",
                    "min(min(x, y), z)", "hypot(x, y)", "1/(1 + exp(-x))", "1/(1 + exp(x))",
                    "1/(1 + exp(y - x))", "b/(1 + exp(-2*x))", "x*y/(1 + exp(-z))*2",
                    "x/(1/(1 + exp(-y)))", "log(1 + exp(x))", "log(1 + exp(-x))",
                    "log(exp(a) + exp(b))", "log(exp(a) + exp(b) + exp(c))",
                    "log(exp(a) + exp(log(exp(b) + exp(c))))", "log(2.5 + exp(x))",
                    "log(1e+100 + exp(x))", "log(1e-100 + exp(x))", "log(0.7 + exp(x))", "expm1(x)",
                    "-expm1(-x)", "pi*r^2", "e*x", "[x*y, x/y]"));

// The same function: what is read from the text is printed as the same text.
class TextReadsBack : public testing::TestWithParam<const char*> {};

TEST_P(TextReadsBack, AsTheSameText) {
  const Expression f(GetParam());
  EXPECT_EQ(Expression(f.text(), f.variables()).text(), f.text());
  for (const Expression& g : {f.gradient(), f.hessian()}) {
    EXPECT_EQ(Expression(g.text(), f.variables()).text(), g.text());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Every, TextReadsBack,
    testing::Values("x*sqrt(x)", "x^y", "tanh(x)/x", "asin(x) + acosh(x) + atanh(x)",
                    "erf(x)*erfc(x)", "log(exp(a) + exp(b) + exp(2*a*b))", "x/(1 + exp(a - b*x))^2",
                    "max(x, y, x*y)", "if(x < 0, -x^3, x^2/7)", "hypot(x, y)^3",
                    "atan2(x, y)*abs(x)", "log2(x)^log10(x)", "exp(-(x^2 + y^2)/2)",
                    "(x - 1)^2/(y - 2)^3", "cbrt(x*y)", "expm1(x)*log1p(y)"));

TEST(Text, NumbersAreTheShortestThatReadBack) {
  EXPECT_EQ(Expression("x + 0.1").text(), "x + 0.1");
  EXPECT_EQ(Expression("x + 1/3").text(), "x + 0.3333333333333333");
  EXPECT_EQ(Expression("x*1000000").text(), "x*1000000");
  EXPECT_EQ(value_of(Expression(Expression("5e-324").text())), 5e-324);
}

TEST(Text, WhatIsNoNumberReadsBack) {
  EXPECT_EQ(value_of(Expression(Expression("x*0 + 1/0").text()), {1}), infinity);
  EXPECT_EQ(value_of(Expression(Expression("x - 1/0").text()), {1}), -infinity);
  EXPECT_TRUE(std::isnan(value_of(Expression(Expression("x^(0/0)").text()), {2})));
  EXPECT_TRUE(std::signbit(value_of(Expression(Expression("-0").text()))));
}

TEST(Text, DefinitionsAreWrittenOut) {
  EXPECT_EQ(Expression("r2 = x*x + y*y; exp(-r2/2)").text(), "exp(-(x*x + y*y)/2)");
}

TEST(Text, LongValuesThatAreUsedTwiceAreDefinedOnce) {
  const std::string shared =
      "sin(x*y*z)*exp(x - y)*cos(x + y - z)*tanh(x/y + z)*erf(x)*atan2(y, z)*log10(x*y + 1)";
  EXPECT_EQ(Expression("s = " + shared + "; (s + 1)/(s + 2)").text(),
            "t1 = " + shared + "; (t1 + 1)/(t1 + 2)");
}

TEST(Text, WhatIsNestedDeeplyIsDefined) {
  std::string text = "x";
  for (int i = 0; i < 190; ++i) text = "sin(" + text + ")";
  const Expression slope = Expression(text).derivative("x");
  const Expression read(slope.text());
  EXPECT_EQ(value_of(read, {0.5}), value_of(slope, {0.5}));
}

}  // namespace
}  // namespace batchgrad::test
