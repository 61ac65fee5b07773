#pragma once

#include <batchgrad/core/scaled_exponential.hpp>
#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Tweedie loss: amounts of which some are exactly 0, as sums of a random number of claims are. The
/// logarithmic mean is the prediction, the variance a multiple of mean^power.
///   value(eta, y)                      = exp(a eta) / a + y exp(-b eta) / b
///   derivative(eta, y)                 = exp(a eta) - y exp(-b eta)
///   second_derivative(eta, y)          = a exp(a eta) + b y exp(-b eta)
///   expected_second_derivative(eta, y) = exp(a eta)
///   saturated_value(y)                 = y^a / (a b)
/// a = 2 - power, b = power - 1, y >= 0, 1 < power < 2: power 1 is Poisson, power 2 gamma.
/// Reference: B. Jorgensen, J. R. Statist. Soc. B 49 (1987) 127-162.
struct TweedieLoss {
  static constexpr const char* name = "tweedie";
  static constexpr TargetDomain target_domain = TargetDomain::not_negative;
  double power = 1.5;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    return math::exp(a<T>() * prediction) / a<T>() +
           math::scaled_exponential(target, -b<T>() * prediction) / b<T>();
  }
  /// Of quarters: one of the two powers may be too large where their difference is not.
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    return T(4) * (math::scaled_exponential(T(0.25), a<T>() * prediction) -
                   math::scaled_exponential(T(0.25) * target, -b<T>() * prediction));
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T target) const {
    return math::scaled_exponential(a<T>(), a<T>() * prediction) +
           math::scaled_exponential(b<T>() * target, -b<T>() * prediction);
  }
  template <class T>
  BATCHGRAD_HD T expected_second_derivative(T prediction, T) const {
    return math::exp(a<T>() * prediction);
  }
  template <class T>
  BATCHGRAD_HD T saturated_value(T target) const {
    return target > T(0) ? math::pow(target, a<T>()) / (a<T>() * b<T>()) : T(0);
  }
  template <class T>
  BATCHGRAD_HD T derivative_size(T target) const {
    if (!(target > T(0))) return T(0);
    return math::pow(target, a<T>()) * (T(1) + math::fabs(math::log(target)));
  }
  template <class T>
  BATCHGRAD_HD T mean(T prediction) const {
    return math::exp(prediction);
  }

  template <class Self, class Visitor>
  static BATCHGRAD_HD void visit_parameters(Self& self, Visitor&& visitor) {
    visitor("power", self.power, from_one_to_two);
  }

 private:
  template <class T>
  BATCHGRAD_HD T a() const {
    return T(2.0 - power);
  }
  template <class T>
  BATCHGRAD_HD T b() const {
    return T(power - 1.0);
  }
};

}  // namespace batchgrad
