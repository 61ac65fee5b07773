#pragma once

#include <batchgrad/derivative/checked_difference.hpp>
#include <batchgrad/derivative/default_tolerance.hpp>
#include <batchgrad/derivative/step_ladder.hpp>

namespace batchgrad {

/// A derivative of a function of one variable: finds the side and the step for which there is hope,
/// and is a dialogue as CheckedDifference is.
///   1. the method's own side, with a step from max(|x|, typical), within the bounds;
///   2. where f is not finite there, with a step from |x|;
///   3. with one-sided points, right or left, both steps.
/// `adaptive` takes quotients with steps over all scales (StepLadder) at each of these, and then
/// the extrapolated formula with the step that promises the smallest error; where its check denies
/// that, with the second and the third best.
template <class T>
class LineDifferencer {
 public:
  BATCHGRAD_HD void know_centre(T value, T size) { trial_.know_centre(value, size); }
  BATCHGRAD_HD void forget_centre() { trial_.forget_centre(); }

  BATCHGRAD_HD void start(const DifferenceRule& rule, int order, const Line<T>& line) {
    rule_ = rule;
    rule_.order = order;
    line_ = line;
    tolerance_ = rule.tolerance > 0 ? T(rule.tolerance) : default_tolerance<T>(rule_);
    attempt_ = -1;
    best_ = {};
    for (int k = 0; k < 2; ++k) fails_right_[k] = fails_left_[k] = false;
    stage_ = Stage::attempt;
  }
  BATCHGRAD_HD bool is_done() const { return stage_ == Stage::done; }
  BATCHGRAD_HD int wanted() const { return is_done() ? 0 : trial_.wanted(); }
  BATCHGRAD_HD T wanted_place(int k) const { return trial_.wanted_place(k); }
  BATCHGRAD_HD void receive(T value, T size) { trial_.receive(value, size); }
  /// Looks at what was received: ends, or wants more.
  BATCHGRAD_HD_LARGE void advance() {
    while (!is_done()) {
      bool has_trial = false;
      if (stage_ == Stage::attempt) {
        has_trial = next_attempt();
      } else {
        trial_.advance();
        if (!trial_.is_done()) return;
        judge_trial();
      }
      if (!has_trial && stage_ == Stage::ladder) has_trial = next_level();
      if (!has_trial && stage_ == Stage::candidate) has_trial = next_candidate();
      if (has_trial) trial_.start(attempt_line_, placement_, effort(), tolerance_);
    }
  }
  BATCHGRAD_HD const Estimate<T>& estimate() const { return best_; }

 private:
  enum class Stage : unsigned char { attempt, single, ladder, candidate, done };
  static constexpr int most_attempts = 6;
  static constexpr int most_candidates = 3;

  BATCHGRAD_HD bool is_adaptive() const { return rule_.method == DifferenceMethod::adaptive; }
  BATCHGRAD_HD Effort effort() const {
    if (stage_ == Stage::single) return rule_.effort;
    return stage_ == Stage::ladder ? Effort::value : Effort::estimate;
  }
  BATCHGRAD_HD Side preferred_side() const {
    if (rule_.method == DifferenceMethod::forward) return Side::right;
    return rule_.method == DifferenceMethod::backward ? Side::left : Side::both;
  }
  BATCHGRAD_HD int scale_used() const { return attempt_ == 1 || attempt_ >= 4 ? 1 : 0; }

  /// The next side and scale for which there is hope; whether it starts with a trial.
  BATCHGRAD_HD bool next_attempt() {
    while (++attempt_ < most_attempts) {
      const int used = scale_used();
      const bool is_given = rule_.step.step > 0;
      side_ = attempt_ % 2 == 0 ? Side::right : Side::left;
      if (attempt_ < 2) side_ = preferred_side();
      if (used == 1 && (is_given || !(line_.fallback > T(0)))) continue;
      if (attempt_ >= 2 && (side_ == preferred_side() || fails(side_, used))) continue;
      attempt_line_ = line_;
      if (used == 1) attempt_line_.scale = line_.fallback;
      if (is_adaptive()) {
        start_ladder();
        return false;
      }
      const Stencil stencil{side_, rule_.order, formula_accuracy(rule_)};
      placement_ = place_within_bounds(
          attempt_line_, stencil,
          rule_.step.of_scale(attempt_line_.scale, stencil.accuracy, stencil.order));
      stage_ = Stage::single;
      if (attempt_ < 2 || placement_.stencil.side == side_) return true;
    }
    stage_ = Stage::done;
    return false;
  }
  BATCHGRAD_HD bool fails(Side side, int used) const {
    return side == Side::right ? fails_right_[used] : fails_left_[used];
  }

