#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Huber loss: quadratic near zero, linear beyond delta.
///   value(r)             = r^2 / 2                    for |r| <= delta
///                        = delta (|r| - delta / 2)    otherwise
///   derivative(r)        = clamp(r, -delta, delta)    r = prediction - target
///   second_derivative(r) = 1 for |r| <= delta, else 0
/// delta > 0, in units of r. Reference: P. J. Huber, Ann. Math. Statist. 35 (1964) 73-101.
struct HuberLoss {
  static constexpr const char* name = "huber";
  static constexpr TargetDomain target_domain = TargetDomain::real;
  double delta = 1.0;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T residual = prediction - target;
    const T size = residual < T(0) ? -residual : residual;
    const T bound = T(delta);
    return size > bound ? bound * (size - T(0.5) * bound) : T(0.5) * residual * residual;
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    const T residual = prediction - target;
    const T bound = T(delta);
    return residual > bound ? bound : residual < -bound ? -bound : residual;
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T target) const {
    const T residual = prediction - target;
    const T bound = T(delta);
    return residual > bound || residual < -bound ? T(0) : T(1);
  }

  template <class Self, class Visitor>
  static BATCHGRAD_HD void visit_parameters(Self& self, Visitor&& visitor) {
    visitor("delta", self.delta, positive_numbers);
  }
};

}  // namespace batchgrad
