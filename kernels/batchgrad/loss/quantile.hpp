#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Quantile (pinball) loss: the quantile tau of the target.
///   value(r)             = (1 - tau) r     for r > 0, a prediction above the target
///                        = -tau r          for r < 0, a prediction below it
///   derivative(r)        = 1 - tau, -tau   0 at the kink r = 0, the subgradient of least size
///   second_derivative(r) = 0
/// r = prediction - target, the negative of what R's quantreg and scikit-learn call the residual:
/// the larger tau, the dearer a prediction that is too low. 0 < tau < 1; tau = 1/2 is half the
/// absolute loss. Reference: R. Koenker, G. Bassett, Econometrica 46 (1978) 33-50.
struct QuantileLoss {
  static constexpr const char* name = "quantile";
  static constexpr TargetDomain target_domain = TargetDomain::real;
  double tau = 0.5;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T residual = prediction - target;
    return (residual < T(0) ? -T(tau) : T(1) - T(tau)) * residual;
  }
  /// A residual that is not a number stays one: no comparison below is true for it.
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    const T residual = prediction - target;
    return residual > T(0) ? T(1) - T(tau) : residual < T(0) ? -T(tau) : T(0) * residual;
  }
  /// 1 at most, whatever the unit of the target.
  template <class T>
  BATCHGRAD_HD T derivative_size(T) const {
    return T(1);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T, T) const {
    return T(0);
  }

  template <class Self, class Visitor>
  static BATCHGRAD_HD void visit_parameters(Self& self, Visitor&& visitor) {
    visitor("tau", self.tau, from_zero_to_one);
  }
};

}  // namespace batchgrad
