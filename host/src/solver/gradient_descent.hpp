#pragma once

#include <batchgrad/solver.hpp>

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// Minimises by gradient descent with momentum, in double precision.
/// With a learning rate given, exactly the recurrence of its options, to the end. Without one the
/// rate starts as 1 / (largest curvature at the start), the step that descends on any function
/// whose curvature stays below that; where it does not, an iterate that is not finite or lies above
/// the one before (with momentum: above the start) is discarded, the rate halved and the velocity
/// set to 0. A clipped gradient c has |c|^2 <= c . gradient, so its step of that rate descends,
/// too. Stop::no_progress: the parameters can no longer change.
Task<Stop> solve(Progress& progress, Point current, const GradientDescent& options);

}  // namespace batchgrad::detail
