#include <gtest/gtest.h>
#include <string>

#include "expression_values.hpp"

namespace batchgrad::test {
namespace {

struct TextCase {
  const char* text;
  const char* slope;  ///< in the first variable
};

class DerivativeTable : public testing::TestWithParam<TextCase> {};

TEST_P(DerivativeTable, IsWhatOneWouldWrite) {
  const Expression f(GetParam().text);
  EXPECT_EQ(f.derivative(f.variables()[0]).text(), GetParam().slope) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Every, DerivativeTable,
    testing::Values(
        TextCase{"x^3 - 2*x^2 + 5", "3*x^2 - 4*x"}, TextCase{"w*x + x*y*z + 3*w + z*y^2", "x + 3"},
        TextCase{"x*y*z + w*x", "y*z + w"}, TextCase{"y*x*z + z*y^2", "2*y*z + x*z"},
        TextCase{"2*x + 3*x", "5"}, TextCase{"x*x^2", "3*x^2"}, TextCase{"x*x*x", "3*x^2"},
        TextCase{"x^3/3 + x^2/7", "x^2 + 2*x/7"}, TextCase{"x/49*49", "1"},
        TextCase{"0.1*x^2", "0.2*x"}, TextCase{"(2*x + 1)^2", "4*(2*x + 1)"},
        TextCase{"(x + y)*(x - y)", "2*x"},
        TextCase{"(x + 1)^2*(x + 2)", "(x + 1)^2 + 2*(x + 1)*(x + 2)"},
        TextCase{"(1 - x)^2 + 100*(y - x^2)^2", "-400*x*(y - x^2) - 2*(1 - x)"},
        TextCase{"1/x", "-1/x^2"}, TextCase{"1/x^2", "-2/x^3"}, TextCase{"x^(-2)", "-2/x^3"},
        TextCase{"x/y", "1/y"}, TextCase{"x/y*z", "z/y"}, TextCase{"x*sqrt(x)", "3*sqrt(x)/2"},
        TextCase{"sqrt(x)", "1/(2*sqrt(x))"}, TextCase{"sqrt(2*x)", "1/sqrt(2*x)"},
        TextCase{"cbrt(x)", "1/(3*cbrt(x)^2)"}, TextCase{"x^2.5", "2.5*x^1.5"},
        TextCase{"x^y", "y*x^(y - 1)"}, TextCase{"2^x", "0.6931471805599453*2^x"},
        TextCase{"e^x", "exp(x)"}, TextCase{"exp(2*x)", "2*exp(2*x)"},
        TextCase{"3*x*exp(x)", "3*x*exp(x) + 3*exp(x)"},
        TextCase{"exp(-(x^2 + y^2)/2)", "-x*exp(-(x^2 + y^2)/2)"}, TextCase{"log(x)", "1/x"},
        TextCase{"log(3*x)", "1/x"}, TextCase{"x*log(x)", "log(x) + 1"},
        TextCase{"log1p(x)", "1/(x + 1)"}, TextCase{"sin(x)*cos(x)", "cos(x)^2 - sin(x)^2"},
        TextCase{"cos(x)", "-sin(x)"}, TextCase{"tan(x)", "1/cos(x)^2"},
        TextCase{"asin(x)", "1/(sqrt(1 - x)*sqrt(x + 1))"}, TextCase{"atan(x)", "1/(x^2 + 1)"},
        TextCase{"tanh(x)", "1/cosh(x)^2"}, TextCase{"cosh(x)", "sinh(x)"},
        TextCase{"erf(x)", "1.1283791670955126*exp(-x^2)"}, TextCase{"abs(x)", "sign(x)"},
        TextCase{"floor(x) + sign(x) + (x < 2)", "0"}, TextCase{"hypot(x, y)", "x/hypot(x, y)"},
        TextCase{"log(1 + exp(x))", "1/(1 + exp(-x))"},
        TextCase{"1/(1 + exp(-x))", "1/(1 + exp(-x))/(1 + exp(x))"},
        TextCase{"log(exp(x) + exp(y))", "1/(1 + exp(y - x))"},
        TextCase{"if(x < 0, -x, x^2)", "if(x < 0, -1, 2*x)"},
        TextCase{"if(x < 0, 2*x, 2*x + y)", "2"},
        TextCase{"max(x, y)", "if(x > y, 1, if(y > x, 0, 0.5))"},
        TextCase{"b1*(1 - exp(-b2*x))", "-expm1(-b2*x)"}));

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
