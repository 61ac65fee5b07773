#pragma once

#include <batchgrad/fit.hpp>

#include <vector>

namespace batchgrad {

/// One of many fits over the same samples, with a loss, penalties, a solver, batches, a start, a
/// seed and limits of its own. L is Loss or SoftmaxLoss.
template <class L>
struct FitSetOf {
  L loss = {};
  FitOptions options = {};
  /// The fold of the samples that this fit does not see; its loss there is
  /// FitResult::held_out_loss.
  fold_t held_out = no_fold;
};

using FitSet = FitSetOf<Loss>;
using SoftmaxFitSet = FitSetOf<SoftmaxLoss>;

/// Fits many parameter sets at once: a path of penalties, a fan of quantiles, several starts or
/// learning rates, the folds of a cross-validation.
///   objective_s(w, b) = sum_m v_m loss_s(x_m . w + b + o_m, y_m) / sum_m v_m
///                       + l2_s / 2 |w|^2 + l1_s |w|_1,       m over the samples that s sees
/// Each set has the bits that it has by `fit` alone. On cuda, which adds up a set alone, two to
/// four and more in different ways, it has the bits that it has among any others as long as as many
/// that share its reads are still being fitted. With a fold held out it is the fit to the other
/// samples.
///
/// All sets that still need an evaluation share one read of X, and a set that has stopped leaves
/// the batch, where they look at the same samples in the same way: with the same intercept and
/// standardise, with or without a fold held out, and with the same share and seed of a holdout if
/// there is one. Of these,
///   - sets with the same batch_size and seed take their batches together, and share the read of
///     each; they meet the others at the end of each epoch;
///   - sets that hold out a fold and have batches or a holdout, which are drawn from the samples
///     that are left, share reads with those that hold out the same fold;
///   - on cuda, sets by gradient descent with a learning rate, adam, adagrad and rmsprop, whose
///     state is on the device, share reads with each other, before the others have their turn.
/// Sets that share no read are fitted one after the other. So is each by newton or gram, which have
/// matrices of their own: it is `fit` that fits them, and each reads X for itself.
///
/// FitResult::held_out_loss is that of the fold where one is held out, otherwise of the holdout,
/// whose losses are in the history either way.
/// Shapes: samples M x D; one result for each set, in their order.
/// Memory: as LossEvaluator for S sets, and as `fit` for each solver; batches once for all sets
///   that take them together; M sizeof(T) bytes twice where a fold is held out by newton, gram or a
///   set with batches or a holdout.
/// Blocking: returns when all fits have stopped.
/// Errors: InvalidArgument as `fit` for each set, before any is fitted but for what newton and gram
///   say of the features and a holdout of its size; for a fold held out that does not exist or
///   holds all the weight.
/// Cost: two passes over X on the host for centre and scale, one for each round of evaluations, as
///   many as the slowest set needs, and one for the losses of held-out folds; of batches as `fit`,
///   once for all sets that take them together.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
[[nodiscard]] std::vector<FitResult> fit_sets(Context& context, const Samples<T>& samples,
                                              const std::vector<FitSet>& sets);

/// The same with classes; sets that differ in their number share no read.
template <class T>
[[nodiscard]] std::vector<FitResult> fit_sets(Context& context, const Samples<T>& samples,
                                              const std::vector<SoftmaxFitSet>& sets);

#define BATCHGRAD_WITH_STORAGE(T)                                              \
  extern template std::vector<FitResult> fit_sets(Context&, const Samples<T>&, \
                                                  const std::vector<FitSet>&); \
  extern template std::vector<FitResult> fit_sets(Context&, const Samples<T>&, \
                                                  const std::vector<SoftmaxFitSet>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
