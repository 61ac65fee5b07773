#pragma once

#include <batchgrad/stencil/step.hpp>

namespace batchgrad {

/// Backward difference: one evaluation a parameter beside the shared f(x).
///   f'(x) = (f(x) - f(x - h)) / h + h f''/2 - ...
struct BackwardStencil {
  static constexpr const char* name = "backward";
  static constexpr int accuracy = 1;
  static constexpr bool uses_centre = true;

  /// `at(c)` is f with the coordinate set to c, `centre` is f(x); the divisor is the step taken.
  template <class T, class Evaluate>
  BATCHGRAD_HD T derivative(Evaluate&& at, T centre, T x, T step) const {
    const T low = x - step;
    return (centre - at(low)) / (x - low);
  }
};

}  // namespace batchgrad
