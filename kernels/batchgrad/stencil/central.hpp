#pragma once

#include <batchgrad/stencil/step.hpp>

namespace batchgrad {

/// Central difference: two evaluations a parameter, exact for quadratics.
///   f'(x) = (f(x + h) - f(x - h)) / 2h - h^2 f'''/6 - ...
struct CentralStencil {
  static constexpr const char* name = "central";
  static constexpr int accuracy = 2;
  static constexpr bool uses_centre = false;

  /// `at(c)` is f with the coordinate set to c; the divisor is the distance between the two
  /// points as they were rounded.
  template <class T, class Evaluate>
  BATCHGRAD_HD T derivative(Evaluate&& at, T /*centre*/, T x, T step) const {
    const T high = x + step;
    const T low = x - step;
    return (at(high) - at(low)) / (high - low);
  }
};

}  // namespace batchgrad
