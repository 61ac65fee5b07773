#pragma once

#include <batchgrad/solver.hpp>

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// Minimises by limited-memory BFGS: the two-loop recursion (J. Nocedal, Math. Comp. 35 (1980)
/// 773-782), started from the scaled identity s.y / y.y, and the line search of line_search.hpp.
/// A pair whose curvature s.y is not clearly positive is left out. Where the direction does not
/// descend or its line has no lower point, the pairs are dropped and steepest descent tried once.
/// Stop::no_progress: that failed as well, or neither the objective nor the gradient has been
/// lower than ever before for 20 iterations: the rounding floor, or a kink.
Task<Stop> solve(Progress& progress, Point current, Lbfgs options);

}  // namespace batchgrad::detail
