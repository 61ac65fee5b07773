#include <batchgrad/core/dual.hpp>
#include <batchgrad/core/running_error.hpp>
#include <batchgrad/expression/operation.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "elementary_truth.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

const char* const names[] = {"constant", "variable",
#define BATCHGRAD_NAME(name, arity) #name,
                             BATCHGRAD_EVERY_OPERATION(BATCHGRAD_NAME)
#undef BATCHGRAD_NAME
};
std::string name(Opcode operation) { return names[static_cast<int>(operation)]; }

/// x as the variable of every level of a nested dual number, and the derivatives that come out.
template <class T>
struct Levels {
  static T variable(double x) { return x; }
  static std::vector<double> derivatives(T value) { return {value}; }
};
template <class T>
struct Levels<Dual<T>> {
  static Dual<T> variable(double x) { return Dual<T>::variable(Levels<T>::variable(x)); }
  static std::vector<double> derivatives(const Dual<T>& value) {
    auto orders = Levels<T>::derivatives(value.value);
    orders.push_back(Levels<T>::derivatives(value.tangent[0]).back());
    return orders;
  }
};

/// A first derivative takes a handful of operations of up to 2 ulps each; every order above has
/// twice the terms of the one before.
double ulps(int order) { return 8 << order; }

TEST(Elementary, HasDerivativesUpToTheFourth) {
  using D4 = Levels<Dual<Dual<Dual<Dual<double>>>>>;
  for (const auto& [operation, x, truth] : elementary_truths) {
    const auto a = D4::variable(x);
    const auto orders = D4::derivatives(operation::apply(operation, a, a, a));
    for (int order = 0; order <= 4; ++order) {
      SCOPED_TRACE(name(operation) + " at " + std::to_string(x) + ", order " +
                   std::to_string(order));
      EXPECT_TRUE(
          is_within_ulps(orders.at(static_cast<std::size_t>(order)), truth[order], ulps(order)));
    }
  }
}

TEST(Elementary, HasSecondDerivativesOfPairs) {
  using D = Dual<Dual<double, 2>, 2>;
  for (const auto& [operation, x, y, truth] : pair_truths) {
    SCOPED_TRACE(name(operation) + " at " + std::to_string(x) + ", " + std::to_string(y));
    const auto a = D::variable(Dual<double, 2>::variable(x, 0), 0);
    const auto b = D::variable(Dual<double, 2>::variable(y, 1), 1);
    const D f = operation::apply(operation, a, b, b);
    EXPECT_TRUE(is_within_ulps(f.value.value, truth[0], ulps(0)));
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(is_within_ulps(f.value.tangent[i], truth[1 + i], ulps(1)));
      EXPECT_TRUE(is_within_ulps(f.tangent[i].value, truth[1 + i], ulps(1)));
      for (int j = 0; j < 2; ++j)
        EXPECT_TRUE(is_within_ulps(f.tangent[i].tangent[j], truth[3 + i + j], ulps(2)));
    }
  }
}

TEST(Elementary, BoundsTheErrorsOfValueAndSlope) {
  using D = Dual<RunningError<double>>;
  for (const auto& [operation, x, truth] : elementary_truths) {
    SCOPED_TRACE(name(operation) + " at " + std::to_string(x));
    const auto a = D::variable(x);
    const D f = operation::apply(operation, a, a, a);
    EXPECT_FALSE(f.value.kink);
    const RunningError<double> orders[] = {f.value, f.tangent[0]};
    for (int order = 0; order < 2; ++order) {
      // The truth is rounded, too; a bound is at most the ulps of all its operations.
      const double ulp = Limits<double>::epsilon * std::fabs(truth[order]);
      EXPECT_TRUE(is_within(orders[order].value, truth[order], orders[order].error + ulp / 2));
      EXPECT_LE(orders[order].error, 2 * ulps(order) * ulp + Limits<double>::smallest_normal);
    }
  }
}

}  // namespace
}  // namespace batchgrad::test
