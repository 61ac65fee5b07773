#include <batchgrad/error.hpp>
#include <batchgrad/functor_derivative.hpp>

#include <array>
#include <fmt/format.h>
#include <type_traits>

#include "backend.hpp"
#include "backends.hpp"

namespace batchgrad {
namespace {

using detail::FunctorReference;

/// A functor reference as functions of several results are in a DerivativeRequest.
struct ReferredResult {
  const FunctorReference* f;
  index_t result;

  double call(const double* x, index_t size) const { return f->wide(f->f, x, size, result); }
  float call(const float* x, index_t size) const { return f->native(f->f, x, size, result); }

  template <class Point>
  auto operator()(const Point& point) const {
    using Scalar = std::remove_cvref_t<decltype(point[0])>;
    constexpr index_t few = 64;
    const index_t size = point.size();
    std::array<Scalar, few> near;
    std::vector<Scalar> far(size > few ? static_cast<std::size_t>(size) : 0);
    Scalar* x = size > few ? far.data() : near.data();
    for (index_t i = 0; i < size; ++i) x[i] = point[i];
    return call(x, size);
  }
};
struct ReferredResults {
  const FunctorReference* f;
  ReferredResult at(index_t result) const { return {f, result}; }
};

void differentiate_function_at(const Function& f, const std::vector<double>& x,
                               const detail::DerivativePlan& plan,
                               const DerivativeOutput<double>& output) {
  const MatrixView<const double> points(x.data(), 1, plan.parameters);
  detail::check_output(plan, points, output);
  detail::make_reference()->derivative_kernel(f, plan)->evaluate(points, output);
}
detail::DerivativePlan plan_function(const Function& f, const std::vector<double>& x,
                                     const DerivativeOptions& options) {
  const auto parameters = static_cast<index_t>(x.size());
  check_parameter_count(f, parameters);
  auto plan = detail::make_plan(options, parameters, 1, Method::richardson);
  detail::check_functor_method(plan, 4);
  return plan;
}

}  // namespace

namespace detail {

template <class T>
void difference_functor(const FunctorReference& f, const DerivativePlan& plan,
                        const DerivativeRequest<T>& request) {
  run_differences(ReferredResults{&f}, plan, request);
}
template void difference_functor(const FunctorReference&, const DerivativePlan&,
                                 const DerivativeRequest<float>&);
template void difference_functor(const FunctorReference&, const DerivativePlan&,
                                 const DerivativeRequest<double>&);

void check_functor_method(const DerivativePlan& plan, int dual_order) {
  if (plan.is_difference() || plan.rule.order <= dual_order) return;
  throw InvalidArgument(fmt::format(
      "method is forward-ad for derivatives of order {} ({}) give with_duals<{}>(f), or choose "
      "richardson",
      plan.rule.order,
      dual_order == 0 ? std::string("the functor is not said to take dual numbers")
                      : fmt::format("the functor takes dual numbers up to order {}", dual_order),
      plan.rule.order));
}

std::vector<Estimate<double>> collect_estimates(
    const DerivativePlan& plan,
    const std::function<void(const DerivativeOutput<double>&)>& evaluate) {
  const index_t columns = plan.column_count();
  const auto count = static_cast<std::size_t>(columns);
  std::vector<double> numbers(5 * count);
  std::vector<Status> statuses(count);
  const auto row = [&](std::size_t i) {
    return MatrixView<double>(numbers.data() + i * count, 1, columns);
  };
  evaluate({.derivatives = row(0),
            .errors = row(1),
            .statuses = {statuses.data(), 1, columns},
            .steps = row(2),
            .left_slopes = row(3),
            .right_slopes = row(4)});
  std::vector<Estimate<double>> result(count);
  for (std::size_t c = 0; c < count; ++c)
    result[c] = {.value = numbers[c],
                 .error = numbers[count + c],
                 .step = numbers[2 * count + c],
                 .left = numbers[3 * count + c],
                 .right = numbers[4 * count + c],
                 .status = statuses[c]};
  return result;
}

}  // namespace detail

std::vector<Estimate<double>> estimate_derivatives(const Function& f, const std::vector<double>& x,
                                                   const DerivativeOptions& options) {
  const auto plan = plan_function(f, x, options);
  return detail::collect_estimates(plan, [&](const DerivativeOutput<double>& output) {
    differentiate_function_at(f, x, plan, output);
  });
}
std::vector<double> gradient(const Function& f, const std::vector<double>& x,
                             const DerivativeOptions& options) {
  const auto plan = plan_function(f, x, options);
  std::vector<double> result(static_cast<std::size_t>(plan.column_count()));
  differentiate_function_at(f, x, plan, {.derivatives = {result.data(), 1, plan.column_count()}});
  return result;
}
std::vector<double> hessian(const Function& f, const std::vector<double>& x,
                            DerivativeOptions options) {
  options.quantity = Quantity::hessian;
  return gradient(f, x, options);
}

}  // namespace batchgrad
