#pragma once

#include <batchgrad/minimize.hpp>

#include <memory>
#include <vector>

#include "solver/run.hpp"

namespace batchgrad::detail {

/// Many runs of one solver, each from a start of its own, that go from evaluation to evaluation
/// together: the points that all of them wait for are one batch. Runs that have stopped leave it.
class Lockstep {
 public:
  /// The arguments must outlive it.
  Lockstep(Context& context, const PointsFunction& f, const MinimizeOptions& options,
           const StopRules& rules, MatrixView<const double> starts);

  [[nodiscard]] std::vector<StartResult> run();

 private:
  /// A start that is under way.
  struct Active {
    index_t start = 0;
    std::unique_ptr<Run> run;
    Point* wanted = nullptr;  ///< null: the run has stopped
    index_t observed = 0;     ///< iterates that the observer knows
  };

  void advance();
  Continue observe();
  void retire(Continue answer);
  void evaluate();
  void for_each_active(const std::function<void(Active&)>& body);

  Context& context_;
  std::unique_ptr<Context> host_;  ///< runs the solvers where `context` cannot call host code
  const PointsFunction& f_;
  const MinimizeOptions& options_;
  index_t parameters_;
  std::vector<Active> active_;
  std::vector<StartResult> results_;
  std::vector<Point*> batch_;
  std::vector<double> points_;
  std::vector<double> gradients_;
  std::vector<double> values_;
};

}  // namespace batchgrad::detail
