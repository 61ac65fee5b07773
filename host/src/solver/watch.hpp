#pragma once

#include <batchgrad/solver.hpp>

#include <functional>
#include <optional>
#include <vector>

#include "solver/objective.hpp"

namespace batchgrad::detail {

/// What the tolerance on the gradient is a share of.
enum class ToleranceOf {
  objective_scale,  ///< gradient_norm has no unit: the objective has divided it by its own scale
  run_scale         ///< of what a run has seen: see MinimizeOptions::tolerance
};

enum class History { kept, dropped };

/// When a solver stops, in the terms of FitOptions and MinimizeOptions.
struct StopRules {
  index_t max_iterations = 1000;
  double tolerance = 1e-9;
  double objective_tolerance = 0;
  std::function<Continue(const Iteration&)> observer;
  double step_tolerance = 0;
  ToleranceOf tolerance_of = ToleranceOf::objective_scale;
  History history = History::kept;
  index_t patience = 0;  ///< of the held-out loss, where there is one; 0: without end
};

/// What a solver found.
struct Minimum {
  std::vector<double> parameters;
  std::vector<double> gradient;
  Evaluation value;
  Stop stop = Stop::max_iterations;
  index_t iterations = 0;
  index_t evaluations = 0;
  std::vector<Iteration> history;
};

/// The iterates of a search of which the parameters are kept.
enum class Iterate { latest, best, held_out };

/// What becomes of an iterate.
struct Verdict {
  bool is_best = false;
  bool is_best_held_out = false;  ///< of the lowest held-out loss, where there is one
  std::optional<Stop> stop;       ///< why the solver must stop there
};

/// Follows a search by what is said of its iterates, wherever their parameters are: keeps the
/// history, tells the best of them, and decides when to stop.
class Watch {
 public:
  explicit Watch(const StopRules& rules) : rules_(rules) {}

  /// Takes the next iterate, the first one as the start, after so many evaluations.
  /// Best is the lowest objective; of those that rounding cannot tell apart, the smallest gradient.
  /// Diverged means not finite; or above the start by more than 1e10 times the larger of
  /// |objective| at the start and at its lowest (1 where both are 0); or below the start by more
  /// than 1e20 times |objective| there (1 where that is less): no minimum is that deep.
  Verdict accept(const Evaluation& value, double step, index_t evaluations);

  /// Iterates since the objective or the gradient norm was last smaller than ever before.
  [[nodiscard]] index_t stale_iterations() const { return stale_iterations_; }
  /// The objective at the start.
  [[nodiscard]] double start_objective() const { return start_objective_; }
  /// Iterates so far, the start included.
  [[nodiscard]] index_t iterates() const { return iterates_; }
  /// Steps so far: what a Schedule calls t.
  [[nodiscard]] index_t iterations() const { return iterates_ - 1; }
  [[nodiscard]] index_t max_iterations() const { return rules_.max_iterations; }
  /// Of the latest iterate.
  [[nodiscard]] const Iteration& latest_row() const { return row_; }

  /// The answer: the iterate of the lowest held-out loss where there is one, otherwise the last
  /// where the solver has converged, otherwise the best.
  [[nodiscard]] Iterate answer(Stop stop) const;
  /// That answer, but for the parameters and the gradient.
  [[nodiscard]] Minimum finish(Stop stop, index_t evaluations) &&;

 private:
  [[nodiscard]] bool is_best(const Evaluation& value);
  [[nodiscard]] bool is_best_held_out(const Evaluation& value);
  [[nodiscard]] bool has_diverged(const Evaluation& value) const;
  [[nodiscard]] bool is_flat(double gradient_norm) const;
  [[nodiscard]] bool objective_has_settled(double previous, double current) const;

  const StopRules& rules_;
  Evaluation best_;
  std::optional<Evaluation> best_held_out_;
  Evaluation last_;
  double start_objective_ = 0;
  double lowest_objective_ = 0;
  double start_norm_ = 0;
  double lowest_norm_ = 0;
  double largest_norm_ = 0;
  index_t stale_iterations_ = 0;
  index_t stale_held_out_ = 0;
  index_t iterates_ = 0;
  Iteration row_;
  std::vector<Iteration> history_;
};

}  // namespace batchgrad::detail
