#pragma once

#include <batchgrad/fit.hpp>

#include <functional>
#include <optional>
#include <vector>

#include "solver/objective.hpp"

namespace batchgrad::detail {

/// When a solver stops, in the terms of FitOptions.
struct StopRules {
  index_t max_iterations = 1000;
  double tolerance = 1e-9;
  double objective_tolerance = 0;
  std::function<Continue(const Iteration&)> observer;
};

/// A parameter vector and what the objective says there.
struct Point {
  std::vector<double> parameters;
  std::vector<double> gradient;
  Evaluation value;

  explicit Point(VectorView<const double> at)
      : parameters(at.begin(), at.end()), gradient(parameters.size()) {}
};

/// What a solver found.
struct Minimum {
  std::vector<double> parameters;
  Evaluation value;
  Stop stop = Stop::max_iterations;
  index_t iterations = 0;
  index_t evaluations = 0;
  std::vector<Iteration> history;
};

/// The bookkeeping that all solvers share: counts evaluations, keeps the history and the best
/// point, and decides when to stop.
class Progress {
 public:
  Progress(Objective& objective, const StopRules& rules);

  /// Fills in the value and the gradient of `point`. Counted.
  void evaluate(Point& point);

  /// Takes `point` as the next iterate, the first one as the start. Returns why the solver must
  /// stop there, or nothing.
  /// Diverged means not finite, or above the start by more than 1e10 times the larger of
  /// |objective| at the start and at its lowest (1 where both are 0).
  std::optional<Stop> accept(const Point& point, double step);

  /// Iterates since the objective or the gradient norm was last smaller than ever before.
  [[nodiscard]] index_t stale_iterations() const { return stale_iterations_; }
  /// The objective at the start.
  [[nodiscard]] double start_objective() const { return start_objective_; }

  /// The answer: the last iterate where the solver has converged, otherwise the best.
  [[nodiscard]] Minimum finish(Stop stop) &&;

 private:
  void remember(const Point& point);
  [[nodiscard]] bool has_diverged(const Evaluation& value) const;
  [[nodiscard]] bool objective_has_settled(double previous, double current) const;

  Objective& objective_;
  const StopRules& rules_;
  Minimum best_;
  Minimum last_;
  double start_objective_ = 0;
  double lowest_objective_ = 0;
  double lowest_norm_ = 0;
  index_t stale_iterations_ = 0;
  index_t evaluations_ = 0;
  std::vector<Iteration> history_;
};

}  // namespace batchgrad::detail
