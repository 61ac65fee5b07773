#pragma once

#include <batchgrad/solver.hpp>

#include <functional>
#include <optional>
#include <vector>

#include "solver/objective.hpp"
#include "solver/task.hpp"

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

/// A parameter vector and what the objective says there.
struct Point {
  std::vector<double> parameters;
  std::vector<double> gradient;
  Evaluation value;
  VectorView<const index_t> rows;  ///< to evaluate, of a batch; empty: all

  explicit Point(VectorView<const double> at)
      : parameters(at.begin(), at.end()), gradient(parameters.size()) {}
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

/// Iterations without a new low of objective or gradient after which the rest is rounding.
inline constexpr index_t most_stale_iterations = 20;

/// The bookkeeping that all solvers share: counts evaluations, keeps the history and the best
/// point, and decides when to stop.
class Progress {
 public:
  /// `l1_weights`, `batches`: the objective's.
  Progress(const StopRules& rules, VectorView<const double> l1_weights, Batches* batches)
      : rules_(rules), l1_weights_(l1_weights), batches_(batches) {}

  /// co_await'ed: the value and the gradient of `point` are filled in. Counted.
  [[nodiscard]] EvaluationOf evaluate(Point& point) { return {point, evaluations_}; }

  /// Of a kink at 0 in each variable, empty where there is none.
  [[nodiscard]] VectorView<const double> l1_weights() const { return l1_weights_; }
  /// Null: iterations take all samples at once.
  [[nodiscard]] Batches* batches() const { return batches_; }

  /// Takes `point` as the next iterate, the first one as the start. Returns why the solver must
  /// stop there, or nothing.
  /// Diverged means not finite; or above the start by more than 1e10 times the larger of
  /// |objective| at the start and at its lowest (1 where both are 0); or below the start by more
  /// than 1e20 times |objective| there (1 where that is less): no minimum is that deep.
  std::optional<Stop> accept(const Point& point, double step);

  /// Iterates since the objective or the gradient norm was last smaller than ever before.
  [[nodiscard]] index_t stale_iterations() const { return stale_iterations_; }
  /// The objective at the start.
  [[nodiscard]] double start_objective() const { return start_objective_; }
  /// Iterates so far, the start included.
  [[nodiscard]] index_t iterates() const { return iterates_; }
  /// Steps so far: what a Schedule calls t.
  [[nodiscard]] index_t iterations() const { return iterates_ - 1; }
  [[nodiscard]] index_t max_iterations() const { return rules_.max_iterations; }
  /// The latest of them.
  [[nodiscard]] const Minimum& latest() const { return last_; }
  [[nodiscard]] const Iteration& latest_row() const { return row_; }

  /// The answer: the iterate of the lowest held-out loss where there is one, otherwise the last
  /// where the solver has converged, otherwise the best.
  [[nodiscard]] Minimum finish(Stop stop) &&;

 private:
  void remember(const Point& point);
  void remember_held_out();
  [[nodiscard]] bool has_diverged(const Evaluation& value) const;
  [[nodiscard]] bool is_flat(double gradient_norm) const;
  [[nodiscard]] bool objective_has_settled(double previous, double current) const;

  const StopRules& rules_;
  VectorView<const double> l1_weights_;
  Batches* batches_;
  Minimum best_;
  Minimum best_held_out_;
  Minimum last_;
  double start_objective_ = 0;
  double lowest_objective_ = 0;
  double start_norm_ = 0;
  double lowest_norm_ = 0;
  double largest_norm_ = 0;
  index_t stale_iterations_ = 0;
  index_t stale_held_out_ = 0;
  index_t evaluations_ = 0;
  index_t iterates_ = 0;
  Iteration row_;
  std::vector<Iteration> history_;
};

}  // namespace batchgrad::detail
