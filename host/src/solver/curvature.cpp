#include "solver/curvature.hpp"

#include <cmath>

#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

/// Multiples of the golden ratio modulo 1: spread out, without a pattern that a matrix could share.
std::vector<double> generic_direction(std::size_t size) {
  constexpr double golden_ratio = 0.61803398874989485;
  std::vector<double> direction(size);
  double whole = 0;
  for (std::size_t j = 0; j < size; ++j) {
    const double fraction = std::modf(golden_ratio * static_cast<double>(j + 1), &whole);
    direction[j] = (j % 2 == 0 ? 0.5 : -0.5) - fraction;
  }
  scale(1 / norm(direction), direction);
  return direction;
}

}  // namespace

Task<double> largest_curvature(Progress& progress, const Point& origin) {
  constexpr int most_rounds = 20;
  constexpr double settled = 0.01;
  std::vector<double> direction = generic_direction(origin.parameters.size());
  Point trial(origin.parameters);
  double curvature = 0;
  const double scale_of_gradient =
      origin.value.gradient_scale > 0 ? origin.value.gradient_scale : 1.0;
  double step = scale_of_gradient;
  for (int round = 0; round < most_rounds; ++round) {
    trial.parameters = origin.parameters;
    add_scaled(step, direction, trial.parameters);
    co_await progress.evaluate(trial);
    direction = difference(trial.gradient, origin.gradient);
    const double change = norm(direction);
    if (!(change > 0 && std::isfinite(change))) co_return curvature;
    const double previous = curvature;
    curvature = change / step;
    if (std::fabs(curvature - previous) <= settled * curvature) break;
    scale(1 / change, direction);
    step = scale_of_gradient / std::sqrt(curvature);
  }
  co_return curvature;
}

}  // namespace batchgrad::detail
