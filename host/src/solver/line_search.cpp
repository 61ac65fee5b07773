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
  Search(LineFunction& function, const Trial& origin)
      : function_(function),
        origin_(origin),
        limit_(origin.value + epsilon * std::fabs(origin.value)),
        lowest_(origin) {}

  Task<LineSearchResult> run(double first_step) {
    Bracket bracket = co_await find_bracket(first_step);
    while (!is_done() && !has_collapsed(bracket)) {
      Bracket next = co_await secant_squared(bracket);
      if (!is_done() && next.width() > slowest_shrink * bracket.width())
        next = co_await update_at(next, next.low.step + theta * next.width());
      bracket = next;
    }
    if (accepted_) co_return LineSearchResult{*accepted_, true};
    co_return LineSearchResult{lowest_, lowest_.value < origin_.value};
  }

 private:
  Task<Trial> evaluate(double step) {
    const Trial trial = co_await function_.at(step);
    ++evaluations_;
    if (trial.is_finite()) {
      if (trial.value < lowest_.value) lowest_ = trial;
      if (satisfies_wolfe(trial)) accepted_ = trial;
    }
    co_return trial;
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
  Task<Bracket> find_bracket(double first_step) {
    Trial low = origin_;
    Trial trial = co_await evaluate(first_step);
    while (!is_done() && is_downhill(trial)) {
      const double step = longer_step(low, trial);
      low = trial;
      trial = co_await evaluate(step);
    }
    co_return co_await closed({low, trial});
  }

  /// The bracket itself where its high end is uphill, else what bisection makes of it.
  Task<Bracket> closed(Bracket bracket) {
    if (!is_done() && !is_uphill(bracket.high)) bracket = co_await bisect(bracket);
    co_return bracket;
  }

  /// The zero of the slopes where that is farther (exact on a parabola), else rho times as far.
  static double longer_step(const Trial& before, const Trial& trial) {
    const double step = secant(before, trial);
    const bool is_reachable = step > trial.step && step <= longest_reach * trial.step;
    return is_reachable ? step : rho * trial.step;
  }

  /// Procedure U3: high is too long; halves the bracket until the slope at its end is uphill.
  Task<Bracket> bisect(Bracket bracket) {
    while (!is_done() && !has_collapsed(bracket)) {
      const double fraction = bracket.high.is_finite() ? theta : retreat;
      const Trial trial = co_await evaluate(bracket.low.step + fraction * bracket.width());
      (is_downhill(trial) ? bracket.low : bracket.high) = trial;
      if (is_uphill(trial)) break;
    }
    co_return bracket;
  }

  /// Procedure U0 to U3 at one step.
  Task<Bracket> update_at(Bracket bracket, double step) {
    if (!bracket.contains(step)) co_return bracket;
    const Trial trial = co_await evaluate(step);
    if (is_downhill(trial)) co_return Bracket{trial, bracket.high};
    co_return co_await closed({bracket.low, trial});
  }

  /// Procedure S1 to S4: a secant step, and a second one over the end that it moved.
  Task<Bracket> secant_squared(Bracket bracket) {
    const double step = secant(bracket.low, bracket.high);
    Bracket first = co_await update_at(bracket, step);
    if (is_done()) co_return first;
    if (step == first.high.step) {
      first = co_await update_at(first, secant(bracket.high, first.high));
    } else if (step == first.low.step) {
      first = co_await update_at(first, secant(bracket.low, first.low));
    }
    co_return first;
  }

  LineFunction& function_;
  Trial origin_;
  double limit_;
  Trial lowest_;
  std::optional<Trial> accepted_;
  int evaluations_ = 0;
};

}  // namespace

Task<LineSearchResult> search_line(LineFunction& function, Trial origin, double first_step) {
  Search search(function, origin);
  co_return co_await search.run(first_step);
}

}  // namespace batchgrad::detail
