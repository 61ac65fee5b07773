#pragma once

#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <memory>
#include <utility>
#include <vector>

#include "fit_parts.hpp"
#include "solver/run.hpp"
#include "solver/standardised_objective.hpp"

namespace batchgrad::detail {

/// A fit among many: its objective, its solver and where it has got to.
template <class T>
struct SetRun {
  const FitOptions& options;
  const Loss* loss;  ///< null: softmax, the evaluator's
  fold_t held_out;   ///< the fold of the evaluator's samples that it does not learn from
  StandardisedObjective<T> objective;
  StopRules rules;
  std::vector<double> start;  ///< in the solver's variables

  std::unique_ptr<Run> run = nullptr;
  Point* wanted = nullptr;  ///< null: the solver has stopped
};

/// All but the run itself.
template <class T>
std::unique_ptr<SetRun<T>> make_run(const FitOptions& options, const Loss* loss, fold_t held_out,
                                    StandardisedObjective<T> objective) {
  std::vector<double> start(static_cast<std::size_t>(objective.parameter_count()));
  if (!options.start.empty()) start = objective.from_raw(options.start);
  return std::make_unique<SetRun<T>>(SetRun<T>{options, loss, held_out, std::move(objective),
                                               stop_rules<T>(options), std::move(start)});
}

/// Drives fits from evaluation to evaluation together: the points that all of them wait for are
/// parameter sets of one read of X, or of one batch where they take the same batches. Returns what
/// they found, in their order, with the loss over the fold that each holds out.
/// `evaluator` is that of the objectives.
template <class T>
std::vector<Minimum> minimise_sets(LossEvaluator<T>& evaluator,
                                   std::vector<std::unique_ptr<SetRun<T>>>& sets);

/// The same for a single set. Where its own solver runs, the model of zeros rides along with its
/// first read.
template <class T>
Minimum minimise_set(LossEvaluator<T>& evaluator, std::vector<std::unique_ptr<SetRun<T>>>& set);

#define BATCHGRAD_WITH_STORAGE(T)                                                               \
  extern template std::vector<Minimum> minimise_sets(LossEvaluator<T>&,                         \
                                                     std::vector<std::unique_ptr<SetRun<T>>>&); \
  extern template Minimum minimise_set(LossEvaluator<T>&, std::vector<std::unique_ptr<SetRun<T>>>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
