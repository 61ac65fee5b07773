#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// The largest power of two that is not above `size`, which is positive.
template <class T>
BATCHGRAD_HD T power_of_two_below(T size) {
  int exponent = 0;
  math::frexp(size, &exponent);  // size in [2^(exponent - 1), 2^exponent)
  return math::ldexp(T(1), exponent - 1);
}

/// The step of a difference quotient.
///   step = relative_step * scale,   scale = max(|x|, typical)
/// Truncation grows as step^accuracy and cancellation as epsilon / step^order; their sum is least
/// near epsilon^(1 / (accuracy + order)), so that is the default relative_step, rounded to a power
/// of two. `scale` is rounded down to one as well: x + step is then exact more often, and the
/// division by the step costs nothing in accuracy. Within a factor 2 of the error of the unrounded
/// step.
/// Source: Gill, Murray, Wright, Practical Optimization (1981), section 8.6.
struct StepRule {
  double step = 0;           ///< absolute, in units of x; 0: from relative_step
  double relative_step = 0;  ///< no unit; 0: matched to the accuracy order
  double typical = 1;        ///< size of x below which it no longer sets the scale, in units of x

  /// The step for a scale, for a derivative of some order.
  template <class T>
  BATCHGRAD_HD T of_scale(T scale, int accuracy, int order = 1) const {
    if (step > 0) return T(step);
    if (relative_step > 0) return T(relative_step) * scale;
    const int optimal = (Limits<T>::digits - 1 + accuracy / 2) / (accuracy + order);
    return math::ldexp(power_of_two_below(scale), -optimal);
  }

  template <class T>
  BATCHGRAD_HD T operator()(T x, int accuracy, int order = 1) const {
    const T size = math::fabs(x);
    return of_scale(size > T(typical) ? size : T(typical), accuracy, order);
  }
};

}  // namespace batchgrad
