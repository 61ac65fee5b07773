#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Log-cosh loss: quadratic near zero, linear far away, smooth in between.
///   value(r)             = log(cosh(r))      r = prediction - target
///   derivative(r)        = tanh(r)
///   second_derivative(r) = 1 / cosh(r)^2
/// cosh overflows; these forms do not, and for small r nothing cancels:
///   log(cosh(r)) = |r| + log1p(exp(-2 |r|)) - log(2)     for |r| >= 1
///                = log1p(2 sinh(r / 2)^2)                otherwise
struct LogCoshLoss {
  static constexpr const char* name = "log-cosh";
  static constexpr TargetDomain target_domain = TargetDomain::real;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T size = math::fabs(prediction - target);
    if (size < T(1)) {
      const T half = math::sinh(T(0.5) * size);
      return math::log1p(T(2) * half * half);
    }
    return (size - T(0.6931471805599453)) + math::log1p(math::exp(T(-2) * size));
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    return math::tanh(prediction - target);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T target) const {
    const T decay = math::exp(T(-2) * math::fabs(prediction - target));
    return T(4) * decay / ((T(1) + decay) * (T(1) + decay));
  }
};

}  // namespace batchgrad
