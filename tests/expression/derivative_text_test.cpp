#include <gtest/gtest.h>
#include <string>

#include "expression_values.hpp"

namespace batchgrad::test {
namespace {

struct Case {
  const char* text;
  const char* slope;  ///< in the first variable
};

class DerivativeTable : public testing::TestWithParam<Case> {};

TEST_P(DerivativeTable, IsWhatOneWouldWrite) {
  const Expression f(GetParam().text);
  EXPECT_EQ(f.derivative(f.variables()[0]).text(), GetParam().slope) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Every, DerivativeTable,
    testing::Values(
        Case{"x^3 - 2*x^2 + 5", "3*x^2 - 4*x"}, Case{"w*x + x*y*z + 3*w + z*y^2", "x + 3"},
        Case{"x*y*z + w*x", "y*z + w"}, Case{"y*x*z + z*y^2", "2*y*z + x*z"},
        Case{"2*x + 3*x", "5"}, Case{"x*x^2", "3*x^2"}, Case{"x*x*x", "3*x^2"},
        Case{"x^3/3 + x^2/7", "x^2 + 2*x/7"}, Case{"x/49*49", "1"}, Case{"0.1*x^2", "0.2*x"},
        Case{"(2*x + 1)^2", "4*(2*x + 1)"}, Case{"(x + y)*(x - y)", "2*x"},
        Case{"(x + 1)^2*(x + 2)", "(x + 1)^2 + 2*(x + 1)*(x + 2)"},
        Case{"(1 - x)^2 + 100*(y - x^2)^2", "-400*x*(y - x^2) - 2*(1 - x)"}, Case{"1/x", "-1/x^2"},
        Case{"1/x^2", "-2/x^3"}, Case{"x^(-2)", "-2/x^3"}, Case{"x/y", "1/y"}, Case{"x/y*z", "z/y"},
        Case{"x*sqrt(x)", "3*sqrt(x)/2"}, Case{"sqrt(x)", "1/(2*sqrt(x))"},
        Case{"sqrt(2*x)", "1/sqrt(2*x)"}, Case{"cbrt(x)", "1/(3*cbrt(x)^2)"},
        Case{"x^2.5", "2.5*x^1.5"}, Case{"x^y", "y*x^(y - 1)"},
        Case{"2^x", "0.6931471805599453*2^x"}, Case{"e^x", "exp(x)"},
        Case{"exp(2*x)", "2*exp(2*x)"}, Case{"3*x*exp(x)", "3*x*exp(x) + 3*exp(x)"},
        Case{"exp(-(x^2 + y^2)/2)", "-x*exp(-(x^2 + y^2)/2)"}, Case{"log(x)", "1/x"},
        Case{"log(3*x)", "1/x"}, Case{"x*log(x)", "log(x) + 1"}, Case{"log1p(x)", "1/(x + 1)"},
        Case{"sin(x)*cos(x)", "cos(x)^2 - sin(x)^2"}, Case{"cos(x)", "-sin(x)"},
        Case{"tan(x)", "1/cos(x)^2"}, Case{"asin(x)", "1/(sqrt(1 - x)*sqrt(x + 1))"},
        Case{"atan(x)", "1/(x^2 + 1)"}, Case{"tanh(x)", "1/cosh(x)^2"}, Case{"cosh(x)", "sinh(x)"},
        Case{"erf(x)", "1.1283791670955126*exp(-x^2)"}, Case{"abs(x)", "sign(x)"},
        Case{"floor(x) + sign(x) + (x < 2)", "0"}, Case{"hypot(x, y)", "x/hypot(x, y)"},
        Case{"log(1 + exp(x))", "1/(1 + exp(-x))"},
        Case{"1/(1 + exp(-x))", "1/(1 + exp(-x))/(1 + exp(x))"},
        Case{"log(exp(x) + exp(y))", "1/(1 + exp(y - x))"},
        Case{"if(x < 0, -x, x^2)", "if(x < 0, -1, 2*x)"}, Case{"if(x < 0, 2*x, 2*x + y)", "2"},
        Case{"max(x, y)", "if(x > y, 1, if(y > x, 0, 0.5))"},
        Case{"b1*(1 - exp(-b2*x))", "-expm1(-b2*x)"}));

TEST(DerivativeText, SecondDerivativesCollectLikeTerms) {
  EXPECT_EQ(Expression("3*x*exp(x)").derivative("x", 2).text(), "3*x*exp(x) + 6*exp(x)");
  EXPECT_EQ(Expression("log(x)/x").derivative("x", 2).text(), "2*log(x)/x^3 - 3/x^3");
  EXPECT_EQ(Expression("x^y").derivative("x", 2).text(), "y*(y - 1)*x^(y - 2)");
  EXPECT_EQ(Expression("sin(x)*cos(x)").derivative("x", 2).text(), "-4*sin(x)*cos(x)");
}

TEST(DerivativeText, GradientsAreLists) {
  EXPECT_EQ(Expression("x^2*y + y^3").gradient().text(), "[2*x*y, x^2 + 3*y^2]");
  EXPECT_EQ(Expression("x^2*y").hessian().text(), "[2*y, 2*x, 2*x, 0]");
}

TEST(ExpandedText, ProductsAndPowersAreMultipliedOut) {
  const Expression square = Expression("(2*x + 1)^2").expanded();
  EXPECT_EQ(square.text(), "4*x^2 + 4*x + 1");
  EXPECT_EQ(square.derivative("x").text(), "8*x + 4");
  EXPECT_EQ(Expression("(x + y)^3").expanded().text(), "x^3 + 3*x^2*y + 3*x*y^2 + y^3");
  EXPECT_EQ(Expression("(x + 1)*(x - 1)").expanded().text(), "x^2 - 1");
  EXPECT_EQ(Expression("(x + y)/z").expanded().text(), "x/z + y/z");
  EXPECT_EQ(Expression("x - x").expanded().text(), "0");
  EXPECT_EQ(Expression("z*(1 + x)^0").expanded().text(), "z");
}

TEST(ExpandedText, ArgumentsOfFunctionsAreExpanded) {
  EXPECT_EQ(Expression("sin((x + 1)^2)").expanded().text(), "sin(x^2 + 2*x + 1)");
  EXPECT_EQ(Expression("1/(x*(x + 1))").expanded().text(), "1/(x^2 + x)");
  EXPECT_EQ(Expression("sin(x)*(1 + sin(x))").expanded().text(), "sin(x) + sin(x)^2");
}

TEST(ExpandedText, DescendingPowersComeFirst) {
  EXPECT_EQ(Expression("1 + x + x^2 + x^3").expanded().text(), "x^3 + x^2 + x + 1");
  EXPECT_EQ(Expression("y^2 + x^2 + x*y").expanded().text(), "y^2 + y*x + x^2");
}

}  // namespace
}  // namespace batchgrad::test
