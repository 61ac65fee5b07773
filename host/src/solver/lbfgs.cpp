#include "solver/lbfgs.hpp"

#include <utility>

#include "solver/curvature_pairs.hpp"
#include "solver/line_search.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

/// The objective along a line. Each trial leaves its point in `trial`.
class ObjectiveLine final : public LineFunction {
 public:
  ObjectiveLine(Progress& progress, const Point& origin, const std::vector<double>& direction,
                Point& trial)
      : progress_(progress), origin_(origin), direction_(direction), trial_(trial) {}

  Task<Trial> at(double step) override {
    trial_.parameters = origin_.parameters;
    add_scaled(step, direction_, trial_.parameters);
    co_await progress_.evaluate(trial_);
    last_step_ = step;
    const Evaluation& value = trial_.value;
    const double slope = value.is_finite() ? dot(trial_.gradient, direction_) : value.gradient_norm;
    co_return Trial{step, value.objective, slope};
  }

  [[nodiscard]] Trial origin() const {
    return {0, origin_.value.objective, dot(origin_.gradient, direction_)};
  }
  [[nodiscard]] double last_step() const { return last_step_; }

 private:
  Progress& progress_;
  const Point& origin_;
  const std::vector<double>& direction_;
  Point& trial_;
  double last_step_ = 0;
};

/// Moves to the lowest point that the line search finds from `current` along `direction`; false
/// where it finds none.
Task<bool> advance(Progress& progress, const Point& current, const std::vector<double>& direction,
                   double first_step, Point& next) {
  ObjectiveLine line(progress, current, direction, next);
  if (!(line.origin().slope < 0)) co_return false;
  const LineSearchResult result = co_await search_line(line, line.origin(), first_step);
  if (result.lowers && line.last_step() != result.trial.step) co_await line.at(result.trial.step);
  co_return result.lowers;
}

}  // namespace

Task<Stop> solve(Progress& progress, Point current, Lbfgs options) {
  CurvaturePairs pairs(options.memory);
  Point next(current.parameters);
  co_await progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  while (!stop) {
    const bool is_steepest = pairs.empty();
    const std::vector<double> direction = pairs.direction(current.gradient);
    const double first_step = is_steepest ? pairs.typical_step() : 1.0;
    const bool advances = co_await advance(progress, current, direction, first_step, next);
    if (!advances) {
      if (is_steepest) co_return Stop::no_progress;
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
  co_return *stop;
}

}  // namespace batchgrad::detail
