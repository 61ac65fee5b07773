#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/core/limits.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/loss/softmax.hpp>
#include <batchgrad/regression/samples.hpp>
#include <batchgrad/solver.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace batchgrad {

/// Whether a solver works on features of mean 0 and mean square 1 (without an intercept: of mean
/// square 1). The features are not changed: the centre is subtracted inside the evaluation and the
/// scale is divided out of the parameters. The objective is the same function, penalty included,
/// and so are the coefficients reported. A feature that is constant beside an intercept keeps the
/// coefficient it has at the start, 0 unless given.
enum class Standardise { no, yes };

struct FitOptions {
  Solver solver = Lbfgs{};
  Intercept intercept = Intercept::fitted;
  Standardise standardise = Standardise::yes;
  double l2 = 0;
  /// Above 0: Proximal is the solver, and coefficients that do not pay for themselves are exactly
  /// 0. The measure of convergence is the subgradient nearest to 0. A loss that has kinks itself,
  /// as the absolute one, ends close to the minimum without converging.
  double l1 = 0;
  index_t max_iterations = 1000;  ///< not with batches: see max_epochs
  /// Above 0: gradient-descent with a learning rate, adam, adagrad or rmsprop make an update with
  /// the gradient of so many samples, drawn without replacement, rather than of all. An iteration
  /// is then an epoch: in it each sample is in one of ceil(samples / batch_size) batches, in an
  /// order that depends on the seed and the epoch alone; the last batch may be smaller, and a
  /// batch_size of all samples or more is one batch. Samples that weigh nothing are not drawn.
  ///   batch gradient = d/d(w, b) ( sum_batch v_m loss_m / (batch_size mean v) + l2 / 2 |w|^2 )
  /// with the mean weight of all: on average it is the gradient of the objective, for any weights.
  /// Clipping, momentum and Adam's t go by updates; schedules, history, tolerances, observer and
  /// the best point by epochs, behind each of which objective and gradient of all samples are
  /// evaluated. With a constant rate the updates end in a cloud around the minimum, and the fit
  /// with Stop::max_iterations.
  index_t batch_size = 0;
  std::optional<index_t> max_epochs;  ///< with a batch_size, in place of max_iterations; none: 100
  /// Of the batches and of the holdout: the same bits for the same seed, for any number of threads.
  std::uint64_t seed = 1;
  /// Above 0 and below 1: so large a share of the samples, drawn by the seed from those that weigh
  /// anything, is left out of all that the fit learns from: objective, centre and scale. The answer
  /// is the iterate of the lowest mean loss over them; `stop` is Stop::held_out where the patience
  /// ended, else what ended the fit before.
  double holdout = 0;
  index_t patience = 10;  ///< iterations without a lower held-out loss after which the fit stops
  /// Converged when every |gradient_j| <= tolerance * derivative_rms, gradients taken per unit of
  /// standard deviation of the feature: no unit of X or y enters. It is the largest cosine of the
  /// angle between a feature and the vector of loss derivatives. So that a perfect fit converges
  /// too, derivative_rms counts as at least 1e-6 (in float: 1/2) of that of the model whose
  /// parameters are all 0, or of the largest number that derivatives are made of near the minimum
  /// where that is less: about what rounding leaves. 0: never. None: 1e-9 for double storage,
  /// 1e-6 for the others, which are computed with in float.
  /// The absolute and quantile losses have kinks at their minimum and seldom a gradient this small:
  /// their fits end close to the minimum with Stop::no_progress, or with an objective_tolerance.
  /// Labels that some combination of the features separates have no minimum: without a penalty the
  /// coefficients of a logistic fit grow until its objective, and with it the gradient, has all but
  /// vanished, and the stop is Stop::separated. That is certain where every label is on its own
  /// side; newton also sees it where some lie on the border, and of poisson and tweedie where the
  /// features separate the targets that are 0.
  std::optional<double> tolerance;
  /// Also converged when an iteration lowers the objective by no more than this fraction of it.
  /// 0: never.
  double objective_tolerance = 0;
  /// P raw parameters, intercept last, of softmax for each class; empty: zeros.
  std::vector<double> start;
  /// Called with each row of the history as it is made, row 0 included, on the calling thread: for
  /// progress and interruption. Continue::no stops the fit with Stop::interrupted; the best point
  /// found until then is returned. Not set: never called.
  std::function<Continue(const Iteration&)> observer;
};

/// A column that is a combination of others, within the rounding of its numbers.
struct Dependency {
  index_t feature;
  /// The features, all before this one; D stands for the intercept. None: the column is 0.
  std::vector<index_t> on;
};

