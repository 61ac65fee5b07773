#pragma once

#include <batchgrad/derivative/evidence_nodes.hpp>
#include <batchgrad/derivative/judge.hpp>

namespace batchgrad {

/// One difference quotient with one step and, with Effort::estimate, the evidence for how far it
/// can be trusted: a dialogue that asks for values of f on a line. Beside its own points it looks
/// at the same formula with another step, at four places between the points and at four at smaller
/// scales; where f is the same at all points, also far away.
template <class T>
class CheckedDifference {
 public:
  /// f(x), and the size of what it was computed from.
  BATCHGRAD_HD void know_centre(T value, T size) {
    knows_centre_ = true;
    centre_value_ = value;
    centre_size_ = size;
  }
  BATCHGRAD_HD void forget_centre() { knows_centre_ = false; }

  BATCHGRAD_HD void start(const Line<T>& line, const Placement<T>& placement, Effort effort,
                          T tolerance) {
    line_ = line;
    placement_ = placement;
    effort_ = effort;
    tolerance_ = tolerance;
    unit_ = power_of_two_below(placement.step);
    phase_ = Phase::quotient;
    seen_ = {};
    fails_left_ = fails_right_ = false;
    estimate_ = {};
    estimate_.step = placement.step;
    places_.start(line, placement);
    if (knows_centre_) {
      places_.place_centre();
      places_.nodes().receive(centre_value_);
      if (placement_.stencil.uses_centre()) seen_.size = centre_size_;
    }
    places_.place_quotient();
    if (places_.quotient().size < placement_.stencil.size()) end(Status::step_lost);
  }

  BATCHGRAD_HD bool is_done() const { return phase_ == Phase::done; }
  BATCHGRAD_HD int wanted() const { return is_done() ? 0 : places_.nodes().wanted(); }
  BATCHGRAD_HD T wanted_place(int k) const { return places_.nodes().wanted_place(k); }
  /// The value at the first place wanted, with its size. `advance` after the last one.
  BATCHGRAD_HD void receive(T value, T size) {
    if (wanted_place(0) == line_.origin) know_centre(value, size);
    if (phase_ == Phase::quotient) seen_.size = largest(seen_.size, size);
    places_.nodes().receive(value);
  }
  /// Looks at what was received: ends, or wants more.
  BATCHGRAD_HD_LARGE void advance() {
    while (wanted() == 0 && !is_done()) {
      if (phase_ == Phase::check && seen_.check_factor > T(1) && !places_.is_check_finite()) {
        phase_ = Phase::second_check;
        place_check(T(0.5));
      } else if (is_checked() && phase_ != Phase::far && places_.is_unchanged()) {
        phase_ = Phase::far;
        places_.place_far();
      } else if (is_checked()) {
        look(1, looks + places_.inner_probes);
        finish_check();
      } else {
        look(0, 1);
        finish_quotient();
      }
    }
  }

  BATCHGRAD_HD const Estimate<T>& estimate() const { return estimate_; }
  BATCHGRAD_HD Side side() const { return placement_.stencil.side; }
  /// Where the quotient's values were not finite.
  BATCHGRAD_HD bool fails_left() const { return fails_left_; }
  BATCHGRAD_HD bool fails_right() const { return fails_right_; }
  /// Errors of f up to `noise` make the quotient wrong by up to amplification * noise.
  BATCHGRAD_HD T amplification() const { return seen_[Look::quotient].amplification; }
  BATCHGRAD_HD T noise() const {
    return Limits<T>::epsilon * (seen_.size + line_.size * math::fabs(estimate_.value));
  }

 private:
  enum class Phase : unsigned char { quotient, check, second_check, far, done };

  BATCHGRAD_HD bool is_checked() const { return phase_ != Phase::quotient; }
  BATCHGRAD_HD void end(Status status) {
    estimate_.status = status;
    phase_ = Phase::done;
  }
  BATCHGRAD_HD void place_check(T factor) {
    seen_.check_factor = factor;
    places_.place_check(factor);
  }

