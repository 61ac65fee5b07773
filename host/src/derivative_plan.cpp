#include <batchgrad/derivative_plan.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/stencil/fornberg.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace batchgrad {
namespace {

using Kind = DerivativeColumn::Kind;

constexpr std::array<std::pair<Method, std::string_view>, 8> methods{{
    {Method::automatic, "automatic"},
    {Method::forward, "forward"},
    {Method::backward, "backward"},
    {Method::central, "central"},
    {Method::richardson, "richardson"},
    {Method::adaptive, "adaptive"},
    {Method::forward_ad, "forward-ad"},
    {Method::symbolic, "symbolic"},
}};

[[noreturn]] void refuse(const std::string& text) { throw InvalidArgument(text); }

bool is_stencil(Method method) {
  return method == Method::forward || method == Method::backward || method == Method::central;
}

void check_order(const DerivativeOptions& options, Method method) {
  const bool has_order =
      options.quantity == Quantity::gradient || options.quantity == Quantity::directional;
  if (!has_order && options.order != 1)
    refuse(fmt::format(
        "order is {} (hessian and laplacian are second derivatives as they are) leave it out",
        options.order));
  if (options.order < 1)
    refuse(fmt::format("order is {} (the first derivative has order 1) give at least 1",
                       options.order));
  const bool is_by_rules = method == Method::forward_ad || method == Method::symbolic;
  if (!is_by_rules && options.order > max_derivative_order)
    refuse(fmt::format("order is {} (differences go up to {}) choose a lower one, or symbolic",
                       options.order, max_derivative_order));
  if (method == Method::forward_ad && options.order > 4)
    refuse(fmt::format("order is {} (forward-ad goes up to 4) choose symbolic or central",
                       options.order));
}

void check_accuracy(int accuracy, Method method) {
  if (accuracy == 0) return;
  if (!is_stencil(method))
    refuse(
        fmt::format("accuracy is {} (it belongs to forward, backward and central, not to {}) "
                    "leave it out",
                    accuracy, method_name(method)));
  const bool is_even = accuracy == 2 || accuracy == 4 || accuracy == 6 || accuracy == 8;
  if (method == Method::central && !is_even)
    refuse(fmt::format("accuracy is {} (central differences have an even one) choose 2, 4, 6 or 8",
                       accuracy));
  if (!is_even && accuracy != 1)
    refuse(fmt::format("accuracy is {} (no such stencil) choose 1, 2, 4, 6 or 8", accuracy));
}

/// A number that is positive, or 0 for the default.
void check_positive_or_default(double value, const char* name) {
  if (!(value >= 0 && std::isfinite(value)))
    refuse(fmt::format("{} is {} (it is positive and finite, or 0 for the default)", name, value));
}

void check_step(const DerivativeOptions& options, const detail::DerivativePlan& plan) {
  const StepRule& rule = options.step;
  check_positive_or_default(rule.step, "step");
  check_positive_or_default(rule.relative_step, "relative_step");
  check_positive_or_default(options.tolerance, "tolerance");
  const bool is_given = rule.step > 0 || rule.relative_step > 0;
  if (rule.step > 0 && rule.relative_step > 0)
    refuse("step and relative_step are both given (either one sets the step) leave one out");
  if (is_given && (!plan.is_difference() || plan.method == Method::adaptive))
    refuse(fmt::format("a step is given ({} {}) leave it out or choose another method",
                       method_name(plan.method),
                       plan.is_difference() ? "chooses its steps itself" : "takes no steps"));
  if (options.arithmetic == Arithmetic::native && !plan.is_difference())
    refuse(fmt::format("arithmetic is native ({} always computes in double) choose wide",
                       method_name(plan.method)));
}

template <class Entry>
void check_size(const std::vector<Entry>& entries, const char* name, index_t parameters) {
  if (!entries.empty() && static_cast<index_t>(entries.size()) != parameters)
    refuse(fmt::format("{} has {} entries (there are {} parameters) give one for each", name,
                       entries.size(), parameters));
}

void check_typical(const std::vector<double>& typical) {
  for (std::size_t i = 0; i < typical.size(); ++i)
    if (!(typical[i] > 0 && std::isfinite(typical[i])))
      refuse(
          fmt::format("typical is {} for parameter {} (the usual size of a parameter is "
                      "positive) give its size",
                      typical[i], i));
}

void check_bounds(const std::vector<Interval>& bounds) {
  for (std::size_t i = 0; i < bounds.size(); ++i)
    if (!(bounds[i].lower < bounds[i].upper))
      refuse(
          fmt::format("the bounds of parameter {} are {} and {} (the lower one is below the "
                      "upper one) exchange them or leave them out",
                      i, bounds[i].lower, bounds[i].upper));
}

void check_direction(const DerivativeOptions& options, index_t parameters) {
  const auto& direction = options.direction;
  if (options.quantity != Quantity::directional) {
    if (!direction.empty())
      refuse("a direction is given (only directional derivatives have one) leave it out");
    return;
  }
  if (direction.empty() && parameters > 0)
    refuse(fmt::format("there is no direction (a directional derivative has one) give {} entries",
                       parameters));
  for (std::size_t i = 0; i < direction.size(); ++i)
    if (!std::isfinite(direction[i]))
      refuse(fmt::format("direction is {} for parameter {} (its entries are numbers)", direction[i],
                         i));
}

std::vector<DerivativeColumn> columns_of(Quantity quantity, index_t parameters) {
  if (quantity == Quantity::directional) return {{Kind::direction}};
  if (quantity == Quantity::laplacian) return {{Kind::laplacian}};
  std::vector<DerivativeColumn> columns;
  for (index_t i = 0; i < parameters; ++i) {
    if (quantity == Quantity::gradient) columns.push_back({Kind::parameter, i, i});
    for (index_t j = 0; quantity == Quantity::hessian && j < parameters; ++j)
      columns.push_back({i == j ? Kind::parameter : Kind::mixed, std::min(i, j), std::max(i, j)});
  }
  return columns;
}

DifferenceRule rule_of(const DerivativeOptions& options, Method method) {
  DifferenceRule rule;
  switch (method) {
    case Method::forward:
      rule.method = DifferenceMethod::forward;
      break;
    case Method::backward:
      rule.method = DifferenceMethod::backward;
      break;
    case Method::central:
      rule.method = DifferenceMethod::central;
      break;
    case Method::adaptive:
      rule.method = DifferenceMethod::adaptive;
      break;
    default:
      rule.method = DifferenceMethod::richardson;
  }
  const bool is_one_sided = method == Method::forward || method == Method::backward;
  rule.accuracy = options.accuracy > 0 ? options.accuracy : is_one_sided ? 1 : 2;
  const bool is_second =
      options.quantity == Quantity::hessian || options.quantity == Quantity::laplacian;
  rule.order = is_second ? 2 : options.order;
  rule.step = options.step;
  rule.tolerance = options.tolerance;
  return rule;
}

template <class T>
void check_shape(const MatrixView<T>& view, const char* name, index_t rows, index_t columns,
                 bool is_optional) {
  if (view.rows() == rows && view.columns() == columns) return;
  if (is_optional && view.empty()) return;
  refuse(fmt::format("{} are {}x{} (they must be {}x{})", name, view.rows(), view.columns(), rows,
                     columns));
}

}  // namespace

