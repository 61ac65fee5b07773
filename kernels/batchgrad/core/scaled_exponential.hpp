#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad::math {

/// factor exp(exponent) for a factor that is not negative: infinite or 0 only where the product is,
/// not where the exponential alone would be. Four factors exp(exponent / 4) reach beyond the range
/// of any quotient of two numbers, and their partial products move in one direction.
/// The rounding of the exponent is |exponent| units of roundoff of the result, as in exp itself.
template <class T>
BATCHGRAD_HD T scaled_exponential(T factor, T exponent) {
  const T power = exp(exponent);
  if (power > T(1e-30) && power < T(1e30)) return factor * power;
  if (factor == T(0) && exponent == exponent) return factor;  // 0 times an infinite power
  const T root = exp(T(0.25) * exponent);
  return factor * root * root * root * root;
}

}  // namespace batchgrad::math