  /// Makes the looks [first, last); those behind the last are at the inner probes, at the distance
  /// of f from the polynomial through the nodes of Look::slope.
  BATCHGRAD_HD void look(int first, int last) {
    const NodeSet<T>& nodes = places_.nodes();
    for (int k = first; k < last; ++k) {
      const bool is_probe = k >= looks;
      const Look what = is_probe ? Look::slope : static_cast<Look>(k);
      const int node = is_probe ? places_.inner(k - looks) : -1;
      const int order = is_probe ? 0 : derivative_order(what, placement_.stencil.order);
      const NodeChoice choice = places_.choice(what);
      if ((is_probe && node < 0) || choice.size <= order) continue;
      const T at = is_probe ? nodes.place(node) : line_.origin;
      const WeightedSum<T> sum = nodes.derivative(choice, order, at, unit_);
      if (is_probe)
        add_residual(math::fabs(nodes.value(node) - sum.value));
      else
        seen_.sums[k] = sum;
    }
  }
  /// Not a number is the largest one.
  BATCHGRAD_HD void add_residual(T residual) {
    if (!(residual <= seen_.residual)) seen_.residual = residual;
  }

  /// m! r / d^m for the distance r of f from the polynomial through one-sided points, at the
  /// distance d on the other side: what a kink of this size makes of the derivative.
  BATCHGRAD_HD T across() const {
    const NodeSet<T>& nodes = places_.nodes();
    const int node = places_.across();
    if (node < 0) return T(0);
    const T place = nodes.place(node);
    T result = math::fabs(nodes.value(node) -
                          nodes.derivative(places_.choice(Look::slope), 0, place, unit_).value);
    const T distance = math::fabs(place - line_.origin);
    for (int n = 1; n <= placement_.stencil.order; ++n) result *= T(n) / distance;
    return is_finite(result) ? result : T(0);
  }

  BATCHGRAD_HD void finish_quotient() {
    const NodeChoice& quotient = places_.quotient();
    for (int k = 0; k < quotient.size; ++k) {
      if (is_finite(places_.nodes().value(quotient.node[k]))) continue;
      const T place = places_.nodes().place(quotient.node[k]);
      fails_left_ = fails_left_ || place <= line_.origin;
      fails_right_ = fails_right_ || place >= line_.origin;
    }
    estimate_.value = seen_[Look::quotient].value;
    if (!is_finite(estimate_.value)) return end(Status::not_finite);
    if (effort_ == Effort::value) return end(Status::noisy);
    phase_ = Phase::check;
    places_.place_centre();
    const Stencil& stencil = placement_.stencil;
    // D(2h) is 2^accuracy times as wrong as D(h): it would say too little of high accuracies.
    const bool is_wider = stencil.accuracy < 6 && placement_.fits(line_, T(2 * stencil.reach()));
    place_check(is_wider ? T(2) : T(0.5));
    places_.place_probes();
    places_.place_other_scales();
  }
  BATCHGRAD_HD void finish_check() {
    if (!is_finite(places_.centre_value())) return end(Status::not_finite);
    seen_.between_step = places_.between_step();
    seen_.across = across();
    seen_.is_unchanged = phase_ == Phase::far;
    if (seen_.is_unchanged) {
      seen_.is_staircase = places_.is_staircase();
      seen_.size = largest(seen_.size, places_.far_size());
    }
    estimate_ = Judge<T>(seen_, line_, placement_).estimate(tolerance_);
    phase_ = Phase::done;
  }

  Line<T> line_;
  Placement<T> placement_;
  Effort effort_ = Effort::value;
  Phase phase_ = Phase::done;
  bool knows_centre_ = false;
  bool fails_left_ = false;
  bool fails_right_ = false;
  T centre_value_ = T(0);
  T centre_size_ = T(0);
  T tolerance_ = T(0);
  T unit_ = T(1);
  EvidenceNodes<T> places_;
  Evidence<T> seen_;
  Estimate<T> estimate_;
};

}  // namespace batchgrad