std::string_view method_name(Method method) {
  return methods[static_cast<std::size_t>(method)].second;
}

Method parse_method(std::string_view name) {
  std::string hyphened(name);
  std::replace(hyphened.begin(), hyphened.end(), '_', '-');
  std::string list;
  for (const auto& [method, its_name] : methods) {
    if (its_name == hyphened) return method;
    list.append(list.empty() ? "" : ", ").append(its_name);
  }
  refuse(fmt::format("'{}' is no method choose one of {}", name, list));
}

std::string_view status_name(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::noisy:
      return "noisy";
    case Status::kink:
      return "kink";
    case Status::one_sided:
      return "one_sided";
    case Status::not_finite:
      return "not_finite";
    case Status::step_lost:
      return "step_lost";
  }
  return "unknown";
}

namespace detail {

DerivativePlan make_plan(const DerivativeOptions& options, index_t parameters, index_t results,
                         Method automatic) {
  DerivativePlan plan;
  plan.parameters = parameters;
  plan.results = results;
  plan.method = options.method == Method::automatic ? automatic : options.method;
  if (plan.method == Method::symbolic && automatic != Method::symbolic)
    refuse("method is symbolic (only expressions have a symbolic derivative) choose forward-ad");
  check_order(options, plan.method);
  check_accuracy(options.accuracy, plan.method);
  check_step(options, plan);
  check_size(options.typical, "typical", parameters);
  check_size(options.bounds, "bounds", parameters);
  check_size(options.direction, "direction", parameters);
  check_bounds(options.bounds);
  check_direction(options, parameters);

  plan.columns = columns_of(options.quantity, parameters);
  plan.rule = rule_of(options, plan.method);
  plan.typical = options.typical;
  if (plan.typical.empty())
    plan.typical.assign(static_cast<std::size_t>(parameters), options.step.typical);
  check_typical(plan.typical);
  plan.bounds = options.bounds;
  plan.direction = options.direction;
  plan.arithmetic = options.arithmetic;
  return plan;
}

template <class T>
void check_output(const DerivativePlan& plan, MatrixView<const T> points,
                  const DerivativeOutput<T>& output) {
  const index_t rows = points.rows();
  const index_t columns = plan.column_count();
  if (rows > 0 && points.columns() != plan.parameters)
    refuse(fmt::format("points have {} columns (f has {} parameters)", points.columns(),
                       plan.parameters));
  check_shape(output.derivatives, "derivatives", rows, columns, rows == 0 || columns == 0);
  check_shape(output.values, "values", rows, plan.results, true);
  check_shape(output.errors, "errors", rows, columns, true);
  check_shape(output.statuses, "statuses", rows, columns, true);
  check_shape(output.steps, "steps", rows, columns, true);
  check_shape(output.left_slopes, "left_slopes", rows, columns, true);
  check_shape(output.right_slopes, "right_slopes", rows, columns, true);

  for (index_t n = 0; !plan.bounds.empty() && n < rows; ++n)
    for (index_t i = 0; i < plan.parameters; ++i) {
      const auto x = static_cast<double>(points(n, i));
      const Interval& bounds = plan.bounds[static_cast<std::size_t>(i)];
      if (x < bounds.lower || x > bounds.upper)
        refuse(
            fmt::format("parameter {} of point {} is {} (its bounds are {} and {}) move the "
                        "point or the bounds",
                        i, n, x, bounds.lower, bounds.upper));
    }
}

template void check_output(const DerivativePlan&, MatrixView<const float>,
                           const DerivativeOutput<float>&);
template void check_output(const DerivativePlan&, MatrixView<const double>,
                           const DerivativeOutput<double>&);

}  // namespace detail
}  // namespace batchgrad
