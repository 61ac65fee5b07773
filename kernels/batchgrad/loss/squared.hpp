#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Squared loss: least squares, the mean of the target.
///   value(r)             = r^2 / 2        r = prediction - target
///   derivative(r)        = r
///   second_derivative(r) = 1
struct SquaredLoss {
  static constexpr const char* name = "squared";
  static constexpr TargetDomain target_domain = TargetDomain::real;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T residual = prediction - target;
    return T(0.5) * residual * residual;
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    return prediction - target;
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T, T) const {
    return T(1);
  }
};

}  // namespace batchgrad
