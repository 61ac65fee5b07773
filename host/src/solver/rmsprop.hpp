#pragma once

#include <batchgrad/solver.hpp>

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// Minimises by RMSProp, in double precision: exactly the recurrence of its options, to the end.
/// Stop::no_progress: the parameters can no longer change.
Task<Stop> solve(Progress& progress, Point current, const RmsProp& options);

}  // namespace batchgrad::detail
