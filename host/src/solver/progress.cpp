#include "solver/progress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchgrad::detail {
namespace {

/// Objectives within this fraction of the lowest one are equal: their sums are rounded.
constexpr double objective_noise = 1e-14;

}  // namespace

Progress::Progress(Objective& objective, const StopRules& rules)
    : objective_(objective), rules_(rules) {}

void Progress::evaluate(Point& point) {
  point.value = objective_.evaluate(point.parameters, point.gradient);
  ++evaluations_;
}

std::optional<Stop> Progress::accept(const Point& point, double step) {
  const bool is_start = history_.empty();
  const double previous = is_start ? point.value.objective : history_.back().objective;
  if (is_start) start_objective_ = lowest_objective_ = point.value.objective;
  history_.push_back({point.value.objective, point.value.gradient_norm, step, evaluations_});
  remember(point);

  const Continue answer = rules_.observer ? rules_.observer(history_.back()) : Continue::yes;
  if (has_diverged(point.value)) return Stop::diverged;
  if (rules_.tolerance > 0 && point.value.gradient_norm <= rules_.tolerance) return Stop::gradient;
  if (!is_start && objective_has_settled(previous, point.value.objective)) return Stop::objective;
  if (answer == Continue::no) return Stop::interrupted;
  if (static_cast<index_t>(history_.size()) > rules_.max_iterations) return Stop::max_iterations;
  return std::nullopt;
}

/// Best is the lowest objective; of those that rounding cannot tell apart, the smallest gradient.
void Progress::remember(const Point& point) {
  const Evaluation& value = point.value;
  last_.parameters = point.parameters;
  last_.value = value;
  if (history_.size() == 1) {
    best_ = last_;
    lowest_norm_ = value.gradient_norm;
    return;
  }
  if (!value.is_finite()) return;
  const bool lower = value.objective < lowest_objective_;
  const bool flatter = value.gradient_norm < lowest_norm_;
  stale_iterations_ = lower || flatter ? 0 : stale_iterations_ + 1;
  const double noise = objective_noise * std::fabs(lowest_objective_);
  const bool much_lower = value.objective < best_.value.objective - noise;
  const bool as_low = value.objective <= lowest_objective_ + noise;
  if (much_lower || (as_low && value.gradient_norm <= best_.value.gradient_norm)) best_ = last_;
  lowest_objective_ = std::min(lowest_objective_, value.objective);
  lowest_norm_ = std::min(lowest_norm_, value.gradient_norm);
}

bool Progress::has_diverged(const Evaluation& value) const {
  constexpr double growth = 1e10;
  if (!value.is_finite()) return true;
  const double size = std::max(std::fabs(start_objective_), std::fabs(lowest_objective_));
  return value.objective - start_objective_ > growth * (size > 0 ? size : 1.0);
}

/// A rise is not convergence: descent with momentum passes through them.
bool Progress::objective_has_settled(double previous, double current) const {
  const double decrease = previous - current;
  return rules_.objective_tolerance > 0 && decrease >= 0 &&
         decrease <= rules_.objective_tolerance * std::fabs(previous);
}

Minimum Progress::finish(Stop stop) && {
  Minimum minimum = is_converged(stop) ? std::move(last_) : std::move(best_);
  minimum.stop = stop;
  minimum.iterations = static_cast<index_t>(history_.size()) - 1;
  minimum.evaluations = evaluations_;
  minimum.history = std::move(history_);
  return minimum;
}

}  // namespace batchgrad::detail
