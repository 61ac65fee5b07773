#include "solver/gram.hpp"

#include <utility>

#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

constexpr int most_refinements = 5;

void move_to_minimum(const Point& from, const Cholesky<double>& factor, Point& to) {
  to.parameters = from.parameters;
  add_scaled(-1, factor.solve(from.gradient), to.parameters);
}

/// The equations are solved as well as they can be, whether or not rounding leaves a gradient that
/// the tolerance allows.
Stop stop_of(std::optional<Stop> stop, const Point& point) {
  if (!stop || *stop == Stop::max_iterations)
    return point.value.is_finite() ? Stop::solved : Stop::diverged;
  return *stop;
}

}  // namespace

Task<Stop> solve_gram(Progress& progress, Point current, const Cholesky<double>& factor) {
  co_await progress.evaluate(current);
  if (const auto stop = progress.accept(current, 0)) co_return *stop;
  Point best(current.parameters);
  Point refined(current.parameters);
  move_to_minimum(current, factor, best);
  co_await progress.evaluate(best);
  for (int k = 0; k < most_refinements; ++k) {
    move_to_minimum(best, factor, refined);
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
