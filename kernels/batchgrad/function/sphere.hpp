#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// f(x) = sum x_i^2,   df/dx_i = 2 x_i
struct Sphere {
  static constexpr const char* name = "sphere";
  static constexpr index_t fewest_parameters = 1;

  template <class Point>
  BATCHGRAD_HD auto operator()(const Point& x) const {
    auto sum = x[0] * x[0];
    for (index_t i = 1; i < x.size(); ++i) sum += x[i] * x[i];
    return sum;
  }
  template <class Point>
  BATCHGRAD_HD auto derivative(const Point& x, index_t i) const {
    return x[i] + x[i];
  }
};

}  // namespace batchgrad
