#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/loss/softmax.hpp>
#include <batchgrad/regression/samples.hpp>

#include <memory>
#include <vector>

namespace batchgrad {

class Descents;
struct DescentPlan;
template <class T>
class LossSums;

/// What one evaluation gives for each of S parameter sets. `objective` and `gradient` are views of
/// the caller's; a view left empty is not written.
struct LossGradient {
  VectorView<double> objective;  ///< S
  MatrixView<double> gradient;   ///< S x P
  /// S: the root mean square of loss'(prediction, target), weighted. By the Cauchy-Schwarz
  /// inequality it bounds each entry of the loss's gradient over features of mean square 1, so
  /// gradient / derivative_rms is a scale-free measure of convergence. Of softmax, the squares of
  /// all classes' derivatives are added.
  VectorView<double> derivative_rms;
  /// S: the mean loss, weighted, over the fold that the set holds out; NaN where it holds out none.
  VectorView<double> held_out_loss;
};

/// What each of S parameter sets is evaluated with beside its parameters. A view has S entries, or
/// 1 for all sets, or none for the default.
struct SetOptions {
  VectorView<const double> l2;        ///< finite, >= 0; default 0
  VectorView<const double> l1;        ///< finite, >= 0; default 0
  VectorView<const Loss> loss;        ///< default: the evaluator's; none with softmax
  VectorView<const fold_t> held_out;  ///< a fold of the samples, or no_fold, the default
};

/// Evaluates a regression loss and its gradient over one data set for many parameter sets at a
/// time, reading X once:
///   objective_s = sum_m v_m loss_s(eta_sm, y_m) / sum_m v_m  +  l2_s / 2 |w_s|^2 + l1_s |w_s|_1
///   gradient_s  = d objective_s / d (w_s, b_s)
///   eta_sm      = (x_m - centre) . w_s + b_s + o_m         (b is never penalised)
/// Sums over m leave out the fold that set s holds out. Where l1_s |w_j| has its kink, at w_j = 0,
/// the entry of the gradient is that of the subgradient of least size.
/// With SoftmaxLoss there is one for each of its C classes, eta_smc = (x_m - centre) . w_sc + b_sc,
/// targets are the numbers 0 .. C-1 of classes, and penalties are on all w_sc. T is what features
/// are stored in; of 16 bits they are read as they are, and computed with in float.
/// Shapes: samples M x D; a parameter set has P = D entries, or D + 1 with an intercept, last. With
///   SoftmaxLoss it has C times as many: those of the first class, then those of the second, ...
/// Memory: keeps views of the samples, which must outlive it; a cuda context copies them to the
///   device once, here. X by columns is read as it lies; on the device more than 32 columns are
///   stored by rows, by way of 64 MiB or 64 rows more. Workspace: S (D + 4) doubles per virtual
///   block; with SoftmaxLoss C times as many, and on the cpu backend 1088 C bytes a thread; with X
///   by columns, there, some rows of X a thread.
/// Errors: the constructor throws InvalidArgument for shapes that do not match, no samples,
///   targets outside the loss's domain, offsets not finite, negative or all-zero weights, a loss
///   parameter out of range, folds below 0 or above 65535; with SoftmaxLoss for offsets, which
///   added to all classes' predictions would change nothing; OutOfDeviceMemory.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
class LossEvaluator {
 public:
  LossEvaluator(Context& context, const Samples<T>& samples, const Loss& loss,
                Intercept intercept = Intercept::fitted);
  LossEvaluator(Context& context, const Samples<T>& samples, const SoftmaxLoss& loss,
                Intercept intercept = Intercept::fitted);
  LossEvaluator(LossEvaluator&&) noexcept;
  LossEvaluator& operator=(LossEvaluator&&) noexcept;
  ~LossEvaluator();

  /// Shapes: parameters S x P; views of `options` as said there.
  /// Blocking: returns when the results are there.
  /// Errors: InvalidArgument for shapes that do not match, a penalty below 0, a loss that the
  ///   targets do not suit, a fold held out that does not exist or holds all the weight; CudaError.
  /// Cost: X is read once from memory; 4 M D S floating-point operations, with softmax C times
  ///   as many.
  void operator()(MatrixView<const computing_t<T>> parameters, const LossGradient& result,
                  const SetOptions& options = {});

  /// The same over a mini-batch: the samples `rows`, in that order, which may be any. Means are
  /// taken over the batch; where all that a set sees of it weighs nothing, they are 0.
  /// Shapes: rows at least 1, each a sample.
  /// Errors: as above, and InvalidArgument for rows that do not exist.
  /// Cost: reads the batch's samples only, twice: they are copied together first.
  void evaluate_rows(VectorView<const index_t> rows, MatrixView<const computing_t<T>> parameters,
                     const LossGradient& result, const SetOptions& options = {});

  /// P: the entries of a parameter set.
  [[nodiscard]] index_t parameter_count() const { return blocks() * block_size_; }
  [[nodiscard]] index_t sample_count() const { return samples_.count(); }

  /// For the solvers of the library: see LossSums::descents. What the plan does not say of the
  /// samples is filled in.
  [[nodiscard]] std::unique_ptr<Descents> descents(DescentPlan plan);

 private:
  /// Of parameters in a set, each of D entries and perhaps an intercept.
  [[nodiscard]] index_t blocks() const { return classes_ == 0 ? 1 : classes_; }
  void check(MatrixView<const computing_t<T>> parameters, const LossGradient& result,
             const SetOptions& options);
  void check_loss(const Loss& loss);
  /// `rows` empty: all samples. `fold_weights` are of these.
  void evaluate(VectorView<const index_t> rows, const std::vector<double>& fold_weights,
                MatrixView<const computing_t<T>> parameters, const LossGradient& result,
                const SetOptions& options);

  Samples<T> samples_;
  Loss loss_;
  std::vector<TargetDomain> suited_domains_;  ///< that the targets are known to lie in
  index_t classes_ = 0;                       ///< 0: loss_ is the loss, not softmax
  std::unique_ptr<LossSums<T>> sums_;
  index_t block_size_ = 0;
  std::vector<double> fold_weights_;  ///< of each fold, at least one
};

/// One evaluation: LossEvaluator(context, samples, loss, intercept)(parameters, result, options).
/// On a cuda context this copies the samples to the device; keep a LossEvaluator to evaluate more
/// than once.
template <class T>
void loss_gradient(Context& context, const Samples<T>& samples, const Loss& loss,
                   MatrixView<const computing_t<T>> parameters, const LossGradient& result,
                   Intercept intercept = Intercept::fitted, const SetOptions& options = {}) {
  LossEvaluator<T>(context, samples, loss, intercept)(parameters, result, options);
}
template <class T>
void loss_gradient(Context& context, const Samples<T>& samples, const SoftmaxLoss& loss,
                   MatrixView<const computing_t<T>> parameters, const LossGradient& result,
                   Intercept intercept = Intercept::fitted, const SetOptions& options = {}) {
  LossEvaluator<T>(context, samples, loss, intercept)(parameters, result, options);
}

#define BATCHGRAD_WITH_STORAGE(T) extern template class LossEvaluator<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
