#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/regression/curvature.hpp>
#include <batchgrad/regression/samples.hpp>

#include <memory>

namespace batchgrad {

template <class T>
class CurvatureSums;

/// Evaluates weighted outer products of the samples of one data set, the matrices of second order
/// of a linear model:
///   result = sum_m c_m z_m z_m^T,      z_m = (x_m - centre, 1), without the 1 where there is no
///                                      intercept
///   c_m    = v_m, v_m loss'', v_m E[loss''] or v_m^2 loss'^2 at (eta_m, y_m): see Curvature
///   eta_m  = (x_m - centre) . w + b + o_m
/// Divided by weight_sum(), with l2 added to the first D entries of the diagonal, `observed` is the
/// Hessian of the objective of LossEvaluator.
/// Every sample counts, whatever its fold, as for a parameter set that holds none out.
/// Shapes: samples M x D, D <= 2048; P = D, or D + 1 with an intercept, last.
/// Memory: keeps views of the samples, which must outlive it; a cuda context copies them to the
///   device once, here. Workspace: P (P + 1) / 2 doubles, padded to tiles, per virtual block, of
///   which there are no more than fit 64 MiB; cpu: two tiles of 128 P numbers a thread; cuda: one
///   double a sample.
/// Errors: the constructor throws InvalidArgument as LossEvaluator's, and for more than 2048
///   features; OutOfDeviceMemory.
/// Products are taken in computing_t<T> and summed in it over at most 128 samples, then in double.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
class CurvatureEvaluator {
 public:
  CurvatureEvaluator(Context& context, const Samples<T>& samples, const Loss& loss,
                     Intercept intercept = Intercept::fitted);
  CurvatureEvaluator(CurvatureEvaluator&&) noexcept;
  CurvatureEvaluator& operator=(CurvatureEvaluator&&) noexcept;
  ~CurvatureEvaluator();

  /// Shapes: parameters P, or none for Curvature::gram, which does not look at them; result P x P,
  ///   all of it is written.
  /// Blocking: returns when the result is there.
  /// Errors: InvalidArgument for shapes that do not match; CudaError.
  /// Cost: X is read once from memory (cuda: twice, unless it is gram); M D (D + 1) floating-point
  ///   operations and, unless it is gram, 2 M D.
  void operator()(Curvature curvature, VectorView<const computing_t<T>> parameters,
                  MatrixView<double> result);

  /// P: the entries of a parameter set.
  [[nodiscard]] index_t parameter_count() const { return parameters_; }
  [[nodiscard]] double weight_sum() const { return weight_sum_; }

 private:
  std::unique_ptr<CurvatureSums<T>> sums_;
  index_t features_ = 0;
  index_t parameters_ = 0;
  double weight_sum_ = 0;
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class CurvatureEvaluator<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
