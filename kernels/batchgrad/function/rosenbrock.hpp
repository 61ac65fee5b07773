#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// The chained Rosenbrock function, a curved valley with its minimum 0 at (1, ..., 1).
///   f(x)     = sum_{i < P-1} 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2
///   df/dx_i  = -400 x_i (x_{i+1} - x_i^2) - 2 (1 - x_i)     for i < P-1
///            + 200 (x_i - x_{i-1}^2)                         for i > 0
/// Reference: H. H. Rosenbrock, Computer Journal 3 (1960) 175-184.
struct Rosenbrock {
  static constexpr const char* name = "rosenbrock";
  static constexpr index_t fewest_parameters = 2;

  template <class Point>
  BATCHGRAD_HD auto operator()(const Point& x) const {
    auto sum = term(x[0], x[1]);
    for (index_t i = 1; i + 1 < x.size(); ++i) sum += term(x[i], x[i + 1]);
    return sum;
  }
  template <class Point>
  BATCHGRAD_HD auto derivative(const Point& x, index_t i) const {
    using T = decltype(x[i] * x[i]);
    T result = T(0);
    if (i + 1 < x.size())
      result += T(-400) * x[i] * (x[i + 1] - x[i] * x[i]) - T(2) * (T(1) - x[i]);
    if (i > 0) result += T(200) * (x[i] - x[i - 1] * x[i - 1]);
    return result;
  }

 private:
  template <class T>
  static BATCHGRAD_HD T term(const T& a, const T& b) {
    const T valley = b - a * a;
    const T slope = T(1) - a;
    return T(100) * valley * valley + slope * slope;
  }
};

}  // namespace batchgrad
