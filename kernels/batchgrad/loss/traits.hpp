#pragma once

#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// Which targets a loss is defined for; the host API checks them before anything is evaluated.
enum class TargetDomain {
  real,           ///< any finite number
  unit_interval,  ///< from 0 to 1: labels and proportions
  binary,         ///< 0 or 1: labels
  not_negative,   ///< 0 or above: counts and amounts
  positive,       ///< above 0
};

/// Domains of 0 and 1: any two values, also texts, can be encoded as such targets.
constexpr BATCHGRAD_HD bool holds_labels(TargetDomain domain) {
  return domain == TargetDomain::unit_interval || domain == TargetDomain::binary;
}

/// A loss parameter lies strictly between `lower` and `upper`.
struct OpenInterval {
  double lower;
  double upper;
};
inline constexpr OpenInterval positive_numbers{0.0, infinity};
inline constexpr OpenInterval from_zero_to_one{0.0, 1.0};
inline constexpr OpenInterval from_one_to_two{1.0, 2.0};

// What a loss may define beside value, derivative and second_derivative, and what holds where it
// does not. These functions, not the members, are what everything else calls.

/// The least value over all predictions. Twice the weighted sum of value - saturated_value is the
/// deviance. Default: 0.
template <class L, class T>
BATCHGRAD_HD T saturated_value(const L& loss, T target) {
  if constexpr (requires { loss.saturated_value(target); })
    return loss.saturated_value(target);
  else
    return T(0);
}

/// The weight of a sample in Fisher scoring: the expectation of second_derivative over the targets
/// of the loss's model at this prediction, so that it does not depend on the target. Default: the
/// second derivative itself.
template <class L, class T>
BATCHGRAD_HD T expected_curvature(const L& loss, T prediction, T target) {
  if constexpr (requires { loss.expected_second_derivative(prediction, target); })
    return loss.expected_second_derivative(prediction, target);
  else
    return loss.second_derivative(prediction, target);
}

/// The inverse link: the target that a prediction stands for. Default: the prediction itself.
template <class L, class T>
BATCHGRAD_HD T predicted_mean(const L& loss, T prediction) {
  if constexpr (requires { loss.mean(prediction); })
    return loss.mean(prediction);
  else
    return prediction;
}

/// What rounding errors of the derivative are relative to where the prediction fits the target: the
/// part of the target in it, and second_derivative times the size of the prediction. Default:
/// |target|, to which both amount where the derivative is the residual.
template <class L, class T>
BATCHGRAD_HD T derivative_size(const L& loss, T target) {
  if constexpr (requires { loss.derivative_size(target); })
    return loss.derivative_size(target);
  else
    return math::fabs(target);
}

}  // namespace batchgrad
