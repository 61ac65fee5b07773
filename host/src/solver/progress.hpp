#pragma once

#include <utility>
#include <vector>

#include "solver/task.hpp"
#include "solver/watch.hpp"

namespace batchgrad::detail {

/// A parameter vector and what the objective says there.
struct Point {
  std::vector<double> parameters;
  std::vector<double> gradient;
  Evaluation value;
  VectorView<const index_t> rows;  ///< to evaluate, of a batch; empty: all

  explicit Point(VectorView<const double> at)
      : parameters(at.begin(), at.end()), gradient(parameters.size()) {}
};

/// Iterations without a new low of objective or gradient after which the rest is rounding.
inline constexpr index_t most_stale_iterations = 20;

/// The bookkeeping that all solvers share: counts evaluations, and keeps the best point beside what
/// a Watch keeps.
class Progress {
 public:
  /// `l1_weights`, `batches`: the objective's.
  Progress(const StopRules& rules, VectorView<const double> l1_weights, Batches* batches)
      : watch_(rules), l1_weights_(l1_weights), batches_(batches) {}

  /// co_await'ed: the value and the gradient of `point` are filled in. Counted.
  [[nodiscard]] EvaluationOf evaluate(Point& point) { return {point, evaluations_}; }

  /// Of a kink at 0 in each variable, empty where there is none.
  [[nodiscard]] VectorView<const double> l1_weights() const { return l1_weights_; }
  /// Null: iterations take all samples at once.
  [[nodiscard]] Batches* batches() const { return batches_; }

  /// Takes `point` as the next iterate, the first one as the start. Returns why the solver must
  /// stop there, or nothing.
  std::optional<Stop> accept(const Point& point, double step);

  // As Watch's.
  [[nodiscard]] index_t stale_iterations() const { return watch_.stale_iterations(); }
  [[nodiscard]] double start_objective() const { return watch_.start_objective(); }
  [[nodiscard]] index_t iterates() const { return watch_.iterates(); }
  [[nodiscard]] index_t iterations() const { return watch_.iterations(); }
  [[nodiscard]] index_t max_iterations() const { return watch_.max_iterations(); }
  [[nodiscard]] const Iteration& latest_row() const { return watch_.latest_row(); }
  /// The latest iterate.
  [[nodiscard]] const Minimum& latest() const { return last_; }

  /// The answer: see Watch::answer.
  [[nodiscard]] Minimum finish(Stop stop) &&;

 private:
  Watch watch_;
  VectorView<const double> l1_weights_;
  Batches* batches_;
  Minimum best_;
  Minimum best_held_out_;
  Minimum last_;
  index_t evaluations_ = 0;
};

}  // namespace batchgrad::detail
