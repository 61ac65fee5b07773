#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/stencil/step.hpp>

namespace batchgrad {

/// The difference methods.
///   forward, backward, central   one quotient of the given accuracy order
///   richardson                   two central quotients, extrapolated
///   adaptive                     a step for each component, chosen from the function itself
enum class DifferenceMethod : unsigned char { forward, backward, central, richardson, adaptive };

/// Whether a derivative comes with an error estimate, which costs further values of f.
enum class Effort : unsigned char { value, estimate };

/// How a derivative is differenced.
struct DifferenceRule {
  DifferenceMethod method = DifferenceMethod::richardson;
  int accuracy = 2;  ///< order of the truncation error: 1, 2, 4, 6, 8
  int order = 1;     ///< of the derivative
  StepRule step;
  double tolerance = 0;  ///< relative; an estimate above it is `noisy`; 0: what the method can do
  Effort effort = Effort::value;
};

/// Where a parameter may be; a stencil never leaves it.
struct Interval {
  double lower = -infinity;
  double upper = infinity;
};

/// What one column of the result is, as a derivative of f at x.
struct DerivativeColumn {
  enum class Kind : unsigned char {
    parameter,  ///< d^order f / d x_i^order
    mixed,      ///< d^2 f / d x_i d x_j, i != j
    direction,  ///< d^order/dt^order f(x + t v) at t = 0, v the request's direction
    laplacian   ///< sum_i d^2 f / d x_i^2
  };
  Kind kind = Kind::parameter;
  index_t i = 0;
  index_t j = 0;
};

}  // namespace batchgrad
