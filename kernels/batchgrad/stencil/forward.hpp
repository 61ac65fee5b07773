#pragma once

#include <batchgrad/stencil/step.hpp>

namespace batchgrad {

/// Forward difference: one evaluation a parameter beside the shared f(x).
///   f'(x) = (f(x + h) - f(x)) / h - h f''/2 + ...
struct ForwardStencil {
  static constexpr const char* name = "forward";
  static constexpr int accuracy = 1;
  static constexpr bool uses_centre = true;

  /// `at(c)` is f with the coordinate set to c, `centre` is f(x). The divisor is the step that was
  /// taken, (x + h) - x, not the one that was asked for.
  template <class T, class Evaluate>
  BATCHGRAD_HD T derivative(Evaluate&& at, T centre, T x, T step) const {
    const T high = x + step;
    return (at(high) - centre) / (high - x);
  }
};

}  // namespace batchgrad
