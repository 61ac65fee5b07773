#pragma once

#include <vector>

#include "solver/cholesky.hpp"
#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// One step of Newton's to the minimum of a quadratic objective, then steps with the gradient found
/// there and the same factor while they at least halve the gradient (iterative refinement: the
/// residuals are of the data, not of the rounded second moments).
Task<Stop> solve_gram(Progress& progress, Point current, const Cholesky<double>& factor);

/// The same where the minimum is known: it is evaluated and reported.
Task<Stop> report_solution(Progress& progress, Point start, const std::vector<double>& solution);

}  // namespace batchgrad::detail
