#pragma once

#include <batchgrad/fit.hpp>

#include <vector>

namespace batchgrad {

/// One of many fits over the same samples, with a loss, penalties, a solver, a start and limits of
/// its own.
struct FitSet {
  Loss loss = SquaredLoss{};
  FitOptions options = {};
  /// The fold of the samples that this fit does not see; its loss there is
  /// FitResult::held_out_loss.
  fold_t held_out = no_fold;
};

/// Fits many parameter sets at once: a path of penalties, a fan of quantiles, several starts, the
/// folds of a cross-validation. All sets that still need an evaluation share one read of X; a set
/// that has stopped leaves the batch.
///   objective_s(w, b) = sum_m v_m loss_s(x_m . w + b + o_m, y_m) / sum_m v_m
///                       + l2_s / 2 |w|^2 + l1_s |w|_1,       m over the samples that s sees
/// Each result has the bits that its set has in a batch of any other sets; on cuda, which adds up a
/// set alone in another order, only as long as another set is still being fitted.
/// Shapes: samples M x D; one result for each set, in their order.
/// Memory: as LossEvaluator for S sets, and as `fit` for each solver.
/// Blocking: returns when all fits have stopped.
/// Errors: InvalidArgument as `fit` for each set; for sets that differ in `intercept` or
///   `standardise`, which they share; for a fold held out that does not exist; for a batch_size
///   or a holdout.
/// Cost: two passes over X on the host for centre and scale, one for each round of evaluations, as
///   many as the slowest set needs, and one for the losses of held-out folds.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
[[nodiscard]] std::vector<FitResult> fit_sets(Context& context, const Samples<T>& samples,
                                              const std::vector<FitSet>& sets);

#define BATCHGRAD_WITH_STORAGE(T)                                              \
  extern template std::vector<FitResult> fit_sets(Context&, const Samples<T>&, \
                                                  const std::vector<FitSet>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
