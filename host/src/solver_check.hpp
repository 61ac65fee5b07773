#pragma once

#include <batchgrad/solver.hpp>

#include "solver/progress.hpp"

namespace batchgrad::detail {

// What every operation that takes a solver promises to check. Errors: InvalidArgument.

void check_solver(const Solver& solver);
/// Newton and gram are for fits.
void check_first_order(const Solver& solver);
/// Limits and tolerances.
void check_rules(const StopRules& rules);
/// `advice` says what to do instead.
void check_not_negative(const char* name, double value, const char* advice);

}  // namespace batchgrad::detail
