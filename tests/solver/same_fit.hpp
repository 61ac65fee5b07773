#pragma once

#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>

namespace batchgrad::test {

/// Equal, or both not a number.
inline bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Two results of the same bits, on the way and in the end.
inline void expect_same_fit(const FitResult& actual, const FitResult& expected) {
  EXPECT_EQ(actual.coefficients, expected.coefficients);
  EXPECT_EQ(actual.intercept, expected.intercept);
  EXPECT_EQ(actual.intercepts, expected.intercepts);
  EXPECT_EQ(actual.objective, expected.objective);
  EXPECT_EQ(actual.gradient_norm, expected.gradient_norm);
  EXPECT_PRED2(is_same, actual.held_out_loss, expected.held_out_loss);
  EXPECT_EQ(actual.iterations, expected.iterations);
  EXPECT_EQ(actual.evaluations, expected.evaluations);
  EXPECT_EQ(actual.stop, expected.stop);
  EXPECT_EQ(actual.dependencies.size(), expected.dependencies.size());
  EXPECT_EQ(actual.precision, expected.precision);
  ASSERT_EQ(actual.history.size(), expected.history.size());
  for (std::size_t i = 0; i < actual.history.size(); ++i) {
    const Iteration& row = actual.history[i];
    const Iteration& other = expected.history[i];
    EXPECT_PRED2(is_same, row.objective, other.objective) << i;
    EXPECT_PRED2(is_same, row.gradient_norm, other.gradient_norm) << i;
    EXPECT_PRED2(is_same, row.held_out_loss, other.held_out_loss) << i;
    EXPECT_EQ(row.step, other.step) << i;
    EXPECT_EQ(row.evaluations, other.evaluations) << i;
  }
}

}  // namespace batchgrad::test
