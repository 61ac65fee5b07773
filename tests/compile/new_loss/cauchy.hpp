#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Cauchy loss: outliers count less and less.
///   value(r)             = c^2 / 2 log(1 + (r / c)^2)        r = prediction - target
///   derivative(r)        = r / (1 + (r / c)^2)
///   second_derivative(r) = (1 - (r / c)^2) / (1 + (r / c)^2)^2
/// scale c > 0, in units of r.
struct CauchyLoss {
  static constexpr const char* name = "cauchy";
  static constexpr TargetDomain target_domain = TargetDomain::real;
  double scale = 1.0;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T ratio = (prediction - target) / T(scale);
    return T(0.5) * T(scale) * T(scale) * math::log1p(ratio * ratio);
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    const T ratio = (prediction - target) / T(scale);
    return T(scale) * ratio / (T(1) + ratio * ratio);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T target) const {
    const T ratio = (prediction - target) / T(scale);
    const T square = ratio * ratio;
    return (T(1) - square) / ((T(1) + square) * (T(1) + square));
  }

  template <class Self, class Visitor>
  static BATCHGRAD_HD void visit_parameters(Self& self, Visitor&& visitor) {
    visitor("scale", self.scale, positive_numbers);
  }
};

}  // namespace batchgrad
