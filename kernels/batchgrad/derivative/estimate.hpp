#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// How far a derivative can be relied on. A wrong derivative with status `ok` is a defect; any
/// other status is a warning and may be too cautious.
enum class Status : unsigned char {
  ok,          ///< the error estimate is within the tolerance
  noisy,       ///< the error estimate is above the tolerance
  kink,        ///< the slopes on the left and on the right differ by more than their errors
  one_sided,   ///< bounds or the domain of f allowed values on one side only
  not_finite,  ///< f or its derivative is not finite here
  step_lost    ///< x + step == x, or f did not change where it must have
};

/// One derivative and what is known about it.
template <class T>
struct Estimate {
  T value = T(quiet_nan);
  T error = T(infinity);  ///< estimate of |value - true derivative|
  T step = T(0);          ///< the step of the difference used; 0 where there was none
  T left = T(quiet_nan);  ///< slope on the left; equals `right` where f is smooth
  T right = T(quiet_nan);
  Status status = Status::not_finite;
};

}  // namespace batchgrad
