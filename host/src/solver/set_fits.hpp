#pragma once

#include <batchgrad/fit_sets.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <memory>
#include <vector>

#include "solver/run.hpp"
#include "solver/standardised_objective.hpp"

namespace batchgrad::detail {

/// A fit among many: its objective, its solver and where it has got to.
template <class T>
struct SetRun {
  const FitSet& set;
  StandardisedObjective<T> objective;
  StopRules rules;
  std::vector<double> start;  ///< in the solver's variables

  std::unique_ptr<Run> run = nullptr;
  Point* wanted = nullptr;  ///< null: the solver has stopped
};

/// Drives fits from evaluation to evaluation together: the points that all of them wait for are
/// parameter sets of one read of X. Returns what they found, in their order.
/// `evaluator` is that of the objectives.
template <class T>
std::vector<Minimum> minimise_sets(LossEvaluator<T>& evaluator,
                                   std::vector<std::unique_ptr<SetRun<T>>>& sets);

#define BATCHGRAD_WITH_STORAGE(T)                                       \
  extern template std::vector<Minimum> minimise_sets(LossEvaluator<T>&, \
                                                     std::vector<std::unique_ptr<SetRun<T>>>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
