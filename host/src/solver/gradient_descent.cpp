#include "solver/gradient_descent.hpp"

#include <cmath>
#include <utility>

#include "solver/curvature.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

/// The rate for a curvature that was estimated. Without curvature nothing says how far to go:
/// 1 is the step for features of mean square 1 under a loss of curvature 1.
double rate_for(double curvature) { return curvature > 0 ? 1 / curvature : 1.0; }

/// What counts as a rise: more than the rounding of the objective, with which descent ends.
double with_noise(double objective) {
  constexpr double noise = 1e-6;  // as Hager and Zhang's epsilon; float storage needs some 1e-7
  return objective + noise * std::fabs(objective);
}

/// Writes the next point of the recurrence; returns the length of the move.
double move(const Point& current, double learning_rate, double momentum,
            std::vector<double>& velocity, Point& next) {
  double square = 0;
  for (std::size_t j = 0; j < velocity.size(); ++j) {
    velocity[j] = momentum * velocity[j] - learning_rate * current.gradient[j];
    next.parameters[j] = current.parameters[j] + velocity[j];
    const double change = next.parameters[j] - current.parameters[j];
    square += change * change;
  }
  return std::sqrt(square);
}

}  // namespace

Minimum minimise(Objective& objective, VectorView<const double> start,
                 const GradientDescent& options, const StopRules& rules) {
  Progress progress(objective, rules);
  Point current(start);
  progress.evaluate(current);
  if (const auto stop = progress.accept(current, 0)) return std::move(progress).finish(*stop);

  const bool adapts = !options.learning_rate;
  double rate = adapts ? rate_for(largest_curvature(progress, current)) : *options.learning_rate;
  std::vector<double> velocity(current.parameters.size());
  Point next(start);
  while (true) {
    const double step = move(current, rate, options.momentum, velocity, next);
    if (next.parameters == current.parameters) return std::move(progress).finish(Stop::no_progress);
    progress.evaluate(next);
    const double ceiling =
        options.momentum > 0 ? progress.start_objective() : current.value.objective;
    if (adapts && !(next.value.is_finite() && next.value.objective <= with_noise(ceiling))) {
      rate /= 2;
      velocity.assign(velocity.size(), 0);
      continue;
    }
    std::swap(current, next);
    if (const auto stop = progress.accept(current, step)) return std::move(progress).finish(*stop);
  }
}

}  // namespace batchgrad::detail
