#pragma once

#include <batchgrad/core/decay.hpp>
#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Logistic loss: the negative log-likelihood of a label 0 or 1 (or a proportion between them)
/// whose log-odds are the prediction.
///   value(eta, y)             = log(1 + exp(eta)) - y eta
///   derivative(eta, y)        = p - y            p = 1 / (1 + exp(-eta))
///   second_derivative(eta, y) = p (1 - p)
///   saturated_value(y)        = -y log(y) - (1 - y) log(1 - y)        0 for labels
///   mean(eta)                 = p
/// All three use exp(-|eta|) alone, so nothing overflows:
///   log(1 + exp(eta)) = max(eta, 0) + log1p(exp(-|eta|))
struct LogisticLoss {
  static constexpr const char* name = "logistic";
  static constexpr TargetDomain target_domain = TargetDomain::unit_interval;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    return value_by(math::decay(prediction), prediction, target);
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    return derivative_by(math::decay(prediction), prediction, target);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T) const {
    const T decay = math::decay(prediction);
    return decay / ((T(1) + decay) * (T(1) + decay));
  }
  template <class T>
  BATCHGRAD_HD T saturated_value(T target) const {
    const T first = target > T(0) ? target * math::log(target) : T(0);
    const T second = target < T(1) ? (T(1) - target) * math::log1p(-target) : T(0);
    return T(0) - first - second;
  }

  // By decay = exp(-|eta|), which is the longest part of both.

  /// max(eta, 0) - y eta = (1 - y) eta or -y eta: written so, no two large terms cancel.
  template <class T>
  BATCHGRAD_HD T value_by(T decay, T prediction, T target) const {
    const T linear = prediction > T(0) ? (T(1) - target) * prediction : -target * prediction;
    return linear + math::log1p_of_share(decay);
  }
  template <class T>
  BATCHGRAD_HD T derivative_by(T decay, T prediction, T target) const {
    const T tail = decay / (T(1) + decay);  // of the less likely label
    return prediction > T(0) ? (T(1) - target) - tail : tail - target;
  }
  template <class T>
  BATCHGRAD_HD T mean(T prediction) const {
    const T decay = math::decay(prediction);
    return (prediction > T(0) ? T(1) : decay) / (T(1) + decay);
  }
};

}  // namespace batchgrad
