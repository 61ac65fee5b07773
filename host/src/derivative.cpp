#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>

#include <fmt/format.h>
#include <utility>

#include "backend.hpp"
#include "backends.hpp"
#include "expression/expression_state.hpp"

namespace batchgrad {
namespace {

detail::DerivativePlan plan_of(const Expression& f, const DerivativeOptions& options) {
  return detail::make_plan(options, static_cast<index_t>(f.variables().size()), f.results(),
                           Method::symbolic);
}

template <class T>
void evaluate(const detail::DerivativePlan& plan, DerivativeKernel& kernel,
              MatrixView<const T> points, const DerivativeOutput<T>& output) {
  detail::check_output(plan, points, output);
  if (points.rows() > 0) kernel.evaluate(points, output);
}

/// All that `output` points at is set up for one point x.
void evaluate_at(const Expression& f, const std::vector<double>& x,
                 const detail::DerivativePlan& plan, const DerivativeOutput<double>& output) {
  const auto size = static_cast<index_t>(x.size());
  if (size != plan.parameters)
    throw InvalidArgument(
        fmt::format("x has {} entries (f has {} variables)", size, plan.parameters));
  const auto backend = detail::make_reference();
  evaluate<double>(plan, *backend->derivative_kernel(f, plan), {x.data(), 1, size}, output);
}

std::vector<double> derivatives_at(const Expression& f, const std::vector<double>& x,
                                   const DerivativeOptions& options) {
  const auto plan = plan_of(f, options);
  std::vector<double> result(static_cast<std::size_t>(plan.column_count()));
  evaluate_at(f, x, plan, {.derivatives = {result.data(), 1, plan.column_count()}});
  return result;
}

}  // namespace

namespace detail {

void for_each_range(Context& context, index_t items,
                    const std::function<void(index_t, index_t)>& body) {
  if (items > 0) context.backend().for_each_range(items, body);
}

}  // namespace detail

DerivativeEvaluator::DerivativeEvaluator(Context& context, const Expression& f,
                                         const DerivativeOptions& options)
    : plan_(plan_of(f, options)), kernel_(context.backend().derivative_kernel(f, plan_)) {}

DerivativeEvaluator::DerivativeEvaluator(Context& context, const Function& f, index_t parameters,
                                         const DerivativeOptions& options) {
  check_parameter_count(f, parameters);
  plan_ = detail::make_plan(options, parameters, 1, Method::richardson);
  kernel_ = context.backend().derivative_kernel(f, plan_);
}

DerivativeEvaluator::DerivativeEvaluator(DerivativeEvaluator&&) noexcept = default;
DerivativeEvaluator& DerivativeEvaluator::operator=(DerivativeEvaluator&&) noexcept = default;
DerivativeEvaluator::~DerivativeEvaluator() = default;

void DerivativeEvaluator::operator()(MatrixView<const double> points,
                                     const DerivativeOutput<double>& output) {
  evaluate(plan_, *kernel_, points, output);
}
void DerivativeEvaluator::operator()(MatrixView<const float> points,
                                     const DerivativeOutput<float>& output) {
  evaluate(plan_, *kernel_, points, output);
}

std::vector<Estimate<double>> estimate_derivatives(const Expression& f,
                                                   const std::vector<double>& x,
                                                   const DerivativeOptions& options) {
  const auto plan = plan_of(f, options);
  return detail::collect_estimates(
      plan, [&](const DerivativeOutput<double>& output) { evaluate_at(f, x, plan, output); });
}

std::vector<double> gradient(const Expression& f, const std::vector<double>& x,
                             const DerivativeOptions& options) {
  return derivatives_at(f, x, options);
}

std::vector<double> hessian(const Expression& f, const std::vector<double>& x,
                            DerivativeOptions options) {
  options.quantity = Quantity::hessian;
  return derivatives_at(f, x, options);
}

double derivative(const Expression& f, double x, const DerivativeOptions& options) {
  if (f.variables().size() != 1 || f.results() != 1)
    throw InvalidArgument(
        fmt::format("f has {} variables and {} results (derivative is for one of each) take "
                    "gradient",
                    f.variables().size(), f.results()));
  return derivatives_at(f, {x}, options).front();
}

}  // namespace batchgrad
