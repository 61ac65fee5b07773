#include "expression/simplify.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "expression/expression_state.hpp"
#include "expression_values.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

Opcode operation_of(std::string_view text) {
  const Expression f(text);
  return f.state().graph[f.state().results[0]].operation;
}

TEST(Simplify, FoldsWhatIsConstant) {
  EXPECT_EQ(Expression("2*pi/4 + sin(0)").text(), Expression("pi/2").text());
  EXPECT_EQ(Expression("x*(2 + 3)").text(), "x*5");
  EXPECT_EQ(Expression("if(2 > 1, x, log(-1))").text(), "x");
}

TEST(Simplify, LeavesOutWhatChangesNoValue) {
  for (const char* text : {"x*1", "1*x", "x/1", "x + 0", "0 + x", "x - 0", "x^1", "-(-x)",
                           "if(y > 0, x, x)", "min(x, x)", "(x)"}) {
    EXPECT_EQ(Expression(text).text(), "x") << text;
  }
  EXPECT_EQ(Expression("x^0").text(), "1");
  EXPECT_EQ(Expression("1^x").text(), "1");
}

TEST(Simplify, KeepsWhatDependsOnInfinities) {
  EXPECT_TRUE(std::isnan(value_of("0*x", {infinity})));
  EXPECT_TRUE(std::isnan(value_of("x - x", {infinity})));
  EXPECT_TRUE(std::isnan(value_of("x/x", {0})));
}

TEST(Simplify, KeepsTheOrderOfRounding) {
  EXPECT_EQ(value_of("(x + 1e16) - 1e16", {1}), 0);
  EXPECT_EQ(value_of("3*x*0.1", {0.1}), 3 * 0.1 * 0.1);
  EXPECT_EQ(value_of("x*x*x - x^3", {1.1}), 1.1 * 1.1 * 1.1 - std::pow(1.1, 3.0));
}

TEST(Simplify, PullsSignsOut) {
  EXPECT_EQ(Expression("-x*-y").text(), "x*y");
  EXPECT_EQ(Expression("x - -y").text(), "x + y");
  EXPECT_EQ(Expression("x + -2*y").text(), "x - 2*y");
  EXPECT_EQ(Expression("x/-3").text(), "-x/3");
  EXPECT_EQ(Expression("-(2*x/y)").text(), "-2*x/y");
  EXPECT_EQ(Expression("-(x - y)").text(), "y - x");
  EXPECT_EQ(Expression("abs(-x)").text(), "abs(x)");
}

TEST(Simplify, LogarithmsOfSumsOfExponentialsDoNotOverflow) {
  EXPECT_EQ(operation_of("log(1 + exp(x))"), Opcode::log_add_exp);
  EXPECT_EQ(operation_of("log1p(exp(x))"), Opcode::log_add_exp);
  for (const char* text : {"log(1 + exp(x))", "log(exp(x) + 1)", "log1p(exp(x))"}) {
    EXPECT_EQ(value_of(text, {1000}), 1000) << text;
    EXPECT_EQ(value_of(text, {0}), std::log(2.0)) << text;
    // log(1 + t) = t - ... : the exponential itself where it is tiny
    EXPECT_TRUE(is_within_ulps(value_of(text, {-50}), std::exp(-50.0), 2)) << text;
  }
  const std::vector<double> large = {1000, 1000, 1000};
  EXPECT_TRUE(
      is_within_ulps(value_of("log(exp(a) + (exp(b) + exp(c)))", large), 1000 + std::log(3.0), 2));
  EXPECT_TRUE(is_within_ulps(value_of("log(2.5 + exp(x))", {-800}), std::log(2.5), 2));
  EXPECT_EQ(value_of("log(2.5 + exp(x))", {800}), 800);
  EXPECT_EQ(operation_of("log(exp(x) - 1)"), Opcode::log);
  EXPECT_EQ(operation_of("log(exp(x) + y)"), Opcode::log);
}

TEST(Simplify, LogisticsDoNotOverflow) {
  for (const char* text :
       {"1/(1 + exp(-x))", "1/(exp(-x) + 1)", "exp(x)/(1 + exp(x))", "exp(x)/(exp(x) + 1)"}) {
    EXPECT_EQ(operation_of(text), Opcode::logistic) << text;
    EXPECT_EQ(value_of(text, {1000}), 1) << text;
    EXPECT_EQ(value_of(text, {0}), 0.5) << text;
    EXPECT_EQ(value_of(text, {-1000}), 0) << text;
  }
  EXPECT_EQ(value_of("y*exp(x)/(1 + exp(x))", {3, 1000}), 3);
  // exp(-x)/(1 + exp(-x))^2 would be infinity/infinity
  const Expression slope = Expression("5/(1 + exp(-x))").derivative("x");
  EXPECT_EQ(value_of(slope, {0}), 1.25);
  EXPECT_EQ(value_of(slope, {-1000}), 0);
  EXPECT_EQ(value_of(slope, {1000}), 0);
}

TEST(Simplify, LengthsDoNotOverflow) {
  EXPECT_EQ(operation_of("sqrt(x^2 + y*y)"), Opcode::hypot);
  EXPECT_TRUE(
      is_within_ulps(value_of("sqrt(x^2 + y^2)", {1e200, 1e200}), std::sqrt(2.0) * 1e200, 2));
  EXPECT_TRUE(is_within_ulps(value_of("sqrt(x^2 + y^2 + z^2)", {2e200, 3e200, 6e200}), 7e200, 3));
  EXPECT_EQ(value_of("sqrt(x*x)", {-1e200}), 1e200);
  EXPECT_EQ(operation_of("sqrt(x^2)"), Opcode::abs);
  EXPECT_EQ(operation_of("sqrt(x^2 + y)"), Opcode::sqrt);
  EXPECT_EQ(operation_of("sqrt(x^2 - y^2)"), Opcode::sqrt);
}

TEST(Simplify, DifferencesFromOneDoNotCancel) {
  EXPECT_EQ(value_of("exp(x) - 1", {1e-20}), 1e-20);
  EXPECT_EQ(value_of("-1 + exp(x)", {1e-20}), 1e-20);
  EXPECT_EQ(value_of("1 - exp(x)", {1e-20}), -1e-20);
  EXPECT_EQ(value_of("log(1 + x)", {1e-20}), 1e-20);
  EXPECT_EQ(value_of("log(x + 1)", {1e-20}), 1e-20);
  EXPECT_EQ(value_of("log(1 - x)", {1e-20}), -1e-20);
  EXPECT_EQ(operation_of("e^x"), Opcode::exp);
}

}  // namespace
}  // namespace batchgrad::test
