#include <batchgrad/error.hpp>

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "expression_values.hpp"

namespace batchgrad::test {
namespace {

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

std::string nested(int levels) { return repeated("(", levels) + "x" + repeated(")", levels); }

void expect_refused(const std::string& text, const char* part) {
  try {
    const Expression f(text);
    ADD_FAILURE() << "read " << text.substr(0, 40);
  } catch (const ParseError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

// Milliseconds are expected; a second leaves room for slow machines and sanitizers.
template <class Function>
void expect_quick(const Function& function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(Limits, TwoHundredLevelsAreRead) {
  EXPECT_EQ(value_of(Expression(nested(200)), {3}), 3);
  expect_refused(nested(201), "more than 200 levels");
}

TEST(Limits, CallsAndPowersAreLevelsToo) {
  EXPECT_EQ(value_of(Expression(repeated("abs(", 200) + "x" + repeated(")", 200)), {-3}), 3);
  expect_refused(repeated("sin(", 201) + "x" + repeated(")", 201), "more than 200 levels");
  EXPECT_EQ(value_of(Expression(repeated("x^", 200) + "x"), {1}), 1);
  expect_refused(repeated("x^", 201) + "x", "more than 200 levels");
}

TEST(Limits, OneHundredThousandParenthesesFailQuickly) {
  expect_quick([] { expect_refused(repeated("(", 100'000), "100000 bytes"); });
  expect_quick([] { expect_refused(repeated("(", 60'000), "more than 200 levels"); });
  expect_quick([] { expect_refused(repeated("[", 60'000), "a list inside"); });
  expect_quick([] { expect_refused(repeated("exp(", 16'000), "more than 200 levels"); });
  expect_quick([] { expect_refused(repeated("2^", 30'000), "more than 200 levels"); });
}

/// The shortest of several: on a busy machine some turns are interrupted.
template <class Function>
double fewest_milliseconds(const Function& function) {
  double fewest = 1e9;
  for (int turn = 0; turn < 20; ++turn) {
    const auto start = std::chrono::steady_clock::now();
    function();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    fewest = std::min(fewest, taken.count());
  }
  return fewest;
}

TEST(Limits, NestedParenthesesFailWithinTenMilliseconds) {
  for (const int levels : {100'000, 60'000, 30'000}) {
    const std::string open = repeated("(", levels);
    EXPECT_LT(fewest_milliseconds([&] { EXPECT_THROW(Expression{open}, ParseError); }), 10);
    EXPECT_LT(fewest_milliseconds([&] { EXPECT_THROW(Expression{nested(levels)}, ParseError); }),
              10);
  }
}

TEST(Limits, LongChainsAreNoLevels) {
  expect_quick([] {
    EXPECT_EQ(value_of(Expression(repeated("-", 60'000) + "x"), {3}), 3);
    EXPECT_EQ(value_of(Expression("x" + repeated("+x", 9'000)), {1}), 9001);
    EXPECT_EQ(value_of(Expression("x" + repeated("/x", 9'000)), {1}), 1);
  });
}

TEST(Limits, SixtyFourKibibytesAreRead) {
  const std::string text = "x" + std::string(64 * 1024 - 1, ' ');
  EXPECT_EQ(value_of(Expression(text), {3}), 3);
  expect_refused(text + " ", "(at most 65536 are read)");
}

TEST(Limits, TenThousandOperationsAreRead) {
  std::string text = "0.5";
  for (int i = 0; i < 5'100; ++i) text += "+x^" + std::to_string(i + 2);
  expect_refused(text, "more than 10000 operations");
}

// Left chains are as deep as they are long: nothing may recurse along them.
TEST(Limits, DeepGraphsAreDifferentiatedPrintedAndDestroyed) {
  const Expression f("x" + repeated("*y+x", 3'000));
  const Expression slope = f.derivative("x");
  const double ones[] = {1, 1};
  EXPECT_EQ(slope(VectorView<const double>(ones, 2))[0], 3001);
  EXPECT_EQ(Expression(f.text()).text(), f.text());
  EXPECT_EQ(Expression(slope.text(), f.variables())(VectorView<const double>(ones, 2))[0], 3001);
}

TEST(Limits, GradientsOfManyVariablesAreQuick) {
  std::string text = "x0";
  for (int i = 1; i < 500; ++i) text += "*x" + std::to_string(i);
  const Expression f(text);
  expect_quick([&] {
    const auto slopes = f.gradient()(std::vector<double>(500, 1.0));
    EXPECT_EQ(slopes, std::vector<double>(500, 1.0));
  });
}

// Shared sub-expressions double the value at every step: written out they would be 2^60 long.
TEST(Limits, SharedSubexpressionsDoNotExplodeTheText) {
  std::string text = "t0 = x*y; ";
  for (int i = 1; i <= 60; ++i) {
    text += "t" + std::to_string(i) + " = sin(t" + std::to_string(i - 1) + ") + cos(t" +
            std::to_string(i - 1) + "); ";
  }
  text += "t60";
  const Expression f(text);
  EXPECT_LT(f.text().size(), 20'000U);
  const std::vector<double> x = {0.3, 0.7};
  EXPECT_EQ(value_of(Expression(f.text(), f.variables()), x), value_of(f, x));
  const Expression slope = f.derivative("x");
  EXPECT_LT(slope.text().size(), 60'000U);
  EXPECT_EQ(Expression(slope.text(), f.variables())(x), slope(x));
}

// Twenty sines in one another: spelled out, the third derivative would be too long to be read.
TEST(Limits, LongDerivativesAreDefinedPieceByPiece) {
  std::string text = "x";
  for (int i = 0; i < 20; ++i) text = "sin(" + text + ")";
  const Expression slope = Expression(text).derivative("x", 3);
  EXPECT_LT(slope.text().size(), 64U * 1024);
  const Expression read(slope.text());
  EXPECT_EQ(read.text(), slope.text());
  EXPECT_EQ(value_of(read, {0.7}), value_of(slope, {0.7}));
}

TEST(Limits, DefinitionsAvoidTheVariablesNames) {
  const std::string shared =
      "sin(t1*t2*t3)*exp(t1 - t2)*cos(t1 + t2 - t3)*tanh(t1/t2 + t3)*erf(t1)*cosh(t2)*sinh(t3)";
  const Expression f("(" + shared + " + 1)/(" + shared + " + 2)");
  EXPECT_EQ(f.text().substr(0, 5), "t4 = ");
  EXPECT_EQ(Expression(f.text()).text(), f.text());
}

TEST(Limits, GrowthIsRefusedNotComputedForHours) {
  const Expression f("exp(sin(x*y)*cos(x/y)/log(x + y))^(x*y)");
  try {
    const Expression g = f.derivative("x", 1000);
    ADD_FAILURE() << "differentiated a thousand times";
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find("grows beyond 1000000"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW((void)Expression("(a + b + c + d + w + x + y + z)^50").expanded(), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::test
