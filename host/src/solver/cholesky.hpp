#pragma once

#include <batchgrad/core/view.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "solver/double_double.hpp"

namespace batchgrad::detail {

/// A column that is a combination of others: column = sum_k factor_k others_k in units in which
/// every column has length 1.
struct DependentColumn {
  index_t column;
  std::vector<index_t> others;
  std::vector<double> factors;
};

/// The Cholesky factor of a symmetric matrix of second moments, scaled to a diagonal of ones, with
/// limited pivoting: columns are taken in the order given, and one whose remainder, 1 - R^2 over
/// those before it, is no more than the tolerance is put aside as dependent on them. So the columns
/// kept are those that R's lm keeps, and each of the others is explained.
/// Real is double or DoubleDouble. Cost: P^3 / 3 products. Source: N. J. Higham, Accuracy and
/// Stability of Numerical Algorithms (2002), chapter 10.
template <class Real>
class Cholesky {
 public:
  /// Shapes: matrix P x P, row by row; order holds no column twice. Columns that it leaves out
  /// count for nothing.
  Cholesky(const std::vector<Real>& matrix, const std::vector<index_t>& order, double tolerance)
      : size_(std::lround(std::sqrt(static_cast<double>(matrix.size())))),
        scale_(place(size_), Real(0)) {
    for (const index_t j : order) {
      const Real diagonal = matrix[at(j, j)];
      if (double(diagonal) > 0) scale_[place(j)] = Real(1) / sqrt_of(diagonal);
      add_column(matrix, j, tolerance);
    }
  }

  /// The columns kept, in order.
  [[nodiscard]] const std::vector<index_t>& kept() const { return kept_; }
  [[nodiscard]] const std::vector<DependentColumn>& dependent() const { return dependent_; }

  /// x with matrix x = right in the columns kept, 0 in the others.
  [[nodiscard]] std::vector<Real> solve(const std::vector<Real>& right) const {
    std::vector<Real> values;
    for (const index_t j : kept_) values.push_back(right[place(j)] * scale_[place(j)]);
    values = solve_upper(solve_lower(std::move(values)));
    std::vector<Real> result(right.size(), Real(0));
    for (std::size_t k = 0; k < kept_.size(); ++k)
      result[place(kept_[k])] = values[k] * scale_[place(kept_[k])];
    return result;
  }

  /// The inverse, P x P; rows and columns of dependent columns are 0.
  [[nodiscard]] std::vector<double> inverse() const {
    std::vector<double> result(place(size_ * size_));
    for (const index_t j : kept_) {
      std::vector<Real> unit(place(size_), Real(0));
      unit[place(j)] = Real(1);
      const std::vector<Real> column = solve(unit);
      for (index_t i = 0; i < size_; ++i) result[at(i, j)] = double(column[place(i)]);
    }
    return result;
  }

  /// A lower bound of the 1-norm condition number of the scaled matrix, seldom less than a third of
  /// it (N. J. Higham, ACM Trans. Math. Softw. 14 (1988) 381-396: Hager's method and one vector
  /// more).
  [[nodiscard]] double condition() const {
    const std::size_t count = kept_.size();
    if (count == 0) return 1;
    std::vector<Real> x(count, Real(1.0 / static_cast<double>(count)));
    double estimate = 0;
    for (int iteration = 0; iteration < 5; ++iteration) {
      const std::vector<Real> y = solve_upper(solve_lower(x));
      estimate = std::max(estimate, absolute_sum(y));
      std::vector<Real> signs(count, Real(1));
      for (std::size_t k = 0; k < count; ++k)
        if (double(y[k]) < 0) signs[k] = Real(-1);
      const std::vector<Real> z = solve_upper(solve_lower(std::move(signs)));
      std::size_t largest = 0;
      double product = 0;
      for (std::size_t k = 0; k < count; ++k) {
        if (std::fabs(double(z[k])) > std::fabs(double(z[largest]))) largest = k;
        product += double(z[k]) * double(x[k]);
      }
      if (std::fabs(double(z[largest])) <= product) break;
      x.assign(count, Real(0));
      x[largest] = Real(1);
    }
    std::vector<Real> alternating;
    for (std::size_t k = 0; k < count; ++k) {
      const double size =
          1 + static_cast<double>(k) / static_cast<double>(std::max<std::size_t>(count - 1, 1));
      alternating.push_back(Real(k % 2 == 0 ? size : -size));
    }
    const double other = absolute_sum(solve_upper(solve_lower(std::move(alternating))));
    return std::max(estimate, 2 * other / (3 * static_cast<double>(count))) * norm();
  }

 private:
  static std::size_t place(index_t i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] std::size_t at(index_t i, index_t j) const { return place(i * size_ + j); }
  static double sqrt_of(double value) { return std::sqrt(value); }
  static DoubleDouble sqrt_of(DoubleDouble value) { return sqrt(value); }
  static double absolute_sum(const std::vector<Real>& values) {
    double sum = 0;
    for (const Real& value : values) sum += std::fabs(double(value));
    return sum;
  }

  void add_column(const std::vector<Real>& matrix, index_t j, double tolerance) {
    std::vector<Real> row;
    for (const index_t k : kept_)
      row.push_back(matrix[at(j, k)] * scale_[place(j)] * scale_[place(k)]);
    row = solve_lower(std::move(row));
    const bool is_zero = !(double(scale_[place(j)]) > 0);
    Real pivot = is_zero ? Real(0) : Real(1);
    for (const Real& entry : row) pivot -= entry * entry;
    if (double(pivot) > tolerance) {
      row.push_back(sqrt_of(pivot));
      rows_.push_back(std::move(row));
      kept_.push_back(j);
      return;
    }
    const std::vector<Real> factors = solve_upper(std::move(row));
    DependentColumn column{j, {}, {}};
    for (std::size_t k = 0; k < factors.size(); ++k) {
      constexpr double noise = 1e-5;  // what is less than this share of the column is rounding
      if (is_zero || !(std::fabs(double(factors[k])) > noise)) continue;
      column.others.push_back(kept_[k]);
      column.factors.push_back(double(factors[k]));
    }
    dependent_.push_back(std::move(column));
  }

  /// The 1-norm of the scaled matrix of the columns kept.
  [[nodiscard]] double norm() const {
    std::vector<double> sums(kept_.size());
    for (std::size_t i = 0; i < kept_.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        Real entry(0);
        for (std::size_t k = 0; k <= j; ++k) entry += rows_[i][k] * rows_[j][k];
        sums[i] += std::fabs(double(entry));
        if (i != j) sums[j] += std::fabs(double(entry));
      }
    return *std::max_element(sums.begin(), sums.end());
  }

  [[nodiscard]] std::vector<Real> solve_lower(std::vector<Real> values) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) values[i] -= rows_[i][k] * values[k];
      values[i] = values[i] / rows_[i][i];
    }
    return values;
  }
  [[nodiscard]] std::vector<Real> solve_upper(std::vector<Real> values) const {
    for (std::size_t i = values.size(); i-- > 0;) {
      values[i] = values[i] / rows_[i][i];
      for (std::size_t k = 0; k < i; ++k) values[k] -= rows_[i][k] * values[i];
    }
    return values;
  }

  index_t size_;
  std::vector<Real> scale_;  // 1 / sqrt of the diagonal
  std::vector<std::vector<Real>> rows_;
  std::vector<index_t> kept_;
  std::vector<DependentColumn> dependent_;
};

}  // namespace batchgrad::detail
