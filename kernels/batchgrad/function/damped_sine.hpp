#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// f(x) = sum sin(x_i) exp(-x_i^2),   df/dx_i = (cos x_i - 2 x_i sin x_i) exp(-x_i^2)
struct DampedSine {
  static constexpr const char* name = "damped-sine";
  static constexpr index_t fewest_parameters = 1;

  template <class Point>
  BATCHGRAD_HD auto operator()(const Point& x) const {
    auto sum = term(x[0]);
    for (index_t i = 1; i < x.size(); ++i) sum += term(x[i]);
    return sum;
  }
  template <class Point>
  BATCHGRAD_HD auto derivative(const Point& x, index_t i) const {
    using math::cos;
    using math::exp;
    using math::sin;
    using T = decltype(x[i] * x[i]);
    return (cos(x[i]) - T(2) * x[i] * sin(x[i])) * exp(-(x[i] * x[i]));
  }

 private:
  template <class T>
  static BATCHGRAD_HD T term(const T& x) {
    using math::exp;
    using math::sin;
    return sin(x) * exp(-(x * x));
  }
};

}  // namespace batchgrad
