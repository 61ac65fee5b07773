#include "solver/proximal.hpp"

#include <batchgrad/core/limits.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "solver/curvature.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

/// As most_stale_iterations, but more than a swing of the momentum takes.
constexpr index_t most_stale_swings = 500;

/// argmin_v (v - x)^2 / 2 + threshold |v|
double soft_threshold(double x, double threshold) {
  if (x > threshold) return x - threshold;
  if (x < -threshold) return x + threshold;
  return 0;
}

double smooth_part(const Point& point) { return point.value.objective - point.value.l1_term; }

/// What rounding may add to the objective.
double noise(const Point& point) {
  return point.value.objective_rounding * std::fabs(point.value.objective);
}

/// The step from `origin` for the curvature `bound`.
void take_step(const Point& origin, VectorView<const double> l1, double bound, Point& next) {
  for (std::size_t j = 0; j < origin.parameters.size(); ++j) {
    const double moved = origin.parameters[j] - origin.gradient[j] / bound;
    next.parameters[j] =
        l1.empty() ? moved : soft_threshold(moved, l1[static_cast<index_t>(j)] / bound);
  }
}

/// What a step from `origin` to `next` says of the curvature between them.
struct Measured {
  double curvature = 0;     ///< the smallest bound that allows the step
  bool is_allowed = false;  ///< by the bound that it was taken with
};

Measured measure(const Point& origin, const Point& next, double bound) {
  // Rounding of the gradients decides nothing: it moves a quotient by less than this when a step is
  // worth taking.
  constexpr double rounding = 1e-3;
  if (!next.value.is_finite()) return {Limits<double>::max, false};
  const std::vector<double> move = difference(next.parameters, origin.parameters);
  const double square = dot(move, move);
  if (square == 0) return {0, true};
  const double along = dot(difference(next.gradient, origin.gradient), move) / square;
  const double rise = smooth_part(next) - smooth_part(origin) - dot(origin.gradient, move);
  const double doubt = noise(origin);
  const bool is_allowed = along <= (1 + rounding) * bound && rise - doubt <= bound / 2 * square;
  return {std::max(along, 2 * (rise - doubt) / square), is_allowed};
}

/// The bound L on the curvature, the reciprocal of the step: it grows where a step was too long,
/// and is tried smaller where steps measure less, the more seldom the more often that was wrong.
class CurvatureBound {
 public:
  explicit CurvatureBound(double first) : value_(first) {}

  [[nodiscard]] double value() const { return value_; }

  void grow(double measured) {
    constexpr double least = 1.25;
    constexpr double most = 2;
    const bool is_close = measured < most * value_;  // not where it is not a number
    value_ = is_close ? std::max(measured, least * value_) : most * value_;
    patience_ = std::min(2 * patience_, most_patience);
    countdown_ = patience_;
  }
  /// After a step that was allowed.
  void shrink(double measured) {
    constexpr double share = 0.5;
    if (countdown_ > 0) --countdown_;
    if (countdown_ == 0 && measured < share * value_) value_ *= share;
  }

 private:
  static constexpr int most_patience = 64;
  double value_;
  int patience_ = 1;
  int countdown_ = 0;
};

/// Steps from `origin`, an evaluated point, until one of them is allowed, and returns the curvature
/// it measures; none where no step changes the point, and then `bound` is as it was.
Task<std::optional<double>> step_from(Progress& progress, const Point& origin,
                                      CurvatureBound& bound, Point& next) {
  constexpr int most_trials = 100;
  const CurvatureBound before = bound;
  for (int trial = 0; trial < most_trials; ++trial) {
    take_step(origin, progress.l1_weights(), bound.value(), next);
    if (next.parameters == origin.parameters) break;
    co_await progress.evaluate(next);
    const Measured measured = measure(origin, next, bound.value());
    if (measured.is_allowed) co_return measured.curvature;
    bound.grow(measured.curvature);
  }
  bound = before;
  co_return std::nullopt;
}

/// The share of the last move by which the next step starts ahead.
class Momentum {
 public:
  /// `bound`: on the curvature, with which the next step will be tried.
  double next_share(double bound) {
    const double last = t_;
    const double ratio = bound / std::exchange(bound_, bound);
    t_ = (1 + std::sqrt(1 + 4 * t_ * t_ * ratio)) / 2;
    return (last - 1) / t_;
  }
  /// Before the first step, with `bound`, of a new start.
  void reset(double bound) {
    t_ = 1;
    bound_ = bound;
  }

 private:
  double t_ = 1;
  double bound_ = 1;
};

/// Whether the step from `origin` to `current` leads back on the move from `previous`: momentum has
/// gone too far.
bool has_turned(const Point& previous, const Point& origin, const Point& current) {
  return dot(difference(origin.parameters, current.parameters),
             difference(current.parameters, previous.parameters)) > 0;
}

/// Evaluates the point ahead of `current`; false where that is the same or not finite.
Task<bool> look_ahead(Progress& progress, const Point& previous, const Point& current, double share,
                      Point& ahead) {
  ahead = current;
  add_scaled(share, difference(current.parameters, previous.parameters), ahead.parameters);
  if (ahead.parameters == current.parameters) co_return false;
  co_await progress.evaluate(ahead);
  co_return ahead.value.is_finite();
}

}  // namespace

Task<Stop> solve(Progress& progress, Point current, Proximal /*options*/) {
  co_await progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  if (stop) co_return *stop;
  const double curvature = co_await largest_curvature(progress, current);
  CurvatureBound bound(curvature > 0 ? curvature : 1.0);
  Momentum momentum;
  momentum.reset(bound.value());
  Point ahead = current;
  Point next = current;
  bool has_momentum = false;
  while (!stop) {
    const Point& origin = has_momentum ? ahead : current;
    const std::optional<double> measured = co_await step_from(progress, origin, bound, next);
    if (!measured || !(next.value.objective <= current.value.objective + noise(current))) {
      if (!has_momentum) co_return Stop::no_progress;
      has_momentum = false;
      momentum.reset(bound.value());
      continue;
    }
    const bool turns = has_turned(current, origin, next);
    const double length = distance(next.parameters, current.parameters);
    std::swap(current, next);  // next is the one before from here on
    stop = progress.accept(current, length);
    if (!stop && progress.stale_iterations() >= most_stale_swings) stop = Stop::no_progress;
    if (stop) break;
    bound.shrink(*measured);
    if (turns) momentum.reset(bound.value());
    const double share = momentum.next_share(bound.value());
    has_momentum = co_await look_ahead(progress, next, current, share, ahead);
  }
  co_return *stop;
}

}  // namespace batchgrad::detail