struct FitResult {
  std::vector<double> coefficients;  ///< D, for the features as given; of softmax C x D
  double intercept = 0;              ///< 0 where the model has none
  std::vector<double> intercepts{};  ///< of softmax: C, 0 where the model has none
  double objective = 0;              ///< at these coefficients
  double gradient_norm = 0;
  /// The mean loss, weighted, over the samples that the fit did not see; NaN where it saw all.
  double held_out_loss = quiet_nan;
  index_t iterations = 0;
  index_t evaluations = 0;
  Stop stop = Stop::max_iterations;
  std::vector<Iteration> history;
  std::vector<Dependency> dependencies{};     ///< of newton and gram, which look for them
  Precision precision = Precision::standard;  ///< of the second moments that gram used

  [[nodiscard]] bool converged() const { return is_converged(stop); }
};

/// Fits a linear model: minimises the objective of LossEvaluator, plus an l1 penalty, over
/// coefficients and intercept, which no penalty is on.
///   objective(w, b) = sum_m v_m loss(x_m . w + b + o_m, y_m) / sum_m v_m  +  l2 / 2 |w|^2
///                     + l1 |w|_1
/// Shapes: samples M x D; the result has D coefficients.
/// Memory: as LossEvaluator, and O(P memory) for the solver; batches 16 M bytes, and a holdout
///   M (sizeof(T) + 4) bytes; on cuda batches also 40 M bytes of the device, if it has them.
/// Blocking: returns when the fit has stopped. `samples.centre` must be empty: fit sets its own.
/// Errors: InvalidArgument as LossEvaluator, for features or offsets that are not finite, and for
///   options out of range (learning rate <= 0, ...), for an l1 with another solver than Proximal,
///   for batches with a solver that cannot take them, a holdout of no sample or of all; with newton
///   and gram also for a holdout, for a loss that they cannot fit, for more than 2048 features, for
///   features whose squares overflow.
///   A trial that is not finite is a step too long, never an answer: the best finite point found
///   is what is returned, with the reason in `stop` (the start, where nothing finite was found).
/// Cost: two passes over X on the host for centre and scale, then one per evaluation; an epoch of
///   batches reads it three times, twice in random order; newton: also CurvatureEvaluator's once
///   and in each iteration, and P^3 / 3 products; gram: once and three or four evaluations, in
///   extended precision some 20 M P^2 operations on the host.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
[[nodiscard]] FitResult fit(Context& context, const Samples<T>& samples, const Loss& loss,
                            const FitOptions& options = {});

/// The same with classes: eta_c = x_m . w_c + b_c for each of C, penalties on all of w_1 ... w_C.
/// Shapes: targets are the numbers 0 .. C-1 of classes; the result has C x D coefficients, a row a
///   class, and C intercepts. Nothing changes where a vector is added to the coefficients of all
///   classes, but for the penalties: see SoftmaxLoss. From a start of zeros, coefficients and
///   intercepts of the classes sum to 0 by lbfgs and by gradient descent that does not clip values.
/// Errors: also for offsets, for less than 2 or more than SoftmaxLoss::most_classes classes, for
///   newton and gram. No separation is looked for: a fit of classes that the features separate ends
///   when its gradient has all but vanished, or with the iterations.
template <class T>
[[nodiscard]] FitResult fit(Context& context, const Samples<T>& samples, const SoftmaxLoss& loss,
                            const FitOptions& options = {});

#define BATCHGRAD_WITH_STORAGE(T)                                                             \
  extern template FitResult fit(Context&, const Samples<T>&, const Loss&, const FitOptions&); \
  extern template FitResult fit(Context&, const Samples<T>&, const SoftmaxLoss&, const FitOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

/// A solver, and why it is this one.
struct ChosenSolver {
  Solver solver;
  std::string reason;
};

/// What `auto` means: proximal with an l1; gram for the squared loss of up to 512 features; newton
/// for other losses whose second derivative is nowhere 0 (far from the target too), of up to 64
/// features, where its M P^2 operations an iteration are cheap; lbfgs otherwise. It does not look
/// at the data: features whose squares overflow or vanish (beyond 1e154 or 1e-162) need lbfgs, and
/// a fit by the others says so.
[[nodiscard]] ChosenSolver choose_solver(const Loss& loss, index_t features, double l1 = 0);
/// Proximal with an l1, lbfgs otherwise.
[[nodiscard]] ChosenSolver choose_solver(const SoftmaxLoss& loss, index_t features, double l1 = 0);

/// predictions_m = x_m . coefficients + intercept + offset_m (offset empty: 0).
/// Shapes: features M x D, coefficients D, predictions M. Runs on the host's cores.
template <class T>
void predict(FeatureView<const T> features, VectorView<const double> coefficients, double intercept,
             VectorView<const computing_t<T>> offset, VectorView<double> predictions);

#define BATCHGRAD_WITH_STORAGE(T)                                                      \
  extern template void predict(FeatureView<const T>, VectorView<const double>, double, \
                               VectorView<const computing_t<T>>, VectorView<double>);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
