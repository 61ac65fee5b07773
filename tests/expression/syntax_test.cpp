#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>
#include <string>

#include "expression_values.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

struct SyntaxCase {
  const char* text;
  double value;
};

class SyntaxTable : public testing::TestWithParam<SyntaxCase> {};

// x = 3 where the text has a variable.
TEST_P(SyntaxTable, HasTheValueOfPaper) {
  const Expression f(GetParam().text);
  const std::vector<double> x(f.variables().size(), 3.0);
  EXPECT_EQ(value_of(f, x), GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Every, SyntaxTable,
    testing::Values(
        SyntaxCase{"1", 1}, SyntaxCase{"  1.5 ", 1.5}, SyntaxCase{".5", 0.5}, SyntaxCase{"5.", 5},
        SyntaxCase{"1e3", 1000}, SyntaxCase{"1E-2", 0.01}, SyntaxCase{"1e+2", 100},
        SyntaxCase{"0.1", 0.1}, SyntaxCase{"1e308", 1e308}, SyntaxCase{"4.9e-324", 4.9e-324},
        SyntaxCase{"0e-999", 0}, SyntaxCase{"9007199254740993", 9007199254740992},
        SyntaxCase{"0.1000000000000000055511151231257827021181583404541015625", 0.1},
        SyntaxCase{"1 + 2 * 3", 7}, SyntaxCase{"(1 + 2) * 3", 9}, SyntaxCase{"10 - 4 - 3", 3},
        SyntaxCase{"24/4/3", 2}, SyntaxCase{"2*3/4", 1.5}, SyntaxCase{"2^3^2", 512},
        SyntaxCase{"(2^3)^2", 64}, SyntaxCase{"2**3", 8}, SyntaxCase{"-2^2", -4},
        SyntaxCase{"(-2)^2", 4}, SyntaxCase{"2^-1", 0.5}, SyntaxCase{"2^-x", 0.125},
        SyntaxCase{"-x^2", -9}, SyntaxCase{"--x", 3}, SyntaxCase{"-+-x", 3}, SyntaxCase{"+x", 3},
        SyntaxCase{"2 - -3", 5}, SyntaxCase{"2*-3", -6}, SyntaxCase{"-x*x", -9},
        SyntaxCase{"1/-x*3", -1}, SyntaxCase{"2^3*2", 16}, SyntaxCase{"1 < 2", 1},
        SyntaxCase{"2 < 1", 0}, SyntaxCase{"2 <= 2", 1}, SyntaxCase{"3 > 2", 1},
        SyntaxCase{"2 >= 3", 0}, SyntaxCase{"2 == 2", 1}, SyntaxCase{"2 != 2", 0},
        SyntaxCase{"1 + 1 == 2", 1}, SyntaxCase{"(1 < 2) + 1", 2},
        SyntaxCase{"if(1 < 2, 10, 20)", 10}, SyntaxCase{"if(0, 10, 20)", 20},
        SyntaxCase{"if(x > 2, x, -x)", 3}, SyntaxCase{"min(3, 1, 2)", 1},
        SyntaxCase{"max(3, 1, 2)", 3}, SyntaxCase{"min(x, 5)", 3}, SyntaxCase{"hypot(2, 3, 6)", 7},
        SyntaxCase{"pow(2, 10)", 1024}, SyntaxCase{"abs(-3)", 3}, SyntaxCase{"sign(-3)", -1},
        SyntaxCase{"floor(-2.5)", -3}, SyntaxCase{"ceil(-2.5)", -2}, SyntaxCase{"sqrt(9)", 3},
        SyntaxCase{"cbrt(-8)", -2}, SyntaxCase{"r = x*x; r + 1", 10},
        SyntaxCase{"a = 2; b = a*x; a + b", 8}, SyntaxCase{"a = x > 2; a", 1}, SyntaxCase{"x;", 3},
        SyntaxCase{"[x]", 3}, SyntaxCase{"\tx\n+\r\n1", 4}, SyntaxCase{"_a1 + B", 6}));

TEST(Syntax, FunctionsAreThoseOfTheStandardLibrary) {
  const double x = 0.625;
  const auto at = [&](const char* text) { return value_of(text, {x}); };
  EXPECT_TRUE(is_within_ulps(at("exp(x)"), std::exp(x), 2));
  EXPECT_TRUE(is_within_ulps(at("expm1(x)"), std::expm1(x), 2));
  EXPECT_TRUE(is_within_ulps(at("log(x)"), std::log(x), 2));
  EXPECT_TRUE(is_within_ulps(at("log1p(x)"), std::log1p(x), 2));
  EXPECT_TRUE(is_within_ulps(at("log2(x)"), std::log2(x), 2));
  EXPECT_TRUE(is_within_ulps(at("log10(x)"), std::log10(x), 2));
  EXPECT_TRUE(is_within_ulps(at("sin(x)"), std::sin(x), 2));
  EXPECT_TRUE(is_within_ulps(at("cos(x)"), std::cos(x), 2));
  EXPECT_TRUE(is_within_ulps(at("tan(x)"), std::tan(x), 2));
  EXPECT_TRUE(is_within_ulps(at("asin(x)"), std::asin(x), 2));
  EXPECT_TRUE(is_within_ulps(at("acos(x)"), std::acos(x), 2));
  EXPECT_TRUE(is_within_ulps(at("atan(x)"), std::atan(x), 2));
  EXPECT_TRUE(is_within_ulps(at("atan2(x, -2)"), std::atan2(x, -2), 2));
  EXPECT_TRUE(is_within_ulps(at("sinh(x)"), std::sinh(x), 2));
  EXPECT_TRUE(is_within_ulps(at("cosh(x)"), std::cosh(x), 2));
  EXPECT_TRUE(is_within_ulps(at("tanh(x)"), std::tanh(x), 2));
  EXPECT_TRUE(is_within_ulps(at("asinh(x)"), std::asinh(x), 2));
  EXPECT_TRUE(is_within_ulps(value_of("acosh(x)", {1.5}), std::acosh(1.5), 2));
  EXPECT_TRUE(is_within_ulps(at("atanh(x)"), std::atanh(x), 2));
  EXPECT_TRUE(is_within_ulps(at("erf(x)"), std::erf(x), 2));
  EXPECT_TRUE(is_within_ulps(at("erfc(x)"), std::erfc(x), 2));
  EXPECT_TRUE(is_within_ulps(at("x^x"), std::pow(x, x), 2));
}

TEST(Syntax, NumbersAreExactlyRounded) {
  // Halfway between two doubles and just above; 17 digits are not enough to tell.
  EXPECT_EQ(value_of("9007199254740993.0000000000000001"), 9007199254740994.0);
  EXPECT_EQ(value_of("2.2250738585072011e-308"), 0x0.fffffffffffffp-1022);
  EXPECT_EQ(value_of("1.7976931348623157e308"), 0x1.fffffffffffffp1023);
}

TEST(Syntax, ConstantsAreKnown) {
  EXPECT_EQ(value_of("pi"), std::numbers::pi);
  EXPECT_EQ(value_of("e"), std::numbers::e);
  EXPECT_TRUE(Expression("2*pi*e").variables().empty());
}

TEST(Syntax, GivenVariablesShadowConstants) {
  const Expression f("e*x + pi", {"x", "e"});
  EXPECT_EQ(value_of(f, {2, 10}), 20 + std::numbers::pi);
  EXPECT_EQ(f.text(), "e*x + pi");
}

TEST(Syntax, VariablesComeInOrderOfAppearance) {
  EXPECT_EQ(Expression("b*a + c/b").variables(), (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_EQ(Expression("t = z*y; x + t").variables(), (std::vector<std::string>{"z", "y", "x"}));
}

TEST(Syntax, GivenVariablesKeepTheirOrder) {
  const Expression f("b - a", {"a", "b", "unused column"});
  EXPECT_EQ(f.variables().size(), 3U);
  EXPECT_EQ(value_of(f, {1, 5, 99}), 4);
}

TEST(Syntax, SeveralResultsAreOneList) {
  const Expression f("s = x + y; [s, x*y, s < 2]");
  ASSERT_EQ(f.results(), 3);
  EXPECT_EQ(f(std::vector<double>{2, 3}), (std::vector<double>{5, 6, 0}));
}

TEST(Syntax, UnusedDefinitionsAreNoError) {
  const Expression f("unused = exp(z); x");
  EXPECT_EQ(f.variables(), (std::vector<std::string>{"z", "x"}));
  EXPECT_EQ(value_of(f, {1, 7}), 7);
}

}  // namespace
}  // namespace batchgrad::test
