#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::test {

/// scale x^2 exp(y), as a user would write it.
struct ScaledExponential {
  double scale;

  template <class Point>
  __host__ __device__ auto operator()(const Point& x) const {
    using math::exp;
    using T = decltype(x[0] * x[0]);
    return T(scale) * x[0] * x[0] * exp(x[1]);
  }
};

}  // namespace batchgrad::test
