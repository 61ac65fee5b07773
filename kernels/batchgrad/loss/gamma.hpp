#pragma once

#include <batchgrad/core/scaled_exponential.hpp>
#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Gamma loss: positive amounts whose logarithmic mean is the prediction and whose standard
/// deviation is proportional to it; the negative log-likelihood of shape 1, up to what no
/// prediction changes.
///   value(eta, y)                      = y exp(-eta) + eta        y > 0
///   derivative(eta, y)                 = 1 - y exp(-eta)
///   second_derivative(eta, y)          = y exp(-eta)
///   expected_second_derivative(eta, y) = 1
///   saturated_value(y)                 = 1 + log(y)
struct GammaLoss {
  static constexpr const char* name = "gamma";
  static constexpr TargetDomain target_domain = TargetDomain::positive;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T ratio = math::scaled_exponential(target, -prediction);
    return ratio == T(infinity) ? ratio : ratio + prediction;
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    return T(1) - math::scaled_exponential(target, -prediction);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T target) const {
    return math::scaled_exponential(target, -prediction);
  }
  template <class T>
  BATCHGRAD_HD T expected_second_derivative(T, T) const {
    return T(1);
  }
  /// The derivative is made of ratios, whatever the unit of the target.
  template <class T>
  BATCHGRAD_HD T derivative_size(T target) const {
    return T(1) + math::fabs(math::log(target));
  }
  template <class T>
  BATCHGRAD_HD T saturated_value(T target) const {
    return T(1) + math::log(target);
  }
  template <class T>
  BATCHGRAD_HD T mean(T prediction) const {
    return math::exp(prediction);
  }
};

}  // namespace batchgrad
