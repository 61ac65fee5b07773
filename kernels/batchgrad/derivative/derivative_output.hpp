#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/view.hpp>
#include <batchgrad/derivative/estimate.hpp>

namespace batchgrad {

/// Where results go: views of the caller's. `derivatives` is N x C; the others are N x C (values:
/// N x Q) or empty, and then neither computed nor written. C is column_count() of the evaluator.
template <class T>
struct DerivativeOutput {
  MatrixView<T> derivatives = {};
  MatrixView<T> values = {};
  MatrixView<T> errors = {};
  MatrixView<Status> statuses = {};
  MatrixView<T> steps = {};
  MatrixView<T> left_slopes = {};
  MatrixView<T> right_slopes = {};

  /// Whether anything is wanted that only an error estimate gives.
  [[nodiscard]] BATCHGRAD_HD bool wants_estimates() const {
    return !errors.empty() || !statuses.empty() || !left_slopes.empty() || !right_slopes.empty();
  }

  /// Of the points [first, first + count).
  [[nodiscard]] BATCHGRAD_HD DerivativeOutput row_range(index_t first, index_t count) const {
    return {part(derivatives, first, count), part(values, first, count),
            part(errors, first, count),      part(statuses, first, count),
            part(steps, first, count),       part(left_slopes, first, count),
            part(right_slopes, first, count)};
  }

  /// Writes what is wanted of an estimate. Rounding the value to T is part of its error; what does
  /// not fit into T is not finite.
  template <class Scalar>
  BATCHGRAD_HD void store(index_t point, index_t column, const Estimate<Scalar>& estimate) const {
    const T value = static_cast<T>(estimate.value);
    derivatives(point, column) = value;
    if (!errors.empty()) {
      const Scalar rounding = math::fabs(static_cast<Scalar>(value) - estimate.value);
      constexpr Scalar roundup = 1 + static_cast<Scalar>(Limits<T>::epsilon);
      errors(point, column) =
          static_cast<T>(rounding > 0 ? (estimate.error + rounding) * roundup : estimate.error);
    }
    if (!statuses.empty()) {
      const bool is_finite = value - value == T(0);
      statuses(point, column) = is_finite ? estimate.status : Status::not_finite;
    }
    if (!steps.empty()) steps(point, column) = static_cast<T>(estimate.step);
    if (!left_slopes.empty()) left_slopes(point, column) = static_cast<T>(estimate.left);
    if (!right_slopes.empty()) right_slopes(point, column) = static_cast<T>(estimate.right);
  }

 private:
  template <class Entry>
  static BATCHGRAD_HD MatrixView<Entry> part(MatrixView<Entry> view, index_t first, index_t count) {
    return view.empty() ? view : view.row_range(first, count);
  }
};

}  // namespace batchgrad
