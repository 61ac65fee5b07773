#pragma once

#include <batchgrad/core/decay.hpp>
#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Log-cosh loss: quadratic near zero, linear far away, smooth in between.
///   value(r)             = log(cosh(r))      r = prediction - target
///   derivative(r)        = tanh(r)
///   second_derivative(r) = 1 / cosh(r)^2
struct LogCoshLoss {
  static constexpr const char* name = "log-cosh";
  static constexpr TargetDomain target_domain = TargetDomain::real;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    return math::log_cosh(prediction - target);
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
