#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// Softmax cross-entropy: the negative log-likelihood of a class y = 0 .. C-1 whose probabilities
/// are proportional to exp(eta_c), a prediction for each class.
///   value(eta, y)                    = log sum_c exp(eta_c) - eta_y
///   derivative(eta, c, y)            = p_c - [c == y]       p_c = exp(eta_c) / sum_d exp(eta_d)
///   second_derivative(eta, c, d)     = p_c ([c == d] - p_d)
/// With m the largest prediction (the first of equals) and rest = sum of exp(eta_c - m) over the
/// other classes, all of them use exp of numbers up to 0 alone, so nothing overflows:
///   value = log1p(rest) + (m - eta_y),     1 - p_m = rest / (1 + rest)
/// and what is left of the likely class keeps its digits.
///
/// Every class has parameters of its own, so that a number added to all predictions of a sample
/// changes nothing. Without a penalty a model has therefore as many minima as there are vectors to
/// add to the coefficients of all classes. Gradients sum to 0 over the classes, so methods that
/// move along sums of gradients (not adam) stay, from zeros, where the coefficients of the classes
/// sum to 0. A penalty l2 has its minimum there, too; the intercepts, which it is not on, stay
/// free. For two classes the difference of the predictions is the prediction of LogisticLoss, and
/// an l2 here is one of l2 / 2 there.
struct SoftmaxLoss {
  static constexpr const char* name = "softmax";
  static constexpr index_t most_classes = 4096;
  index_t classes = 2;  ///< C, from 2 to most_classes

  /// `eta[c]` is the prediction of class c.
  template <class T, class Predictions>
  BATCHGRAD_HD T value(const Predictions& eta, index_t target) const {
    const Shares<T> shares = shares_of<T>(eta);
    return math::log1p(shares.rest) + (shares.largest - eta[target]);
  }
  template <class T, class Predictions>
  BATCHGRAD_HD T probability(const Predictions& eta, index_t c) const {
    return shares_of<T>(eta).probability(eta[c]);
  }
  template <class T, class Predictions>
  BATCHGRAD_HD T derivative(const Predictions& eta, index_t c, index_t target) const {
    const Shares<T> shares = shares_of<T>(eta);
    return shares.derivative(math::exp(eta[c] - shares.largest), c, target);
  }
  template <class T, class Predictions>
  BATCHGRAD_HD T second_derivative(const Predictions& eta, index_t c, index_t d) const {
    const Shares<T> shares = shares_of<T>(eta);
    const T p = shares.probability(eta[c]);
    return c == d ? -p * shares.derivative(math::exp(eta[d] - shares.largest), d, d)
                  : -p * shares.probability(eta[d]);
  }

  /// Returns the value and puts the derivatives in the place of the predictions, which lie
  /// `stride` apart: one exp a class.
  template <class T>
  BATCHGRAD_HD T evaluate(T* eta, index_t stride, index_t target) const {
    Shares<T> shares = largest_of<T>(Strided<T>{eta, stride});
    const T below_largest = shares.largest - eta[target * stride];
    for (index_t c = 0; c < classes; ++c) {
      eta[c * stride] = math::exp(eta[c * stride] - shares.largest);
      if (c != shares.first_largest) shares.rest += eta[c * stride];
    }
    for (index_t c = 0; c < classes; ++c)
      eta[c * stride] = shares.derivative(eta[c * stride], c, target);
    return math::log1p(shares.rest) + below_largest;
  }

  /// Puts the probabilities in the place of consecutive predictions.
  template <class T>
  BATCHGRAD_HD void to_probabilities(T* eta) const {
    const Shares<T> shares = shares_of<T>(eta);
    for (index_t c = 0; c < classes; ++c) eta[c] = shares.probability(eta[c]);
  }

 private:
  template <class T>
  struct Strided {
    const T* values;
    index_t stride;
    BATCHGRAD_HD const T& operator[](index_t c) const { return values[c * stride]; }
  };

  /// What the quantities of one sample have in common.
  template <class T>
  struct Shares {
    T largest;
    index_t first_largest;
    T rest;

    BATCHGRAD_HD T probability(T prediction) const {
      return math::exp(prediction - largest) / (T(1) + rest);
    }
    /// `share` = exp(eta_c - largest). Of the largest, p - 1 would cancel.
    BATCHGRAD_HD T derivative(T share, index_t c, index_t target) const {
      if (c != target) return share / (T(1) + rest);
      return c == first_largest ? -rest / (T(1) + rest) : share / (T(1) + rest) - T(1);
    }
  };

  /// A prediction that is not a number is the largest, so that it spreads to all results.
  template <class T, class Predictions>
  BATCHGRAD_HD Shares<T> largest_of(const Predictions& eta) const {
    Shares<T> shares{eta[0], 0, T(0)};
    for (index_t c = 1; c < classes; ++c)
      if (!(eta[c] <= shares.largest) && shares.largest == shares.largest)
        shares = {eta[c], c, T(0)};
    return shares;
  }
  template <class T, class Predictions>
  BATCHGRAD_HD Shares<T> shares_of(const Predictions& eta) const {
    Shares<T> shares = largest_of<T>(eta);
    for (index_t c = 0; c < classes; ++c)
      if (c != shares.first_largest) shares.rest += math::exp(eta[c] - shares.largest);
    return shares;
  }
};

}  // namespace batchgrad
