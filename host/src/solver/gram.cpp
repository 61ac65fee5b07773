#include "solver/gram.hpp"

#include <batchgrad/core/limits.hpp>

#include <utility>

#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

constexpr int most_refinements = 5;

/// A gradient as small as the rounding of predictions makes it: steps only move it about.
constexpr double least_gradient = 16 * Limits<double>::epsilon;

void move_to_minimum(const Point& from, const NormalEquations& equations, Point& to) {
  to.parameters = from.parameters;
  add_scaled(-1, equations.solve(from.gradient), to.parameters);
}

/// The equations are solved as well as they can be, whether or not rounding leaves a gradient that
/// the tolerance allows.
Stop stop_of(std::optional<Stop> stop, const Point& point) {
  if (!stop || *stop == Stop::max_iterations)
    return point.value.is_finite() ? Stop::solved : Stop::diverged;
  return *stop;
}

}  // namespace

std::vector<double> NormalEquations::solve(const std::vector<double>& right) const {
  std::vector<double> solution = factor_.solve(right);
  const std::size_t size = right.size();
  std::vector<double> rest;
  for (std::size_t i = 0; i < size; ++i) {
    DoubleDouble sum = right[i];
    for (std::size_t j = 0; j < size; ++j) sum -= exact_product(matrix_[i * size + j], solution[j]);
    rest.push_back(double(sum));
  }
  add_scaled(1, factor_.solve(rest), solution);
  return solution;
}

Task<Stop> solve_gram(Progress& progress, Point current, const NormalEquations& equations) {
  co_await progress.evaluate(current);
  if (const auto stop = progress.accept(current, 0)) co_return *stop;
  Point best(current.parameters);
  Point refined(current.parameters);
  move_to_minimum(current, equations, best);
  co_await progress.evaluate(best);
  for (int k = 0; k < most_refinements && !(best.value.gradient_norm <= least_gradient); ++k) {
    move_to_minimum(best, equations, refined);
    co_await progress.evaluate(refined);
    const double before = best.value.gradient_norm;
    const double after = refined.value.gradient_norm;
    if (after < before) std::swap(best, refined);
    if (!(after < 0.5 * before)) break;
  }
  const double length = distance(best.parameters, current.parameters);
  co_return stop_of(progress.accept(best, length), best);
}

Task<Stop> report_solution(Progress& progress, Point start, const std::vector<double>& solution) {
  co_await progress.evaluate(start);
  if (const auto stop = progress.accept(start, 0))
    if (*stop != Stop::gradient) co_return *stop;
  Point point(solution);
  co_await progress.evaluate(point);
  co_return stop_of(progress.accept(point, distance(point.parameters, start.parameters)), point);
}

}  // namespace batchgrad::detail
