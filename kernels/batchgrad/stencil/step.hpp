#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// The step of a difference quotient.
///   step = relative_step * scale,   scale = max(|x|, typical)
/// Truncation grows as step^accuracy and cancellation as epsilon / step; their sum is least near
/// epsilon^(1 / (accuracy + 1)), so that is the default relative_step, rounded to a power of two.
/// `scale` is rounded down to one as well: x + step is then exact more often, and the division by
/// the step costs nothing in accuracy. Within a factor 2 of the error of the unrounded step.
/// Source: Gill, Murray, Wright, Practical Optimization (1981), section 8.6.
struct StepRule {
  double step = 0;           ///< absolute, in units of x; 0: from relative_step
  double relative_step = 0;  ///< no unit; 0: matched to the accuracy order
  double typical = 1;        ///< size of x below which it no longer sets the scale, in units of x

  template <class T>
  BATCHGRAD_HD T operator()(T x, int accuracy) const {
    if (step > 0) return T(step);
    const T size = math::fabs(x);
    const T scale = size > T(typical) ? size : T(typical);
    if (relative_step > 0) return T(relative_step) * scale;
    int exponent = 0;
    math::frexp(scale, &exponent);  // scale in [2^(exponent - 1), 2^exponent)
    const int optimal = (Limits<T>::digits - 1 + accuracy / 2) / (accuracy + 1);
    return math::ldexp(T(1), exponent - 1 - optimal);
  }
};

}  // namespace batchgrad
