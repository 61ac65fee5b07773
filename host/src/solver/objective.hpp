#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/view.hpp>

#include <algorithm>
#include <cmath>

namespace batchgrad::detail {

/// What an objective says about one parameter vector, besides the gradient.
struct Evaluation {
  double objective = 0;
  /// The largest gradient entry against `gradient_scale`, free of units: what tolerances bound.
  double gradient_norm = 0;
  /// The size of a gradient entry that would be large, in units of the objective per parameter.
  double gradient_scale = 1;

  /// A gradient entry that is not finite shows in the norm.
  [[nodiscard]] bool is_finite() const {
    return std::isfinite(objective) && std::isfinite(gradient_norm);
  }
};

/// A differentiable function of `parameter_count` variables: all that a solver knows of a model.
class Objective {
 public:
  virtual ~Objective() = default;

  [[nodiscard]] virtual index_t parameter_count() const = 0;

  /// Shapes: parameters and gradient have parameter_count() entries; the gradient is written.
  /// Where the function is not defined it returns infinities or NaNs; it does not throw.
  virtual Evaluation evaluate(VectorView<const double> parameters, VectorView<double> gradient) = 0;
};

/// max_j |values_j|, NaN as soon as one of them is.
inline double largest_magnitude(VectorView<const double> values) {
  double largest = 0;
  for (const double value : values) {
    if (std::isnan(value)) return value;
    largest = std::fmax(largest, std::fabs(value));
  }
  return largest;
}

/// size / scale, finite for any finite size: nothing is small beside nothing, and what is not
/// nothing beside nothing is merely large.
inline double relative_size(double size, double scale) {
  if (size == 0 || !std::isfinite(size)) return size;
  return std::min(size / scale, Limits<double>::max);
}

}  // namespace batchgrad::detail
