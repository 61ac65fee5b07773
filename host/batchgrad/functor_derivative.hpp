#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative/derivative_item.hpp>
#include <batchgrad/derivative_plan.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/function.hpp>

#include <concepts>
#include <functional>
#include <type_traits>
#include <vector>

// Derivatives of functors of the caller's. A functor is anything that can be called with a point,
// which has `x[i]` and `x.size()`, is generic in what `x[i]` is, and returns a number, or several
// as a std::array, std::vector or the like:
//   gradient([](const auto& x) { return x[0] * x[0] * x[1]; }, {2.0, 3.0});
// It is compiled into the caller's program and called from several threads at once.

namespace batchgrad {

/// A functor that can also be called with dual numbers, nested up to `order` deep, as forward_ad
/// does: for a derivative of that order (2 for Hessians). It calls mathematical functions without
/// `std::` (after `using std::sin;` where x[i] may be a plain number), so that those for dual
/// numbers are found. Apart from the functor, since compiling for nested dual numbers takes long.
///   gradient(with_duals([](const auto& x) { return exp(x[0]); }), {2.0}, {.method = ...});
template <class F, int Order>
struct WithDuals {
  static constexpr int dual_order = Order;
  static_assert(Order >= 1 && Order <= 4, "forward_ad goes up to the fourth derivative");
  F f;

  template <class Point>
  auto operator()(const Point& x) const {
    return f(x);
  }
};
template <int Order = 1, class F>
[[nodiscard]] WithDuals<F, Order> with_duals(const F& f) {
  return {f};
}

namespace detail {

template <class F, class T = double>
concept Functor = std::invocable < const F&,
        const ConvertedPoint<double, T>
& > &&!std::convertible_to<F, Function>;

template <class F>
inline constexpr int dual_order = 0;
template <class F, int Order>
inline constexpr int dual_order<WithDuals<F, Order>> = Order;
template <class F>
requires std::convertible_to<F, Function>
inline constexpr int dual_order<F> = 4;

/// The result of f with some number. Functors of one result return it as it is.
template <class Values>
auto entry(const Values& values, index_t result) {
  if constexpr (requires { values[0]; })
    return values[static_cast<std::size_t>(result)];
  else
    return values;
}

/// f and f.at(q), as DerivativeRequest has functions of several results.
template <class F>
struct FunctorResult {
  const F* f;
  index_t result;

