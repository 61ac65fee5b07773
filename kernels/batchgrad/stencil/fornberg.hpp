#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// The limits of difference formulas: orders of the derivative and of the truncation error, and
/// the points of the largest stencil, the one-sided one.
inline constexpr int max_derivative_order = 8;
inline constexpr int max_accuracy = 8;
inline constexpr int max_stencil_size = max_derivative_order + max_accuracy;

/// Weights of the derivative of order m at 0 on any offsets that differ from each other:
///   f^(m)(0) = sum_k weights[k] f(offsets[k]) + O(h^(size - m)),  exact for degrees < size > m
/// The weights are those of the offsets as they are, so with offsets as they were rounded the
/// divisor is the step taken.
/// Source: B. Fornberg, Mathematics of Computation 51 (1988) 699-706.
template <class T>
BATCHGRAD_HD void fornberg_weights(const T* offsets, int size, int order, T* weights) {
  // delta[k][n]: the weight of offset k for the derivative of order n on the offsets so far.
  T delta[max_stencil_size + 1][max_derivative_order + 1];
  for (int k = 0; k < size; ++k)
    for (int n = 0; n <= order; ++n) delta[k][n] = T(0);
  delta[0][0] = T(1);
  T previous = T(1);
  for (int k = 1; k < size; ++k) {
    T product = T(1);
    const int highest = k < order ? k : order;
    for (int j = 0; j < k; ++j) {
      const T distance = offsets[k] - offsets[j];
      product *= distance;
      if (j == k - 1) {
        for (int n = highest; n > 0; --n)
          delta[k][n] = previous * (T(n) * delta[j][n - 1] - offsets[j] * delta[j][n]) / product;
        delta[k][0] = -previous * offsets[j] * delta[j][0] / product;
      }
      for (int n = highest; n > 0; --n)
        delta[j][n] = (offsets[k] * delta[j][n] - T(n) * delta[j][n - 1]) / distance;
      delta[j][0] = offsets[k] * delta[j][0] / distance;
    }
    previous = product;
  }
  for (int k = 0; k < size; ++k) weights[k] = delta[k][order];
}

}  // namespace batchgrad
