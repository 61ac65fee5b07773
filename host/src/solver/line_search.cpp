#include "solver/line_search.hpp"

#include <batchgrad/core/limits.hpp>

#include <optional>

namespace batchgrad::detail {
namespace {

// Hager and Zhang's names and values, but for sigma = 0.9. An evaluation costs as much as an
// iteration, and with lines searched this well L-BFGS ends on a quadratic of P <= memory variables
// within P iterations of two evaluations: for P = 20 of condition 1e6, 41 evaluations, not 1499.
constexpr double delta = 0.1;
constexpr double sigma = 0.1;
constexpr double epsilon = 1e-6;
constexpr double theta = 0.5;
constexpr double slowest_shrink = 0.66;  // gamma, a name that libm has taken
constexpr double rho = 5;

/// How far a secant may reach beyond a step that was too short.
constexpr double longest_reach = 100;

/// Where U3 steps back to from a trial that is not finite: it may be longer by many powers of ten.
constexpr double retreat = 0.1;
constexpr int most_evaluations = 40;

/// A bracket: slope(low) < 0, value(low) within the limit; slope(high) >= 0, or high is too long.
struct Bracket {
  Trial low;
  Trial high;

  [[nodiscard]] double width() const { return high.step - low.step; }
  [[nodiscard]] bool contains(double step) const { return low.step < step && step < high.step; }
};

/// The zero of the line through two slopes.
double secant(const Trial& a, const Trial& b) {
  return a.step - a.slope * ((b.step - a.step) / (b.slope - a.slope));
}

class Search {
 public:
  Search(const LineFunction& function, const Trial& origin)
      : function_(function),
        origin_(origin),
        limit_(origin.value + epsilon * std::fabs(origin.value)),
        lowest_(origin) {}

  LineSearchResult run(double first_step) {
    Bracket bracket = find_bracket(first_step);
    while (!is_done() && !has_collapsed(bracket)) {
      Bracket next = secant_squared(bracket);
      if (!is_done() && next.width() > slowest_shrink * bracket.width())
        next = update(next, evaluate(next.low.step + theta * next.width()));
      bracket = next;
    }
    if (accepted_) return {*accepted_, true};
    return {lowest_, lowest_.value < origin_.value};
  }

 private:
  Trial evaluate(double step) {
    const Trial trial = function_(step);
    ++evaluations_;
    if (!trial.is_finite()) return trial;
    if (trial.value < lowest_.value) lowest_ = trial;
    if (satisfies_wolfe(trial)) accepted_ = trial;
    return trial;
  }

  [[nodiscard]] bool satisfies_wolfe(const Trial& trial) const {
    if (!(trial.slope >= sigma * origin_.slope)) return false;
    const bool decreases = trial.value - origin_.value <= delta * trial.step * origin_.slope;
    const bool nearly = trial.slope <= (2 * delta - 1) * origin_.slope && trial.value <= limit_;
    return decreases || nearly;
  }

  [[nodiscard]] bool is_done() const { return accepted_ || evaluations_ >= most_evaluations; }

  [[nodiscard]] static bool has_collapsed(const Bracket& bracket) {
    return !(bracket.width() > 2 * Limits<double>::epsilon * bracket.high.step);
  }

  [[nodiscard]] bool is_uphill(const Trial& trial) const {
    return trial.is_finite() && trial.slope >= 0;
  }
  /// Downhill and not above the limit: what `low` may be.
  [[nodiscard]] bool is_downhill(const Trial& trial) const {
    return trial.is_finite() && trial.slope < 0 && trial.value <= limit_;
  }

  /// Procedure B: longer and longer steps until the slope turns or the value rises.
  Bracket find_bracket(double first_step) {
    Trial low = origin_;
    Trial trial = evaluate(first_step);
    while (!is_done() && is_downhill(trial)) {
      const double step = longer_step(low, trial);
      low = trial;
      trial = evaluate(step);
    }
    const Bracket bracket{low, trial};
    return is_done() || is_uphill(trial) ? bracket : bisect(bracket);
  }

  /// The zero of the slopes where that is farther (exact on a parabola), else rho times as far.
  static double longer_step(const Trial& before, const Trial& trial) {
    const double step = secant(before, trial);
    const bool is_reachable = step > trial.step && step <= longest_reach * trial.step;
    return is_reachable ? step : rho * trial.step;
  }

  /// Procedure U3: high is too long; halves the bracket until the slope at its end is uphill.
  Bracket bisect(Bracket bracket) {
    while (!is_done() && !has_collapsed(bracket)) {
      const double fraction = bracket.high.is_finite() ? theta : retreat;
      const Trial trial = evaluate(bracket.low.step + fraction * bracket.width());
      (is_downhill(trial) ? bracket.low : bracket.high) = trial;
      if (is_uphill(trial)) break;
    }
    return bracket;
  }

  /// Procedure U0 to U2.
  Bracket update(const Bracket& bracket, const Trial& trial) {
    if (!bracket.contains(trial.step)) return bracket;
    if (is_downhill(trial)) return {trial, bracket.high};
    const Bracket shorter{bracket.low, trial};
    return is_done() || is_uphill(trial) ? shorter : bisect(shorter);
  }

  Bracket update_at(const Bracket& bracket, double step) {
    return bracket.contains(step) ? update(bracket, evaluate(step)) : bracket;
  }

  /// Procedure S1 to S4: a secant step, and a second one over the end that it moved.
  Bracket secant_squared(const Bracket& bracket) {
    const double step = secant(bracket.low, bracket.high);
    const Bracket first = update_at(bracket, step);
    if (is_done()) return first;
    if (step == first.high.step) return update_at(first, secant(bracket.high, first.high));
    if (step == first.low.step) return update_at(first, secant(bracket.low, first.low));
    return first;
  }

  const LineFunction& function_;
  Trial origin_;
  double limit_;
  Trial lowest_;
  std::optional<Trial> accepted_;
  int evaluations_ = 0;
};

}  // namespace

LineSearchResult search_line(const LineFunction& function, const Trial& origin, double first_step) {
  return Search(function, origin).run(first_step);
}

}  // namespace batchgrad::detail
