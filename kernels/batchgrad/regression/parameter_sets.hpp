#pragma once

#include <batchgrad/loss/losses.hpp>
#include <batchgrad/regression/samples.hpp>

namespace batchgrad {

/// S parameter sets that are evaluated in one pass over X, each with its own loss.
///   coefficients  S x D
///   intercepts    S: zeros where the model has none
///   losses        S; not looked at where there are classes
///   held_out      S, or empty: none. The fold whose samples a set does not see, or no_fold. Of
///                 these only the loss is summed, apart from the others
///   classes       0: one prediction a sample. C >= 2: softmax; set s has the C rows from s C on,
///                 so there are S C coefficient rows and intercepts, and as many rows of sums
template <class T>
struct ParameterSets {
  MatrixView<const computing_t<T>> coefficients;
  VectorView<const computing_t<T>> intercepts;
  VectorView<const AnyLoss> losses;
  VectorView<const fold_t> held_out;
  index_t classes = 0;

  constexpr BATCHGRAD_HD index_t count() const { return rows() / rows_per_set(); }
  constexpr BATCHGRAD_HD index_t rows_per_set() const { return classes == 0 ? 1 : classes; }
  constexpr BATCHGRAD_HD index_t rows() const { return coefficients.rows(); }

  /// Whether set s does not see sample m.
  constexpr BATCHGRAD_HD bool holds_out(index_t s, const Samples<T>& samples, index_t m) const {
    return !held_out.empty() && !samples.fold.empty() && samples.fold[m] == held_out[s];
  }
};

/// What LossSums sums for each set behind the D entries of the gradient. Of classes, each row has
/// the slope and the square of its class, and the first row of a set both losses; the others 0.
struct LossSumColumns {
  static constexpr index_t slope = 0;          ///< v_m d_m
  static constexpr index_t loss = 1;           ///< v_m loss(eta_m, y_m)
  static constexpr index_t square = 2;         ///< v_m d_m^2
  static constexpr index_t held_out_loss = 3;  ///< v_m loss(eta_m, y_m) of the fold held out
  static constexpr index_t count = 4;
};

}  // namespace batchgrad
