#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Absolute loss: least absolute deviations, the median of the target.
///   value(r)             = |r|            r = prediction - target
///   derivative(r)        = sign(r)        0 at the kink r = 0, the subgradient of least size
///   second_derivative(r) = 0
struct AbsoluteLoss {
  static constexpr const char* name = "absolute";
  static constexpr TargetDomain target_domain = TargetDomain::real;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T residual = prediction - target;
    return residual < T(0) ? -residual : residual;
  }
  /// A residual that is not a number stays one: no comparison below is true for it.
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    const T residual = prediction - target;
    return residual > T(0) ? T(1) : residual < T(0) ? T(-1) : T(0) * residual;
  }
  /// Signs, whatever the unit of the target.
  template <class T>
  BATCHGRAD_HD T derivative_size(T) const {
    return T(1);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T, T) const {
    return T(0);
  }
};

}  // namespace batchgrad
