#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative.hpp>
#include <batchgrad/loss_gradient.hpp>
#include <batchgrad/regression/parameter_sets.hpp>

#include <functional>
#include <memory>
#include <string>

#include "curvature_sums.hpp"
#include "sampled_piece.hpp"

namespace batchgrad {

class Descents;
struct DescentPlan;

/// The backend's half of LossEvaluator: a data set, and sums over its samples.
template <class T>
class LossSums {
 public:
  virtual ~LossSums() = default;

  /// sums(s, :) = [ sum_m v_m d_sm x_mj for each feature j,  sum_m v_m d_sm,
  ///               sum_m v_m loss_s(eta_sm, y_m),  sum_m v_m d_sm^2 ]    d = loss_s'(eta, y)
  /// over the samples that set s sees, and last the sum of the losses of those it does not.
  /// Shapes: S sets, sums S x (D + LossSumColumns::count).
  virtual void evaluate(const ParameterSets<T>& sets, MatrixView<double> sums) = 0;

  /// The same over a mini-batch: the samples `rows`, in that order.
  /// Shapes: rows at least 1, each from 0 to M - 1.
  virtual void evaluate_rows(VectorView<const index_t> rows, const ParameterSets<T>& sets,
                             MatrixView<double> sums) = 0;

  /// Descents whose state stays where the samples are; null, the default: the solvers keep it, and
  /// ask for sums. They must not outlive this.
  [[nodiscard]] virtual std::unique_ptr<Descents> descents(const DescentPlan& plan);
};

/// The backend's half of DerivativeEvaluator: one function and one plan, and derivatives at points.
class DerivativeKernel {
 public:
  virtual ~DerivativeKernel() = default;
  virtual void evaluate(MatrixView<const double> points,
                        const DerivativeOutput<double>& output) = 0;
  virtual void evaluate(MatrixView<const float> points, const DerivativeOutput<float>& output) = 0;
};

/// The seam between the public API, which checks arguments, and what iterates. Arguments arrive
/// checked and non-empty.
class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual std::string_view device() const = 0;
  [[nodiscard]] virtual std::string description() const = 0;

#define BATCHGRAD_WITH_STORAGE(T)                                                              \
  [[nodiscard]] virtual std::unique_ptr<LossSums<T>> loss_sums(const Samples<T>& samples) = 0; \
  [[nodiscard]] virtual std::unique_ptr<CurvatureSums<T>> curvature_sums(                      \
      const Samples<T>& samples, const Loss& loss) = 0;
  BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

  /// Neither the function nor the plan has to outlive the kernel.
  [[nodiscard]] virtual std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Expression& f, const detail::DerivativePlan& plan) = 0;
  [[nodiscard]] virtual std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Function& f, const detail::DerivativePlan& plan) = 0;

  virtual void sampled_gradient(const SampledPiece<float>& piece) = 0;
  virtual void sampled_gradient(const SampledPiece<double>& piece) = 0;

  /// See detail::for_each_range.
  virtual void for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) = 0;
};

}  // namespace batchgrad
