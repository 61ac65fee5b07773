#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/regression/samples.hpp>

#include <memory>

namespace batchgrad {

template <class T>
class LossSums;

/// What one evaluation gives for each of S parameter sets. `objective` and `gradient` are views of
/// the caller's; a view left empty is not written.
struct LossGradient {
  VectorView<double> objective;  ///< S
  MatrixView<double> gradient;   ///< S x P
  /// S: the root mean square of loss'(prediction, target), weighted. By the Cauchy-Schwarz
  /// inequality it bounds each entry of the loss's gradient over features of mean square 1, so
  /// gradient / derivative_rms is a scale-free measure of convergence.
  VectorView<double> derivative_rms;
};

/// Evaluates a regression loss and its gradient over one data set for many parameter sets at a
/// time, reading X once:
///   objective_s = sum_m v_m loss(eta_sm, y_m) / sum_m v_m  +  l2_s / 2 |w_s|^2
///   gradient_s  = d objective_s / d (w_s, b_s)
///   eta_sm      = (x_m - centre) . w_s + b_s + o_m         (b is never penalised)
/// Shapes: samples M x D; a parameter set has P = D entries, or D + 1 with an intercept, last.
/// Memory: keeps views of the samples, which must outlive it; a cuda context copies them to the
///   device once, here. Workspace: one vector of S (P + 2) doubles per virtual block.
/// Errors: the constructor throws InvalidArgument for shapes that do not match, no samples,
///   targets outside the loss's domain, offsets not finite, negative or all-zero weights, a loss
///   parameter out of range; OutOfDeviceMemory.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
class LossEvaluator {
 public:
  LossEvaluator(Context& context, const Samples<T>& samples, const Loss& loss,
                Intercept intercept = Intercept::fitted);
  LossEvaluator(LossEvaluator&&) noexcept;
  LossEvaluator& operator=(LossEvaluator&&) noexcept;
  ~LossEvaluator();

  /// Shapes: parameters S x P; l2 empty (none), 1 (the same for all sets) or S, each >= 0.
  /// Blocking: returns when the results are there.
  /// Errors: InvalidArgument for shapes that do not match or a negative l2; CudaError.
  /// Cost: X is read once from memory; 4 M D S floating-point operations.
  void operator()(MatrixView<const T> parameters, const LossGradient& result,
                  VectorView<const double> l2 = {});

  /// P: the entries of a parameter set.
  [[nodiscard]] index_t parameter_count() const { return parameters_; }
  [[nodiscard]] index_t sample_count() const { return samples_; }

 private:
  std::unique_ptr<LossSums<T>> sums_;
  index_t samples_ = 0;
  index_t features_ = 0;
  index_t parameters_ = 0;
  double weight_sum_ = 0;
};

/// One evaluation: LossEvaluator(context, samples, loss, intercept)(parameters, result, l2).
/// On a cuda context this copies the samples to the device; keep a LossEvaluator to evaluate more
/// than once.
template <class T>
void loss_gradient(Context& context, const Samples<T>& samples, const Loss& loss,
                   MatrixView<const T> parameters, const LossGradient& result,
                   Intercept intercept = Intercept::fitted, VectorView<const double> l2 = {}) {
  LossEvaluator<T>(context, samples, loss, intercept)(parameters, result, l2);
}

extern template class LossEvaluator<float>;
extern template class LossEvaluator<double>;

}  // namespace batchgrad
