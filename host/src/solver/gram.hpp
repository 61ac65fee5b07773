#pragma once

#include <utility>
#include <vector>

#include "solver/cholesky.hpp"
#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// Equations with a matrix of second moments, and its factor.
class NormalEquations {
 public:
  /// As Cholesky.
  NormalEquations(std::vector<double> matrix, const std::vector<index_t>& order, double tolerance)
      : matrix_(std::move(matrix)), factor_(matrix_, order, tolerance) {}

  [[nodiscard]] const Cholesky<double>& factor() const { return factor_; }

  /// As Cholesky's, and once more for what it leaves, so that the rounding of the factor, which
  /// grows with P, is not in the solution. Cost: P^2 products in twice the precision.
  [[nodiscard]] std::vector<double> solve(const std::vector<double>& right) const;

 private:
  std::vector<double> matrix_;
  Cholesky<double> factor_;
};

/// One step of Newton's to the minimum of a quadratic objective, then steps with the gradient found
/// there and the same equations while they at least halve the gradient (iterative refinement: the
/// residuals are of the data, not of the rounded second moments).
Task<Stop> solve_gram(Progress& progress, Point current, const NormalEquations& equations);

/// The same where the minimum is known: it is evaluated and reported.
Task<Stop> report_solution(Progress& progress, Point start, const std::vector<double>& solution);

}  // namespace batchgrad::detail
