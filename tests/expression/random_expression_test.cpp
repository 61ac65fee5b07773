#include "random_expression.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "expression_values.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using Number = RandomExpression::Number;
using Point = std::vector<double>;

const std::vector<std::string> variables = {"x", "y", "z"};
constexpr int expressions = 600;

/// Calls `check(expression, f, point)` for seeded random expressions.
template <class Check>
void for_random_expressions(std::uint64_t seed, const Check& check) {
  RandomNumbers random(seed);
  for (int i = 0; i < expressions; ++i) {
    const RandomExpression expression = random_expression(random, 1 + i % 4);
    const Point point = random.vector<double>(3, -2, 2);
    SCOPED_TRACE(expression.text);
    check(expression, Expression(expression.text, variables), point);
    if (testing::Test::HasFailure()) return;
  }
}

bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void expect_same_values(const Expression& a, const Expression& b, const Point& x) {
  const auto left = a(x);
  const auto right = b(x);
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_TRUE(is_same(left[i], right[i])) << left[i] << " and " << right[i];
  }
}

TEST(RandomExpressions, ValuesAreThoseOfLongDouble) {
  for_random_expressions(1, [](const RandomExpression& expression, const Expression& f,
                               const Point& x) {
    const auto expected = static_cast<double>(expression({x[0], x[1], x[2]}));
    // Wrong rules are off by much more; roundings are amplified by at most 10^6 here.
    EXPECT_TRUE(is_within(value_of(f, x), expected, 1e-10 * std::max(1.0, std::fabs(expected))));
  });
}

TEST(RandomExpressions, TextReadsBackToTheSameValues) {
  for_random_expressions(2, [](const RandomExpression&, const Expression& f, const Point& x) {
    const Expression read(f.text(), variables);
    EXPECT_EQ(read.text(), f.text());
    expect_same_values(read, f, x);
    const Expression slopes = f.gradient();
    const Expression slopes_read(slopes.text(), variables);
    EXPECT_EQ(slopes_read.text(), slopes.text());
    expect_same_values(slopes_read, slopes, x);
  });
}

TEST(RandomExpressions, ExpandedExpressionsHaveTheSameValues) {
  for_random_expressions(3, [](const RandomExpression&, const Expression& f, const Point& x) {
    const double expected = value_of(f, x);
    const Expression expanded = f.expanded();
    EXPECT_TRUE(
        is_within(value_of(expanded, x), expected, 1e-8 * std::max(1.0, std::fabs(expected))))
        << expanded.text();
  });
}

/// A numeric derivative with the error that its two step sizes show.
struct Slope {
  Number value = 0;
  Number error = 0;
};

template <class Formula>
Slope from_two_steps(const Formula& formula) {
  constexpr Number step = 1e-3L;
  const Number coarse = formula(step);
  const Number fine = formula(step / 2);
  return {fine, std::fabs(coarse - fine)};
}

Number moved(const RandomExpression& f, const Point& x, std::size_t i, Number by) {
  std::vector<Number> at(x.begin(), x.end());
  at[i] += by;
  return f(at);
}

// Fourth order: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h and its second derivative's like.
Slope first_slope(const RandomExpression& f, const Point& x, std::size_t i) {
  return from_two_steps([&](Number h) {
    const auto odd = [&](Number by) { return moved(f, x, i, by) - moved(f, x, i, -by); };
    return (8 * odd(h) - odd(2 * h)) / (12 * h);
  });
}

Slope second_slope(const RandomExpression& f, const Point& x, std::size_t i) {
  return from_two_steps([&](Number h) {
    const Number middle = moved(f, x, i, 0);
    const auto even = [&](Number by) {
      return moved(f, x, i, by) + moved(f, x, i, -by) - 2 * middle;
    };
    return (16 * even(h) - even(2 * h)) / (12 * h * h);
  });
}

// Where the two steps disagree a kink or a step is near: no truth. `doubtful` counts them.
void expect_slope(double actual, const Slope& expected, int& doubtful) {
  const auto size = static_cast<double>(std::max(Number{1}, std::fabs(expected.value)));
  if (!(expected.error <= Number{1e-6L} * static_cast<Number>(size))) {
    ++doubtful;
    return;
  }
  EXPECT_TRUE(is_within(actual, static_cast<double>(expected.value),
                        2 * static_cast<double>(expected.error) + 1e-8 * size));
}

TEST(RandomExpressions, GradientsAreTheSlopes) {
  int doubtful = 0;
  for_random_expressions(
      4, [&](const RandomExpression& expression, const Expression& f, const Point& x) {
        const auto gradient = f.gradient()(x);
        for (std::size_t i = 0; i < 3; ++i) {
          expect_slope(gradient[i], first_slope(expression, x, i), doubtful);
        }
      });
  EXPECT_LT(doubtful, 3 * expressions / 20);
}

TEST(RandomExpressions, SecondDerivativesAreTheCurvatures) {
  int doubtful = 0;
  for_random_expressions(
      5, [&](const RandomExpression& expression, const Expression& f, const Point& x) {
        const auto hessian = f.hessian()(x);
        for (std::size_t i = 0; i < 3; ++i) {
          expect_slope(hessian[4 * i], second_slope(expression, x, i), doubtful);
          EXPECT_TRUE(is_same(hessian[i], hessian[3 * i]));
          EXPECT_TRUE(is_same(hessian[3 + 2], hessian[6 + 1]));
        }
      });
  EXPECT_LT(doubtful, 3 * expressions / 20);
}

TEST(RandomExpressions, MixedDerivativesDoNotDependOnTheOrder) {
  for_random_expressions(6, [](const RandomExpression&, const Expression& f, const Point& x) {
    const double xy = value_of(f.derivative("x").derivative("y"), x);
    const double yx = value_of(f.derivative("y").derivative("x"), x);
    if (std::isnan(xy) && std::isnan(yx)) return;
    EXPECT_TRUE(is_within(xy, yx, 1e-8 * std::max(1.0, std::fabs(yx))));
  });
}

}  // namespace
}  // namespace batchgrad::test
