#include <array>
#include <cmath>
#include <gtest/gtest.h>

#include "differences.hpp"
#include "tolerance.hpp"

// Kinks at every distance from x and of every size: some points of a stencil see them, or all of
// them but x itself, and they are too small to stand out.

namespace batchgrad::test {
namespace {

/// check(place of the kink, its size, x)
template <class Check>
void for_each_kink(const Check& check) {
  for (const double x : {0.3, 1.0, -2.6})
    for (int distance = -26; distance <= 0; ++distance)
      for (int size = -20; size <= 0; ++size)
        for (const double side : {-1.0, 1.0})
          for (const double sign : {-1.0, 1.0})
            check(x + side * std::pow(10, 0.5 * distance), sign * std::pow(10, 0.5 * size), x);
}

class DifferenceKinks : public testing::TestWithParam<NamedMethod> {
 protected:
  static DifferenceRule rule(int order) {
    return rule_of(GetParam().method, GetParam().accuracy, order);
  }
};

TEST_P(DifferenceKinks, OfFAreNeverOverlooked) {
  for_each_kink([](double kink, double size, double x) {
    const auto f = [&](double at) { return std::exp(0.5 * at) + size * std::fabs(at - kink); };
    const auto seen = slope(f, x, rule(1));
    const double exact = 0.5 * std::exp(0.5 * x) + (x > kink ? size : -size);
    if (seen.status == Status::ok) {
      EXPECT_TRUE(is_within(seen.value, exact, seen.error))
          << size << " |x - " << kink << "| at " << x;
    }
  });
}

TEST_P(DifferenceKinks, OfTheSlopeAreNeverOverlooked) {
  for_each_kink([](double kink, double size, double x) {
    const auto f = [&](double at) {
      return std::exp(0.5 * at) + size * (at - kink) * std::fabs(at - kink);
    };
    const auto seen = slope(f, x, rule(2));
    const double exact = 0.25 * std::exp(0.5 * x) + 2 * (x > kink ? size : -size);
    if (seen.status == Status::ok) {
      EXPECT_TRUE(is_within(seen.value, exact, seen.error))
          << size << " (x - " << kink << ") |x - " << kink << "| at " << x;
    }
  });
}

// A central derivative of odd order is the mean of both sides, with every step.
TEST_P(DifferenceKinks, OfHigherDerivativesAreNeverOverlooked) {
  for (int order = 3; order <= max_derivative_order; ++order)
    for (int size = -6; size <= 0; ++size)
      for (const double offset : {-1e-3, -1e-7, -1e-12, 1e-12, 1e-7, 1e-3}) {
        const double kink = 0.7 + offset;
        const auto f = [&](double at) {
          return std::exp(at) +
                 std::pow(10, size) * std::pow(at - kink, order - 1) * std::fabs(at - kink);
        };
        const auto seen = slope(f, 0.7, rule(order));
        const double jump = std::pow(10, size) * std::tgamma(order + 1);
        if (seen.status == Status::ok) {
          EXPECT_TRUE(
              is_within(seen.value, std::exp(0.7) + (offset < 0 ? jump : -jump), seen.error))
              << "order " << order << ", size 1e" << size << ", offset " << offset;
        }
      }
}

// x |y| is even in y: a difference over +-y has nothing of it.
TEST_P(DifferenceKinks, OfOneParameterAreSeenByMixedDerivatives) {
  if (GetParam().accuracy == 1) return;  // has no digits left to see it with
  const auto f = [](const auto& p) { return std::exp(p[0] * p[1]) + p[0] * std::fabs(p[1]); };
  for (const double y : {0.0, 1e-9, -1e-9}) {
    const std::array<double, 2> point{0.7, y};
    const DifferenceSite<double> site{
        .point = {point.data(), 2}, .typical = {}, .bounds = {}, .direction = {}};
    const auto seen = difference<double>(f, rule(2), {DerivativeColumn::Kind::mixed, 0, 1}, site);
    EXPECT_NE(seen.status, Status::ok) << y;
  }
}

INSTANTIATE_TEST_SUITE_P(Method, DifferenceKinks, testing::ValuesIn(difference_methods),
                         [](const auto& method) { return test_name(method.param); });

// In f it is 1e5 times its rounding, but 1e-11 of f; in f'' it is as large as all the rest.
TEST(SecondDifference, IsNotOkWhereARippleIsFinerThanItsStep) {
  for (const auto& [name, method, accuracy] : difference_methods) {
    if (accuracy < 4 || method == DifferenceMethod::forward) continue;
    SCOPED_TRACE(name);
    for (int k = 0; k < 40; ++k) {
      const double x = 1 + 0.01 * k;
      const auto f = [](double at) { return at * at + 1e-11 * std::sin(3e5 * at); };
      const auto seen = slope(f, x, rule_of(method, accuracy, 2));
      const double exact = 2 - 0.9 * std::sin(3e5 * x);
      if (seen.status == Status::ok) {
        EXPECT_TRUE(is_within(seen.value, exact, seen.error)) << x;
      }
    }
  }
}

}  // namespace
}  // namespace batchgrad::test
