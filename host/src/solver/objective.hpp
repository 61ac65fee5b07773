#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/view.hpp>

#include <algorithm>
#include <cmath>

namespace batchgrad::detail {

/// What an objective says about one parameter vector, besides the gradient.
struct Evaluation {
  double objective = 0;
  /// The largest gradient entry against `gradient_scale`, free of units: what tolerances bound. Of
  /// the least-norm subgradient where the objective has kinks.
  double gradient_norm = 0;
  /// The size of a gradient entry that would be large, in units of the objective per parameter.
  double gradient_scale = 1;
  /// The part of the objective that has kinks, of which the gradient knows nothing: see l1_weights.
  double l1_term = 0;
  /// The share of the objective that rounding may add to it.
  double objective_rounding = 1e-12;
  /// The mean loss over samples that the objective leaves out; NaN where there are none.
  double held_out_loss = quiet_nan;

  /// A gradient entry that is not finite shows in the norm.
  [[nodiscard]] bool is_finite() const {
    return std::isfinite(objective) && std::isfinite(gradient_norm);
  }
};

class Batches;

/// A differentiable function of `parameter_count` variables, all that a solver knows of a model,
/// plus sum_j l1_weights_j |variable_j|.
class Objective {
 public:
  virtual ~Objective() = default;

  [[nodiscard]] virtual index_t parameter_count() const = 0;

  /// One for each variable, or none: then there are no kinks. Valid as long as the objective.
  [[nodiscard]] virtual VectorView<const double> l1_weights() const { return {}; }

  /// Shapes: parameters and gradient have parameter_count() entries; the gradient, of the
  /// differentiable part alone, is written.
  /// Where the function is not defined it returns infinities or NaNs; it does not throw.
  virtual Evaluation evaluate(VectorView<const double> parameters, VectorView<double> gradient) = 0;

  /// What solvers that can take it in batches take it in; null: always all of it.
  [[nodiscard]] virtual Batches* batches() { return nullptr; }
  /// The part of the function that the rows of a batch make, whose mean over an epoch it is. Where
  /// nothing has rows it is the same for all.
  virtual Evaluation evaluate_rows(VectorView<const index_t> /*rows*/,
                                   VectorView<const double> parameters,
                                   VectorView<double> gradient) {
    return evaluate(parameters, gradient);
  }
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
