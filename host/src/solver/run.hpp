#pragma once

#include <batchgrad/solver.hpp>

#include "solver/progress.hpp"
#include "solver/task.hpp"

namespace batchgrad::detail {

/// One solver on its way from one start, which stops wherever it needs an evaluation: whoever has
/// many runs evaluates the points of all of them together.
class Run {
 public:
  /// `rules`, `l1_weights`, which only Proximal can handle, and `batches`, which only solvers with
  /// a learning rate can, must outlive the run. With batches a point may ask for some rows only.
  Run(const Solver& solver, VectorView<const double> start, const StopRules& rules,
      VectorView<const double> l1_weights = {}, Batches* batches = nullptr);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Goes on to the next point, whose value and gradient are to be filled in before the next call;
  /// null where the solver has stopped.
  Point* advance() { return execution_.advance(); }

  [[nodiscard]] const Progress& progress() const { return progress_; }

  /// What was found, after advance() returned null.
  [[nodiscard]] Minimum finish() &&;
  /// What was found until now.
  [[nodiscard]] Minimum interrupt() &&;

 private:
  Progress progress_;
  Execution execution_;
  Task<Stop> task_;
};

/// A run from its start to its end.
Minimum minimise(Objective& objective, VectorView<const double> start, const Solver& solver,
                 const StopRules& rules);

}  // namespace batchgrad::detail
