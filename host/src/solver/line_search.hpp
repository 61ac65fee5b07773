#pragma once

#include <batchgrad/core/view.hpp>

#include <cmath>

#include "solver/task.hpp"

namespace batchgrad::detail {

/// One step along a line: the value and the slope of a function there.
struct Trial {
  double step = 0;
  double value = 0;
  double slope = 0;

  [[nodiscard]] bool is_finite() const { return std::isfinite(value) && std::isfinite(slope); }
};

/// A function along a line, whose values may have to be waited for.
class LineFunction {
 public:
  virtual ~LineFunction() = default;
  virtual Task<Trial> at(double step) = 0;
};

struct LineSearchResult {
  Trial trial;          ///< the step to take; the origin where `lowers` is false
  bool lowers = false;  ///< it is a step that may be taken
};

/// The line search of W. W. Hager and H. Zhang (SIAM J. Optim. 16 (2005) 170-192, section 4; delta
/// = 0.1, sigma = 0.1, epsilon = 1e-6): brackets a minimum, shrinks the bracket by their double
/// secant step and by bisection, and ends at the first step which satisfies
///   the Wolfe conditions             value <= value_0 + delta step slope_0,  slope >= sigma
///   slope_0 or the approximate ones          (2 delta - 1) slope_0 >= slope >= sigma slope_0,
///                                    value <= value_0 + epsilon |value_0|
/// The latter look at slopes alone: they hold near a minimum, where the decrease of the value
/// drowns in its rounding. A trial that is not finite is a step too long: the search turns back.
/// Where neither holds within the evaluations allowed (a kink, the rounding floor), the lowest
/// trial is the result if it is below the origin.
/// origin: step 0, finite, slope < 0.
Task<LineSearchResult> search_line(LineFunction& function, Trial origin, double first_step);

}  // namespace batchgrad::detail
