#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/core/view.hpp>
#include <batchgrad/derivative/finite_difference.hpp>
#include <batchgrad/function.hpp>
#include <batchgrad/stencil/stencils.hpp>

#include <concepts>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace batchgrad {

/// A difference quotient: ForwardStencil{}, BackwardStencil{}, CentralStencil{}.
using Stencil = EveryStencil<std::variant>;

/// In what float points are differenced. Cancellation eats two thirds of the digits of a central
/// difference, so double is the default; `native` computes in the type of the points.
enum class Arithmetic { wide, native };

struct GradientOptions {
  Stencil stencil = CentralStencil{};
  StepRule step;
  Arithmetic arithmetic = Arithmetic::wide;
};

/// Gradients of f at many points by finite differences.
///   gradients(n, i) = d f / d x_i at points(n, :)
/// Shapes: points N x P, gradients N x P, values N or empty (then f itself is not stored).
/// Memory: nothing is allocated that grows with N or P; points and gradients must not overlap.
/// Blocking: returns when the results are there.
/// Errors: InvalidArgument for shapes that do not match, a number of parameters f is not defined
///   for, or a step rule out of range. Where f is not finite, so is the result.
/// Cost: 2 N P evaluations of f for central differences, N (P + 1) for the one-sided ones.
/// Source: see the stencils' and the step rule's own headers.
template <class T>
void gradient(Context& context, const Function& function, MatrixView<const T> points,
              MatrixView<T> gradients, const GradientOptions& options = {},
              VectorView<T> values = {});

namespace detail {

/// Checks what `gradient` promises to check; throws InvalidArgument.
void check_gradient(index_t points, index_t parameters, index_t gradient_rows,
                    index_t gradient_columns, index_t values, const GradientOptions& options);

/// Calls body(first, last) on ranges that together cover [0, items) once, on all threads of the
/// backend. Throws BackendUnavailable where the backend cannot call host code.
void for_each_range(Context& context, index_t items,
                    const std::function<void(index_t, index_t)>& body);

/// The points [first, last) of a batch, differenced in Scalar.
template <class Scalar, class F, class T, class AStencil>
void gradient_range(const F& f, MatrixView<const T> points, MatrixView<T> gradients,
                    VectorView<T> values, const AStencil& stencil, const StepRule& rule,
                    index_t first, index_t last) {
  for (index_t n = first; n < last; ++n)
    finite_difference_gradient<Scalar>(f, points.row(n), stencil, rule, gradients.row(n),
                                       values.empty() ? nullptr : &values[n]);
}

}  // namespace detail

/// The same for a functor of the caller's: anything that can be called with a point, which has
/// `x[i]` and `x.size()`, and is generic in what `x[i]` is:
///   gradient(context, [](const auto& x) { return x[0] * x[0] * x[1]; }, points, gradients);
/// It is compiled into the caller's program and called from several threads at once.
/// Errors: as above, and BackendUnavailable on a cuda context, which cannot run host code.
template <class T, class F>
requires(!std::convertible_to<F, Function>) void gradient(Context& context, const F& f,
                                                          MatrixView<const T> points,
                                                          MatrixView<T> gradients,
                                                          const GradientOptions& options = {},
                                                          VectorView<T> values = {}) {
  detail::check_gradient(points.rows(), points.columns(), gradients.rows(), gradients.columns(),
                         values.size(), options);
  std::visit(
      [&](const auto& stencil) {
        detail::for_each_range(context, points.rows(), [&](index_t first, index_t last) {
          if (options.arithmetic == Arithmetic::wide)
            detail::gradient_range<double>(f, points, gradients, values, stencil, options.step,
                                           first, last);
          else
            detail::gradient_range<T>(f, points, gradients, values, stencil, options.step, first,
                                      last);
        });
      },
      options.stencil);
}

/// The gradient of f at one point: gradient(f, {2.0, 3.0}).
template <class F>
[[nodiscard]] std::vector<double> gradient(const F& f, const std::vector<double>& x,
                                           const GradientOptions& options = {}) {
  std::vector<double> result(x.size());
  detail::check_gradient(1, static_cast<index_t>(x.size()), 1, static_cast<index_t>(x.size()), 0,
                         options);
  std::visit(
      [&](const auto& stencil) {
        finite_difference_gradient<double>(f, VectorView<const double>(x), stencil, options.step,
                                           VectorView<double>(result),
                                           static_cast<double*>(nullptr));
      },
      options.stencil);
  return result;
}

}  // namespace batchgrad
