#pragma once

#include <batchgrad/core/limits.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

// Every tolerance of the tests, with its derivation. A comparison passes only on a true `<=`, so a
// result that is not a number never passes.

namespace batchgrad::test {

/// gamma_n = n u / (1 - n u): bounds the relative error of n roundings in a row.
/// Higham, Accuracy and Stability of Numerical Algorithms (2002), lemma 3.1.
template <class T>
double gamma(double n) {
  const double nu = n * static_cast<double>(Limits<T>::unit_roundoff);
  return nu / (1 - nu);
}

/// How floats are multiplied and added up.
///   plain  n products and sums, one after the other or in parts
///   split  on tensor cores, each float in two parts (kernels/cuda/split_float.cuh)
enum class Products { plain, split };

/// Bounds, in units u of roundoff, how far a sum of n products is off, as gamma takes it.
///   plain  n
///   split  20.1 for what the parts leave out, 40.1 for two sums of tensor cores, which cut off, of
///          16 products each time, 1 for each of the n / 16 that are added up
/// Whatever is not split is within both.
inline double product_roundings(Products products, double n) {
  return products == Products::split ? std::max(n, 20.1 + 40.1 + std::ceil(n / 16)) : n;
}

/// |actual - expected| <= tolerance, and true.
inline testing::AssertionResult is_within(double actual, double expected, double tolerance) {
  const double error = std::fabs(actual - expected);
  if (error <= tolerance) return testing::AssertionSuccess();
  return testing::AssertionFailure() << actual << " differs from " << expected << " by " << error
                                     << ", more than " << tolerance;
}

/// |actual - expected| <= ulps units in the last place of expected.
inline testing::AssertionResult is_within_ulps(double actual, double expected, double ulps) {
  const double size = std::max(std::fabs(expected), std::numeric_limits<double>::min());
  return is_within(actual, expected, ulps * size * Limits<double>::epsilon);
}

/// A numeric slope in long double that serves as truth for derivatives:
///   (f(x-2h) - 8 f(x-h) + 8 f(x+h) - f(x+2h)) / 12h = f' - h^4 f^(5) / 30
template <class F>
double numeric_slope(const F& f, double x, double step = 1e-3) {
  const long double h = step;
  const long double c = x;
  return static_cast<double>((f(c - 2 * h) - 8 * f(c - h) + 8 * f(c + h) - f(c + 2 * h)) /
                             (12 * h));
}

/// Error of numeric_slope where |f^(5)| <= fifth and |f| <= size near x: truncation
/// step^4 fifth / 30, and four values, each wrong by 2^-64 |f|, weighed by 18 / (12 step).
inline double numeric_slope_tolerance(double fifth, double size, double step = 1e-3) {
  return std::pow(step, 4) * fifth / 30 + 0x1p-64 * 1.5 * size / step;
}

}  // namespace batchgrad::test
