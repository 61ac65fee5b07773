#pragma once

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// An estimate of the objective's largest curvature near `origin`, an evaluated point: power
/// iteration on differences of gradients,
///   direction <- (gradient(x + h direction) - gradient(x)) / h,   scaled to length 1.
/// The norm of that quotient never exceeds the largest curvature and reaches half of it, all that a
/// descent of step 1 / curvature needs, in a few rounds from any start that is not special; ours is
/// fixed, so that a fit gives the same bits every time. h changes the gradient by about the
/// gradient's scale: large enough for parameters rounded to float, small enough to stay near.
/// 0 where the objective has no curvature there, or none that is finite.
Task<double> largest_curvature(Progress& progress, const Point& origin);

}  // namespace batchgrad::detail
