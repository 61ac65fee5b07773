#pragma once

#include <batchgrad/core/scaled_exponential.hpp>
#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Poisson loss: counts whose logarithmic mean is the prediction; the negative log-likelihood but
/// for log(y!), which no prediction changes.
///   value(eta, y)             = exp(eta) - y eta          y >= 0, not only whole numbers
///   derivative(eta, y)        = exp(eta) - y
///   second_derivative(eta, y) = exp(eta)                  the mean
///   saturated_value(y)        = y - y log(y)              0 at y = 0
/// Results are infinite only where the true ones are beyond the largest number: where exp(eta)
/// alone, or the product, is too large, the difference is taken of small fractions of both.
struct PoissonLoss {
  static constexpr const char* name = "poisson";
  static constexpr TargetDomain target_domain = TargetDomain::not_negative;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T plain = math::exp(prediction) - target * prediction;
    const T part = math::scaled_exponential(T(1) / T(4096), prediction);
    const T product = (target / T(64)) * (prediction / T(64));
    const bool is_power_alone = !(part < T(infinity)) || target == T(0);
    const T parts = is_power_alone ? part : part - product;
    return math::fabs(plain) < T(infinity) ? plain : T(4096) * parts;
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    const T power = math::exp(prediction);
    const T quarter = math::scaled_exponential(T(0.25), prediction) - T(0.25) * target;
    return power < T(infinity) ? power - target : T(4) * quarter;
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T) const {
    return math::exp(prediction);
  }
  template <class T>
  BATCHGRAD_HD T saturated_value(T target) const {
    return target > T(0) ? target * (T(1) - math::log(target)) : T(0);
  }
  template <class T>
  BATCHGRAD_HD T derivative_size(T target) const {
    return target > T(0) ? target * (T(1) + math::fabs(math::log(target))) : T(0);
  }
  template <class T>
  BATCHGRAD_HD T mean(T prediction) const {
    return math::exp(prediction);
  }
};

}  // namespace batchgrad
