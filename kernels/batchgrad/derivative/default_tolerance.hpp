#pragma once

#include <batchgrad/derivative/difference_rule.hpp>

namespace batchgrad {

/// The accuracy of a method's formula: richardson and adaptive are of fourth order.
BATCHGRAD_HD int formula_accuracy(const DifferenceRule& rule) {
  if (rule.method == DifferenceMethod::richardson || rule.method == DifferenceMethod::adaptive)
    return 4;
  if (rule.method == DifferenceMethod::central) return (rule.accuracy + 1) / 2 * 2;
  return rule.accuracy;
}

/// The relative error up to which a derivative is `ok` where none is asked for:
///   2^13 epsilon^(accuracy / (accuracy + order))
/// The power is what a formula of that accuracy reaches for a function of order one with its
/// matched step; the factor leaves room for an estimate that is 100 times the error, and for
/// functions that bend 100 times as much.
template <class T>
BATCHGRAD_HD T default_tolerance(const DifferenceRule& rule) {
  const int accuracy = formula_accuracy(rule) < 3 ? formula_accuracy(rule) : 3;
  const T reached = math::pow(Limits<T>::epsilon, T(accuracy) / T(accuracy + rule.order));
  const T tolerance = T(0x1p13) * reached;
  return tolerance < T(0.1) ? tolerance : T(0.1);
}

}  // namespace batchgrad
