#include "solver/newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "solver/cholesky.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

constexpr int most_halvings = 60;
constexpr double pivot_tolerance = 1e-14;
constexpr double least_noise = 1e-10;  // of the objective, at least: a long sum's rounding

struct Direction {
  std::vector<double> step;
  double slope = 0;  ///< of the objective along it; not below 0: there is none
  bool is_damped = false;
};

Direction damped_direction(const NewtonProblem& problem, const Point& at) {
  std::vector<double> hessian = problem.hessian(at.parameters);
  const std::size_t size = at.parameters.size();
  double largest = 0;
  for (const index_t j : problem.columns) {
    const auto k = static_cast<std::size_t>(j);
    largest = std::max(largest, hessian[k * size + k]);
  }
  if (!(largest > 0)) largest = 1;
  double damping = 0;
  for (double next = 1e-12 * largest; next <= 1e12 * largest; next *= 10) {
    const Cholesky<double> factor(hessian, problem.columns, pivot_tolerance);
    if (factor.dependent().empty()) {
      Direction direction{factor.solve(at.gradient), 0, damping > 0};
      scale(-1, direction.step);
      direction.slope = dot(direction.step, at.gradient);
      if (direction.slope < 0 && std::isfinite(direction.slope)) return direction;
    }
    for (const index_t j : problem.columns) {
      const auto k = static_cast<std::size_t>(j);
      hessian[k * size + k] += next - damping;
    }
    damping = next;
  }
  return {};
}

/// Moves `trial` to current + length * direction, halving the length until the objective is lower
/// enough, or, since gradients are sharper than rounded objectives, about as low with a smaller
/// gradient. Returns the length; 0 where there is none.
Task<double> search(Progress& progress, const Point& current, const Direction& direction,
                    Point& trial) {
  double length = 1;
  const double noise =
      std::max(least_noise, current.value.objective_rounding) * std::fabs(current.value.objective);
  for (int halving = 0; halving < most_halvings; ++halving, length /= 2) {
    trial.parameters = current.parameters;
    add_scaled(length, direction.step, trial.parameters);
    co_await progress.evaluate(trial);
    if (!trial.value.is_finite()) continue;
    const double bound = current.value.objective + 1e-4 * length * direction.slope;
    const bool is_flatter = trial.value.objective <= current.value.objective + noise &&
                            trial.value.gradient_norm < 0.9 * current.value.gradient_norm;
    if (trial.value.objective <= bound || is_flatter) co_return length;
  }
  co_return 0.0;
}

/// Doubles the step of a damped direction while the objective falls.
Task<double> lengthen(Progress& progress, const Point& current, const Direction& direction,
                      double length, Point& best) {
  Point trial(current.parameters);
  for (int doubling = 0; doubling < most_halvings; ++doubling) {
    trial.parameters = current.parameters;
    add_scaled(2 * length, direction.step, trial.parameters);
    co_await progress.evaluate(trial);
    if (!trial.value.is_finite() || !(trial.value.objective < best.value.objective)) break;
    std::swap(trial, best);
    length *= 2;
  }
  co_return length;
}

/// Near a minimum the next step is far shorter than the last; on the way to infinity each is as
/// long as the one before.
bool runs_away(const NewtonProblem& problem, const Point& at, double last_step) {
  constexpr double long_step = 1e-4;
  constexpr double vanished = 1e-5;  // a looser tolerance ends fits on their way to a minimum
  if (!problem.may_be_unbounded || !(last_step > long_step)) return false;
  if (!(at.value.gradient_norm <= vanished)) return false;
  const Direction direction = damped_direction(problem, at);
  return direction.slope < 0 && norm(direction.step) > std::max(long_step, 0.5 * last_step);
}

}  // namespace

Task<Stop> solve_newton(Progress& progress, Point current, const NewtonProblem& problem) {
  Point next(current.parameters);
  double step_length = 0;
  co_await progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  while (!stop) {
    const Direction direction = damped_direction(problem, current);
    if (!(direction.slope < 0)) co_return Stop::no_progress;
    double length = co_await search(progress, current, direction, next);
    if (length == 0) co_return Stop::no_progress;
    if (direction.is_damped && length == 1)
      length = co_await lengthen(progress, current, direction, length, next);
    step_length = length * norm(direction.step);
    std::swap(current, next);
    stop = progress.accept(current, step_length);
    if (!stop && progress.stale_iterations() >= most_stale_iterations) stop = Stop::no_progress;
  }
  if (*stop == Stop::gradient && runs_away(problem, current, step_length)) stop = Stop::separated;
  co_return *stop;
}

}  // namespace batchgrad::detail
