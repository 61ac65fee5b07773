#pragma once

#include <batchgrad/core/running_error.hpp>
#include <batchgrad/derivative/estimate.hpp>

namespace batchgrad {

/// What is known about a derivative that was computed by rules (forward_ad, symbolic) from the
/// bound of its rounding errors. `tolerance` is relative; 0: half of the digits are right.
template <class T>
BATCHGRAD_HD Estimate<T> exact_estimate(const RunningError<T>& derivative, double tolerance) {
  Estimate<T> result;
  result.value = result.left = result.right = derivative.value;
  if (!(derivative.value - derivative.value == T(0))) return result;
  if (derivative.error == derivative.error) result.error = derivative.error;
  const T allowed = tolerance > 0 ? T(tolerance) : T(0x1p-26);
  const bool is_right = result.error <= allowed * math::fabs(derivative.value);
  result.status = is_right ? Status::ok : Status::noisy;
  return result;
}

/// Whether rules mean little here, so that both sides have to be looked at by differences.
template <class T>
BATCHGRAD_HD bool needs_difference(const RunningError<T>& derivative) {
  return derivative.kink && derivative.value - derivative.value == T(0);
}

/// The same where it needs_difference, given the derivative by differences. Rules take one branch
/// of a kink, or of a case distinction made for a single point, and know nothing of the other:
/// where differences find another slope, the value is as wrong as they differ.
template <class T>
BATCHGRAD_HD Estimate<T> exact_estimate(const RunningError<T>& derivative,
                                        const Estimate<T>& difference, double tolerance) {
  Estimate<T> result = exact_estimate(derivative, tolerance);
  const T distance = math::fabs(difference.value - derivative.value);
  if (difference.status == Status::ok && distance <= difference.error + derivative.error)
    return result;
  result.left = difference.left;
  result.right = difference.right;
  const T doubt = distance + difference.error;
  result.error = doubt == doubt ? doubt : T(infinity);
  const bool is_known = difference.status == Status::kink || difference.status == Status::one_sided;
  result.status = is_known ? difference.status : Status::noisy;
  return result;
}

}  // namespace batchgrad
