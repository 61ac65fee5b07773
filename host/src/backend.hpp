#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <functional>
#include <memory>
#include <string>

namespace batchgrad {

/// The backend's half of LossEvaluator: a data set and a loss, and sums over the samples.
template <class T>
class LossSums {
 public:
  virtual ~LossSums() = default;

  /// sums(s, :) = [ sum_m v_m d_sm x_mj for each feature j,  sum_m v_m d_sm,
  ///               sum_m v_m loss(eta_sm, y_m),  sum_m v_m d_sm^2 ]      d = loss'(eta, y)
  /// Shapes: coefficients S x D, intercepts S (zeros where the model has none), sums S x (D + 3).
  virtual void evaluate(MatrixView<const T> coefficients, VectorView<const T> intercepts,
                        MatrixView<double> sums) = 0;

  /// Columns of `sums` behind the D of the features.
  static constexpr index_t extra = 3;
};

/// The task of `gradient` for a built-in function, arguments checked.
template <class T>
struct GradientTask {
  const Function& function;
  MatrixView<const T> points;
  MatrixView<T> gradients;
  VectorView<T> values;
  const GradientOptions& options;
};

/// The seam between the public API, which checks arguments, and what iterates. Arguments arrive
/// checked and non-empty.
class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual std::string_view device() const = 0;
  [[nodiscard]] virtual std::string description() const = 0;

  [[nodiscard]] virtual std::unique_ptr<LossSums<float>> loss_sums(const Samples<float>& samples,
                                                                   const Loss& loss) = 0;
  [[nodiscard]] virtual std::unique_ptr<LossSums<double>> loss_sums(const Samples<double>& samples,
                                                                    const Loss& loss) = 0;

  virtual void gradient(const GradientTask<float>& task) = 0;
  virtual void gradient(const GradientTask<double>& task) = 0;

  /// See detail::for_each_range.
  virtual void for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) = 0;
};

}  // namespace batchgrad
