#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative_plan.hpp>
#include <batchgrad/expression.hpp>
#include <batchgrad/function.hpp>
#include <batchgrad/functor_derivative.hpp>

#include <memory>
#include <vector>

namespace batchgrad {

class DerivativeKernel;

/// Derivatives of an expression, or of a built-in function, at many points, prepared once for any
/// number of batches (parsing, differentiating and compiling are not repeated).
///   derivatives(n, q C/Q + c) = derivative c of f_q at points(n, :), see Quantity
/// Shapes: points N x P; see DerivativeOutput.
/// Memory: a workspace for each thread, which does not grow with N; a cuda context holds chunks of
///   the points and results. Points and results must not overlap.
/// Blocking: returns when the results are there.
/// Errors: InvalidArgument for options or shapes that do not fit, BackendUnavailable where the
///   backend cannot run expressions; a component that cannot be computed is not finite, with its
///   status.
/// Cost: symbolic, one run of a program that computes f and all C derivatives together; forward_ad
///   one run for every 4 parameters; differences see DerivativeOptions::method.
/// A batch gives the same bits as its points one by one, on any number of threads.
/// The context outlives the evaluator. Not for use from two threads at once.
class DerivativeEvaluator {
 public:
  DerivativeEvaluator(Context& context, const Expression& f, const DerivativeOptions& options = {});
  /// Built-in functions: differences and forward_ad.
  DerivativeEvaluator(Context& context, const Function& f, index_t parameters,
                      const DerivativeOptions& options = {});
  DerivativeEvaluator(DerivativeEvaluator&&) noexcept;
  DerivativeEvaluator& operator=(DerivativeEvaluator&&) noexcept;
  ~DerivativeEvaluator();

  void operator()(MatrixView<const double> points, const DerivativeOutput<double>& output);
  void operator()(MatrixView<const float> points, const DerivativeOutput<float>& output);

  /// P, Q and C.
  [[nodiscard]] index_t parameter_count() const { return plan_.parameters; }
  [[nodiscard]] index_t result_count() const { return plan_.results; }
  [[nodiscard]] index_t column_count() const { return plan_.column_count(); }
  [[nodiscard]] Method method() const { return plan_.method; }

 private:
  detail::DerivativePlan plan_;
  std::unique_ptr<DerivativeKernel> kernel_;
};

/// One batch: DerivativeEvaluator(context, f, options)(points, output).
template <class T>
void differentiate(Context& context, const Expression& f, MatrixView<const T> points,
                   const DerivativeOutput<T>& output, const DerivativeOptions& options = {}) {
  DerivativeEvaluator(context, f, options)(points, output);
}
template <class T>
void differentiate(Context& context, const Function& f, MatrixView<const T> points,
                   const DerivativeOutput<T>& output, const DerivativeOptions& options = {}) {
  DerivativeEvaluator(context, f, points.columns(), options)(points, output);
}

/// At one point, on this thread, every component with error, status, step and one-sided slopes:
/// C estimates.
[[nodiscard]] std::vector<Estimate<double>> estimate_derivatives(
    const Expression& f, const std::vector<double>& x, const DerivativeOptions& options = {});

// One-liners at one point: gradient("x^2*y + y^3", {2, 3}) is {12, 31}; several results give one
// gradient after the other, hessian the P x P second derivatives, row by row.
[[nodiscard]] std::vector<double> gradient(const Expression& f, const std::vector<double>& x,
                                           const DerivativeOptions& options = {});
[[nodiscard]] std::vector<double> hessian(const Expression& f, const std::vector<double>& x,
                                          DerivativeOptions options = {});
/// Of a function of one variable: derivative("3*x*exp(x)", 2).
[[nodiscard]] double derivative(const Expression& f, double x,
                                const DerivativeOptions& options = {});

}  // namespace batchgrad