  template <class Point>
  auto operator()(const Point& x) const {
    return entry((*f)(x), result);
  }
};
template <class F>
struct FunctorResults {
  const F* f;
  FunctorResult<F> at(index_t result) const { return {f, result}; }
};

/// A functor whose type is forgotten, so that differences are compiled once, in the library. It is
/// called with `size` coordinates and writes the result with number `result`.
template <class Scalar>
using FunctorCall = Scalar (*)(const void* f, const Scalar* x, index_t size, index_t result);
struct FunctorReference {
  const void* f = nullptr;
  FunctorCall<double> wide = nullptr;
  FunctorCall<float> native = nullptr;
};

template <class Scalar, class F>
Scalar call_functor(const void* f, const Scalar* x, index_t size, index_t result) {
  const VectorView<const Scalar> point(x, size);
  return static_cast<Scalar>(
      entry((*static_cast<const F*>(f))(ConvertedPoint<Scalar, Scalar>(point)), result));
}
template <class F>
FunctorReference refer_to(const F& f) {
  return {&f, call_functor<double, F>, call_functor<float, F>};
}

template <class F, class T>
index_t count_results(const F& f, VectorView<const T> point) {
  const auto values = f(ConvertedPoint<double, T>(point));
  if constexpr (requires { values[0]; })
    return static_cast<index_t>(values.size());
  else
    return 1;
}

/// Throws InvalidArgument for forward_ad of an order that the functor does not take dual numbers
/// for.
void check_functor_method(const DerivativePlan& plan, int dual_order);

/// The estimates that `evaluate` writes, for one point.
std::vector<Estimate<double>> collect_estimates(
    const DerivativePlan& plan,
    const std::function<void(const DerivativeOutput<double>&)>& evaluate);

/// All derivatives of a plan by differences, compiled once for functors of all types.
template <class T>
void difference_functor(const FunctorReference& f, const DerivativePlan& plan,
                        const DerivativeRequest<T>& request);

template <class Item, class F, class T>
void run_items(const F& f, const DerivativeRequest<T>& request) {
  const Item item{f, request};
  for (index_t i = 0; i < Item::items(request); ++i) item(i);
}
/// The same for one type of functor.
template <class F, class T>
void run_differences(const F& results, const DerivativePlan& plan,
                     const DerivativeRequest<T>& request) {
  if (plan.arithmetic == Arithmetic::native)
    run_items<DifferenceItem<T, F, T>>(results, request);
  else
    run_items<DifferenceItem<double, F, T>>(results, request);
}
/// All derivatives of the order by forward_ad.
template <int Order, class F, class T>
void run_forward(const F& results, const DerivativeRequest<T>& request) {
  if (request.rule.order < Order) {
    if constexpr (Order > 1) run_forward<Order - 1>(results, request);
  } else if (request.output.wants_estimates()) {
    run_items<ForwardItem<RunningError<double>, Order, F, T>>(results, request);
  } else {
    run_items<ForwardItem<double, Order, F, T>>(results, request);
  }
}

template <class F, class T>
void differentiate_functor(const F& f, const DerivativePlan& plan, MatrixView<const T> points,
                           const DerivativeOutput<T>& output) {
  const DerivativeRequest<T> request{points,    output,       plan.results, plan.columns,
                                     plan.rule, plan.typical, plan.bounds,  plan.direction};
  if (plan.is_difference()) return difference_functor(refer_to(f), plan, request);
  if constexpr (dual_order < F >> 0) run_forward<dual_order<F>>(FunctorResults<F>{&f}, request);
}

/// The plan for a functor at a point, at which it is called to see how many results it has.
template <class F, class T>
DerivativePlan plan_functor(const F& f, VectorView<const T> point,
                            const DerivativeOptions& options) {
  auto plan = make_plan(options, point.size(), count_results(f, point), Method::richardson);
  check_functor_method(plan, dual_order<F>);
  return plan;
}

template <class F>
void differentiate_functor_at(const F& f, const std::vector<double>& x, const DerivativePlan& plan,
                              const DerivativeOutput<double>& output) {
  const MatrixView<const double> points(x.data(), 1, plan.parameters);
  check_output(plan, points, output);
  differentiate_functor(f, plan, points, output);
}

template <class F>
std::vector<double> functor_derivatives(const F& f, const std::vector<double>& x,
                                        const DerivativeOptions& options) {
  const auto plan = plan_functor(f, VectorView<const double>(x), options);
  std::vector<double> result(static_cast<std::size_t>(plan.column_count()));
  differentiate_functor_at(f, x, plan, {.derivatives = {result.data(), 1, plan.column_count()}});
  return result;
}

}  // namespace detail

/// Derivatives of a functor at many points, on all threads of the context.
///   derivatives(n, q C/Q + c) = derivative c of f_q at points(n, :), see Quantity
/// Shapes: points N x P; see DerivativeOutput. Q is what f returns at the first point.
/// Memory: nothing is allocated that grows with N or P. Points and results must not overlap.
/// Blocking: returns when the results are there.
/// Errors: InvalidArgument for options or shapes that do not fit, and for symbolic;
///   BackendUnavailable on a cuda context, which cannot run host code. What f throws, if its
///   context has one thread.
/// Cost: one call of f for each value that a method takes, for each of the Q results. With errors:
///   12 to 22 values a component, adaptive some 50; without: as many as the stencil has points.
/// Source: see kernels/batchgrad/derivative/evidence.hpp and stencil/step.hpp.
template <class T, class F>
requires(detail::Functor<F, T>) void differentiate(Context& context, const F& f,
                                                   MatrixView<const T> points,
                                                   const DerivativeOutput<T>& output,
                                                   const DerivativeOptions& options = {}) {
  if (points.rows() == 0) return;
  const auto plan = detail::plan_functor(f, points.row(0), options);
  detail::check_output(plan, points, output);
  detail::for_each_range(context, points.rows(), [&](index_t first, index_t last) {
    const index_t count = last - first;
    detail::differentiate_functor(f, plan, points.row_range(first, count),
                                  output.row_range(first, count));
  });
}

/// Every component at one point, on this thread, with error, status, step and one-sided slopes.
template <detail::Functor F>
[[nodiscard]] std::vector<Estimate<double>> estimate_derivatives(
    const F& f, const std::vector<double>& x, const DerivativeOptions& options = {}) {
  const auto plan = detail::plan_functor(f, VectorView<const double>(x), options);
  return detail::collect_estimates(plan, [&](const DerivativeOutput<double>& output) {
    detail::differentiate_functor_at(f, x, plan, output);
  });
}

[[nodiscard]] std::vector<Estimate<double>> estimate_derivatives(
    const Function& f, const std::vector<double>& x, const DerivativeOptions& options = {});

// One-liners at one point: gradient(f, {2.0, 3.0}); several results give one gradient after the
// other, hessian the P x P second derivatives, row by row.
template <detail::Functor F>
[[nodiscard]] std::vector<double> gradient(const F& f, const std::vector<double>& x,
                                           const DerivativeOptions& options = {}) {
  return detail::functor_derivatives(f, x, options);
}
template <detail::Functor F>
[[nodiscard]] std::vector<double> hessian(const F& f, const std::vector<double>& x,
                                          DerivativeOptions options = {}) {
  options.quantity = Quantity::hessian;
  return detail::functor_derivatives(f, x, options);
}
[[nodiscard]] std::vector<double> gradient(const Function& f, const std::vector<double>& x,
                                           const DerivativeOptions& options = {});
[[nodiscard]] std::vector<double> hessian(const Function& f, const std::vector<double>& x,
                                          DerivativeOptions options = {});
/// Of a function of one number: derivative([](auto x) { return x * x; }, 3.0).
template <std::invocable<double> F>
[[nodiscard]] double derivative(const F& f, double x, const DerivativeOptions& options = {}) {
  const auto of_point = [&f](const auto& point) { return f(point[0]); };
  if constexpr (detail::dual_order < F >> 0)
    return gradient(with_duals<detail::dual_order<F>>(of_point), {x}, options).front();
  else
    return gradient(of_point, {x}, options).front();
}

}  // namespace batchgrad
