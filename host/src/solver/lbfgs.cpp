#include "solver/lbfgs.hpp"

#include <utility>

#include "solver/curvature_pairs.hpp"
#include "solver/line_search.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

/// Iterations without a new low of objective or gradient after which the rest is rounding.
constexpr index_t most_stale_iterations = 20;

/// Moves to the lowest point that the line search finds from `current` along `direction`; false
/// where it finds none.
bool advance(Progress& progress, const Point& current, const std::vector<double>& direction,
             double first_step, Point& next) {
  double evaluated_step = 0;
  const auto evaluate = [&](double step) {
    next.parameters = current.parameters;
    add_scaled(step, direction, next.parameters);
    progress.evaluate(next);
    evaluated_step = step;
    const double slope =
        next.value.is_finite() ? dot(next.gradient, direction) : next.value.gradient_norm;
    return Trial{step, next.value.objective, slope};
  };
  const Trial origin{0, current.value.objective, dot(current.gradient, direction)};
  const LineSearchResult result = search_line(evaluate, origin, first_step);
  if (result.lowers && evaluated_step != result.trial.step) evaluate(result.trial.step);
  return result.lowers;
}

}  // namespace

Minimum minimise(Objective& objective, VectorView<const double> start, const Lbfgs& options,
                 const StopRules& rules) {
  Progress progress(objective, rules);
  CurvaturePairs pairs(options.memory);
  Point current(start);
  Point next(start);
  progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  while (!stop) {
    const bool is_steepest = pairs.empty();
    const std::vector<double> direction = pairs.direction(current.gradient);
    const double first_step = is_steepest ? pairs.typical_step() : 1.0;
    const bool descends = dot(current.gradient, direction) < 0;
    if (!descends || !advance(progress, current, direction, first_step, next)) {
      if (is_steepest) return std::move(progress).finish(Stop::no_progress);
      pairs.clear();
      continue;
    }
    std::vector<double> step = difference(next.parameters, current.parameters);
    const double length = norm(step);
    pairs.add(std::move(step), difference(next.gradient, current.gradient));
    std::swap(current, next);
    stop = progress.accept(current, length);
    if (!stop && progress.stale_iterations() >= most_stale_iterations) stop = Stop::no_progress;
  }
  return std::move(progress).finish(*stop);
}

}  // namespace batchgrad::detail
