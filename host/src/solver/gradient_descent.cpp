#include "solver/gradient_descent.hpp"

#include <cmath>
#include <utility>

#include "solver/curvature.hpp"
#include "solver/descent.hpp"

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

/// Without a learning rate.
Task<Stop> descend_by_curvature(Progress& progress, Point current, GradientDescent options) {
  co_await progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  if (stop) co_return *stop;

  const double curvature = co_await largest_curvature(progress, current);
  double rate = rate_for(curvature);
  RuleState rule(current.parameters.size(), rule_of(options));
  Point next(current.parameters);
  while (!stop) {
    next.parameters = current.parameters;
    if (!take_step(rule, clipped(options.clip, current.gradient), rate, next.parameters))
      co_return Stop::no_progress;
    co_await progress.evaluate(next);
    const double ceiling =
        options.momentum > 0 ? progress.start_objective() : current.value.objective;
    if (!(next.value.is_finite() && next.value.objective <= with_noise(ceiling))) {
      rate /= 2;
      rule.forget();
      continue;
    }
    const double step = distance(next.parameters, current.parameters);
    std::swap(current, next);
    stop = progress.accept(current, step);
  }
  co_return *stop;
}

}  // namespace

Task<Stop> solve(Progress& progress, Point current, const GradientDescent& options) {
  if (!options.learning_rate) return descend_by_curvature(progress, std::move(current), options);
  return descend_by_rule(progress, std::move(current), options, *options.learning_rate);
}

}  // namespace batchgrad::detail
