#pragma once

#include <batchgrad/core/limits.hpp>

// What losses are made of that level off or become linear far from 0.
namespace batchgrad::math {

/// exp(-|x|), which never overflows.
template <class T>
BATCHGRAD_HD T decay(T x) {
  return exp(-fabs(x));
}

/// log(1 + x) for 0 <= x <= 1.
template <class T>
BATCHGRAD_HD T log1p_of_share(T x) {
  return log1p(x);
}

/// log(cosh(x)). cosh overflows; these forms do not, and for small x nothing cancels:
///   |x| + log1p(exp(-2 |x|)) - log(2)     for |x| >= 1
///   log1p(2 sinh(x / 2)^2)                otherwise
template <class T>
BATCHGRAD_HD T log_cosh(T x) {
  const T size = fabs(x);
  if (size < T(1)) {
    const T half = sinh(T(0.5) * size);
    return log1p(T(2) * half * half);
  }
  return (size - T(0.6931471805599453)) + log1p(exp(T(-2) * size));
}

}  // namespace batchgrad::math
