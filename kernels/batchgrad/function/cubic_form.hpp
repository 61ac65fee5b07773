#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// f(x, y) = x^2 y + y^3,   df/dx = 2 x y,   df/dy = x^2 + 3 y^2.   Two parameters.
struct CubicForm {
  static constexpr const char* name = "cubic-form";
  static constexpr index_t fewest_parameters = 2;
  static constexpr index_t most_parameters = 2;

  template <class Point>
  BATCHGRAD_HD auto operator()(const Point& p) const {
    const auto x = p[0];
    const auto y = p[1];
    return x * x * y + y * y * y;
  }
  template <class Point>
  BATCHGRAD_HD auto derivative(const Point& p, index_t i) const {
    using T = decltype(p[0] * p[1]);
    return i == 0 ? T(2) * p[0] * p[1] : p[0] * p[0] + T(3) * p[1] * p[1];
  }
};

}  // namespace batchgrad
