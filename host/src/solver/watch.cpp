#include "solver/watch.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchgrad::detail {
namespace {

/// Objectives within this fraction of the lowest one are equal: their sums are rounded.
constexpr double objective_noise = 1e-14;

}  // namespace

Verdict Watch::accept(const Evaluation& value, double step, index_t evaluations) {
  const bool is_start = iterates_ == 0;
  const double previous = is_start ? value.objective : row_.objective;
  row_ = {value.objective, value.gradient_norm, step, evaluations, value.held_out_loss};
  if (rules_.history == History::kept) history_.push_back(row_);
  ++iterates_;
  last_ = value;
  Verdict verdict{is_best(value), is_best_held_out(value), {}};
  if (verdict.is_best) best_ = value;
  if (verdict.is_best_held_out) best_held_out_ = value;

  const Continue answer = rules_.observer ? rules_.observer(row_) : Continue::yes;
  if (has_diverged(value))
    verdict.stop = Stop::diverged;
  else if (is_flat(value.gradient_norm))
    verdict.stop = Stop::gradient;
  else if (!is_start && rules_.step_tolerance > 0 && step <= rules_.step_tolerance)
    verdict.stop = Stop::step;
  else if (!is_start && objective_has_settled(previous, value.objective))
    verdict.stop = Stop::objective;
  else if (rules_.patience > 0 && stale_held_out_ >= rules_.patience)
    verdict.stop = Stop::held_out;
  else if (answer == Continue::no)
    verdict.stop = Stop::interrupted;
  else if (iterates_ > rules_.max_iterations)
    verdict.stop = Stop::max_iterations;
  return verdict;
}

/// Also takes note of the lowest and largest so far.
bool Watch::is_best(const Evaluation& value) {
  if (iterates_ == 1) {
    start_objective_ = lowest_objective_ = value.objective;
    start_norm_ = lowest_norm_ = largest_norm_ = value.gradient_norm;
    return true;
  }
  if (!value.is_finite()) return false;
  const bool lower = value.objective < lowest_objective_;
  const bool flatter = value.gradient_norm < lowest_norm_;
  stale_iterations_ = lower || flatter ? 0 : stale_iterations_ + 1;
  const double noise = objective_noise * std::fabs(lowest_objective_);
  const bool much_lower = value.objective < best_.objective - noise;
  const bool as_low = value.objective <= lowest_objective_ + noise;
  lowest_objective_ = std::min(lowest_objective_, value.objective);
  lowest_norm_ = std::min(lowest_norm_, value.gradient_norm);
  largest_norm_ = std::max(largest_norm_, value.gradient_norm);
  return much_lower || (as_low && value.gradient_norm <= best_.gradient_norm);
}

bool Watch::is_best_held_out(const Evaluation& value) {
  if (std::isnan(value.held_out_loss)) return false;
  const bool is_first = !best_held_out_;
  const bool is_lower =
      value.is_finite() && best_held_out_ && value.held_out_loss < best_held_out_->held_out_loss;
  stale_held_out_ = is_first || is_lower ? 0 : stale_held_out_ + 1;
  return is_first || is_lower;
}

bool Watch::has_diverged(const Evaluation& value) const {
  constexpr double growth = 1e10;
  constexpr double bottomless = 1e20;
  if (!value.is_finite()) return true;
  const double fall = start_objective_ - value.objective;
  if (fall > bottomless * std::max(std::fabs(start_objective_), 1.0)) return true;
  const double size = std::max(std::fabs(start_objective_), std::fabs(lowest_objective_));
  return value.objective - start_objective_ > growth * (size > 0 ? size : 1.0);
}

bool Watch::is_flat(double gradient_norm) const {
  constexpr double rounding = 1e-6;
  const double unit = rules_.tolerance_of == ToleranceOf::objective_scale
                          ? 1.0
                          : std::max(std::min(1.0, largest_norm_), rounding * start_norm_);
  return rules_.tolerance > 0 && gradient_norm <= rules_.tolerance * unit;
}

/// A rise is not convergence: descent with momentum passes through them.
bool Watch::objective_has_settled(double previous, double current) const {
  const double decrease = previous - current;
  return rules_.objective_tolerance > 0 && decrease >= 0 &&
         decrease <= rules_.objective_tolerance * std::fabs(previous);
}

Iterate Watch::answer(Stop stop) const {
  if (best_held_out_) return Iterate::held_out;
  return is_converged(stop) ? Iterate::latest : Iterate::best;
}

Minimum Watch::finish(Stop stop, index_t evaluations) && {
  Minimum minimum;
  const Iterate found = answer(stop);
  minimum.value = found == Iterate::held_out ? *best_held_out_
                  : found == Iterate::best   ? best_
                                             : last_;
  minimum.stop = stop;
  minimum.iterations = iterates_ - 1;
  minimum.evaluations = evaluations;
  minimum.history = std::move(history_);
  return minimum;
}

}  // namespace batchgrad::detail
