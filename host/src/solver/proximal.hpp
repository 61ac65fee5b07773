#pragma once

#include <batchgrad/solver.hpp>

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// Minimises F(x) = f(x) + sum_j l1_j |x_j| by the options' recurrence, in double precision. f is
/// what the evaluations have the gradient of, l1 the progress's `l1_weights`.
///
/// L starts as the largest curvature at the start. It grows where the step from y to x was too
/// long, that is where x is not finite or
///   (gradient(x) - gradient(y)) . (x - y) > L |x - y|^2                                         or
///   f(x) > f(y) + gradient(y) . (x - y) + L / 2 |x - y|^2, by more than rounding.
/// The first, exact for a quadratic f, does not drown in the rounding of f near the minimum; the
/// second stops what the first lets pass far from it (S. Becker, E. Candes, M. Grant, Math.
/// Program. Comput. 3 (2011) 165-218, section 5.3, choose between both). L is halved where steps
/// measure less than half of it, the more seldom the more often it had to grow again; the momentum
/// follows by their factor L_{k+1} / L_k (there, section 5.2). A point where F rises by more than
/// rounding is given up for a step without momentum. Stop::no_progress: no step changes the point;
/// or neither F nor the gradient has been lower than ever before for 500 iterations: the rounding
/// floor, or a kink of f.
Task<Stop> solve(Progress& progress, Point current, Proximal options);

}  // namespace batchgrad::detail
