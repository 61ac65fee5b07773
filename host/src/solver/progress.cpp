#include "solver/progress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchgrad::detail {
namespace {

/// Objectives within this fraction of the lowest one are equal: their sums are rounded.
constexpr double objective_noise = 1e-14;

}  // namespace

std::optional<Stop> Progress::accept(const Point& point, double step) {
  const bool is_start = iterates_ == 0;
  const double previous = is_start ? point.value.objective : row_.objective;
  row_ = {point.value.objective, point.value.gradient_norm, step, evaluations_,
          point.value.held_out_loss};
  if (rules_.history == History::kept) history_.push_back(row_);
  ++iterates_;
  remember(point);
  remember_held_out();

  const Continue answer = rules_.observer ? rules_.observer(row_) : Continue::yes;
  if (has_diverged(point.value)) return Stop::diverged;
  if (is_flat(point.value.gradient_norm)) return Stop::gradient;
  if (!is_start && rules_.step_tolerance > 0 && step <= rules_.step_tolerance) return Stop::step;
  if (!is_start && objective_has_settled(previous, point.value.objective)) return Stop::objective;
  if (rules_.patience > 0 && stale_held_out_ >= rules_.patience) return Stop::held_out;
  if (answer == Continue::no) return Stop::interrupted;
  if (iterates_ > rules_.max_iterations) return Stop::max_iterations;
  return std::nullopt;
}

/// Best is the lowest objective; of those that rounding cannot tell apart, the smallest gradient.
void Progress::remember(const Point& point) {
  const Evaluation& value = point.value;
  last_.parameters = point.parameters;
  last_.gradient = point.gradient;
  last_.value = value;
  if (iterates_ == 1) {
    best_ = last_;
    start_objective_ = lowest_objective_ = value.objective;
    start_norm_ = lowest_norm_ = largest_norm_ = value.gradient_norm;
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
  largest_norm_ = std::max(largest_norm_, value.gradient_norm);
}

/// Of the latest iterate, where there is a held-out loss.
void Progress::remember_held_out() {
  const Evaluation& value = last_.value;
  if (std::isnan(value.held_out_loss)) return;
  const bool is_first = best_held_out_.parameters.empty();
  const bool is_lower =
      value.is_finite() && value.held_out_loss < best_held_out_.value.held_out_loss;
  stale_held_out_ = is_first || is_lower ? 0 : stale_held_out_ + 1;
  if (is_first || is_lower) best_held_out_ = last_;
}

bool Progress::has_diverged(const Evaluation& value) const {
  constexpr double growth = 1e10;
  constexpr double bottomless = 1e20;
  if (!value.is_finite()) return true;
  const double fall = start_objective_ - value.objective;
  if (fall > bottomless * std::max(std::fabs(start_objective_), 1.0)) return true;
  const double size = std::max(std::fabs(start_objective_), std::fabs(lowest_objective_));
  return value.objective - start_objective_ > growth * (size > 0 ? size : 1.0);
}

bool Progress::is_flat(double gradient_norm) const {
  constexpr double rounding = 1e-6;
  const double unit = rules_.tolerance_of == ToleranceOf::objective_scale
                          ? 1.0
                          : std::max(std::min(1.0, largest_norm_), rounding * start_norm_);
  return rules_.tolerance > 0 && gradient_norm <= rules_.tolerance * unit;
}

/// A rise is not convergence: descent with momentum passes through them.
bool Progress::objective_has_settled(double previous, double current) const {
  const double decrease = previous - current;
  return rules_.objective_tolerance > 0 && decrease >= 0 &&
         decrease <= rules_.objective_tolerance * std::fabs(previous);
}

Minimum Progress::finish(Stop stop) && {
  const bool holds_out = !best_held_out_.parameters.empty();
  Minimum minimum = holds_out            ? std::move(best_held_out_)
                    : is_converged(stop) ? std::move(last_)
                                         : std::move(best_);
  minimum.stop = stop;
  minimum.iterations = iterates_ - 1;
  minimum.evaluations = evaluations_;
  minimum.history = std::move(history_);
  return minimum;
}

}  // namespace batchgrad::detail