  BATCHGRAD_HD void start_ladder() {
    const bool is_given = rule_.step.step > 0 || rule_.step.relative_step > 0;
    ladder_.start(is_given ? rule_.step.of_scale(attempt_line_.scale, 4, rule_.order)
                           : power_of_two_below(attempt_line_.scale) / T(4),
                  rule_.order);
    is_cut_ = false;
    candidates_ = 0;
    stage_ = Stage::ladder;
  }
  BATCHGRAD_HD bool next_level() {
    for (; !ladder_.is_full(); ladder_.skip()) {
      placement_ = {{side_, rule_.order, 2}, ladder_.step()};
      if (placement_.fits(attempt_line_, T(placement_.stencil.reach()))) return true;
      is_cut_ = true;
    }
    ladder_.rank();
    stage_ = Stage::candidate;
    return false;
  }
  BATCHGRAD_HD bool next_candidate() {
    while (candidates_++ < most_candidates) {
      level_ = ladder_.take_best();
      if (level_ < 0) break;
      placement_ =
          place_within_bounds(attempt_line_, Stencil{side_, rule_.order, 4}, ladder_.step(level_));
      if (placement_.stencil.side == side_) return true;
    }
    // One-sided points may do better where some steps were out of bounds or of the domain.
    stage_ = is_cut_ || !is_finite(best_.value) ? Stage::attempt : Stage::done;
    return false;
  }

  BATCHGRAD_HD void judge_trial() {
    const int used = scale_used();
    Estimate<T> estimate = trial_.estimate();
    fails_left_[used] = fails_left_[used] || trial_.fails_left();
    fails_right_[used] = fails_right_[used] || trial_.fails_right();
    if (stage_ == Stage::ladder) {
      is_cut_ = is_cut_ || !is_finite(estimate.value);
      if (is_finite(estimate.value))
        ladder_.add(estimate.value, trial_.noise(), trial_.amplification());
      else
        ladder_.skip();
      return;
    }
    if (stage_ == Stage::candidate) doubt(estimate);
    keep(estimate);
    const bool is_settled = estimate.status == Status::ok || estimate.status == Status::kink;
    if (is_settled)
      stage_ = Stage::done;
    else if (stage_ == Stage::single)
      stage_ = is_finite(estimate.value) || estimate.status == Status::step_lost ? Stage::done
                                                                                 : Stage::attempt;
  }
  BATCHGRAD_HD void doubt(Estimate<T>& estimate) const {
    const T distance = ladder_.other_plateau(level_, estimate.value);
    if (!(distance > estimate.error)) return;
    estimate.error = distance;
    if (estimate.status == Status::ok) estimate.status = Status::noisy;
  }
  BATCHGRAD_HD void keep(const Estimate<T>& estimate) {
    const bool is_better = !is_finite(best_.value) ||
                           (is_finite(estimate.value) && estimate.error < best_.error) ||
                           estimate.status == Status::ok || estimate.status == Status::kink;
    if (!is_better) return;
    best_ = estimate;
    const Side side = trial_.side();
    if (side == preferred_side()) return;
    if (best_.status == Status::ok) best_.status = Status::one_sided;
    if (side == Side::right) best_.left = T(quiet_nan);
    if (side == Side::left) best_.right = T(quiet_nan);
  }

  DifferenceRule rule_;
  Line<T> line_;
  Line<T> attempt_line_;
  Placement<T> placement_;
  T tolerance_ = T(0);
  CheckedDifference<T> trial_;
  StepLadder<T> ladder_;
  Estimate<T> best_;
  int attempt_ = 0;
  int candidates_ = 0;
  int level_ = 0;
  Side side_ = Side::both;
  Stage stage_ = Stage::done;
  bool is_cut_ = false;
  bool fails_right_[2] = {};
  bool fails_left_[2] = {};
};

}  // namespace batchgrad
