#pragma once

#include <functional>
#include <vector>

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// The Hessian at some variables, P x P.
using HessianFunction = std::function<std::vector<double>(VectorView<const double>)>;

/// What else Newton's method has to know of an objective.
struct NewtonProblem {
  HessianFunction hessian;
  std::vector<index_t> columns;  ///< the variables that move, in the order of the factor
  bool may_be_unbounded;  ///< the loss approaches its infimum where predictions grow for ever
};

/// direction = -(H + damping I)^-1 gradient. The damping is 0 where H has a Cholesky factor and the
/// direction leads downhill; otherwise the least power of ten times the largest curvature with
/// which it has (K. Levenberg, Quart. Appl. Math. 2 (1944) 164-168). The step is halved until the
/// objective falls by 1e-4 of what its slope promises (L. Armijo, Pacific J. Math. 16 (1966) 1-3),
/// and doubled while that lowers the objective where H was damped. Where the gradient has vanished
/// but Newton's step has not become shorter, labels can be separated: Stop::separated.
Task<Stop> solve_newton(Progress& progress, Point current, const NewtonProblem& problem);

}  // namespace batchgrad::detail
