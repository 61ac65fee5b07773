#pragma once

#include <batchgrad/loss/traits.hpp>

namespace batchgrad {

/// Squared hinge loss: a linear support vector machine with the loss that liblinear calls L2, whose
/// convention this is (no factor 1/2).
///   value(eta, y)             = max(0, m)^2            m = 1 - s eta, s = 2 y - 1
///   derivative(eta, y)        = -2 s max(0, m)
///   second_derivative(eta, y) = 2 for m > 0, else 0    also 0 at m = 0, where it jumps
/// Labels y are 0 or 1, as for the logistic loss; s is -1 or +1. A prediction is a score, not a
/// probability: its sign is the label.
struct SquaredHingeLoss {
  static constexpr const char* name = "squared-hinge";
  static constexpr TargetDomain target_domain = TargetDomain::binary;

  template <class T>
  BATCHGRAD_HD T value(T prediction, T target) const {
    const T shortfall = shortfall_of(prediction, target);
    return shortfall * shortfall;
  }
  template <class T>
  BATCHGRAD_HD T derivative(T prediction, T target) const {
    return T(-2) * sign_of(target) * shortfall_of(prediction, target);
  }
  template <class T>
  BATCHGRAD_HD T second_derivative(T prediction, T target) const {
    return shortfall_of(prediction, target) > T(0) ? T(2) : T(0);
  }

 private:
  template <class T>
  static BATCHGRAD_HD T sign_of(T target) {
    return T(2) * target - T(1);
  }
  /// What a margin lacks of 1. One that is not a number stays so: the comparison is false for it.
  template <class T>
  static BATCHGRAD_HD T shortfall_of(T prediction, T target) {
    const T shortfall = T(1) - sign_of(target) * prediction;
    return shortfall <= T(0) ? T(0) : shortfall;
  }
};

}  // namespace batchgrad
