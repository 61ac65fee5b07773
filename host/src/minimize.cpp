#include <batchgrad/error.hpp>
#include <batchgrad/minimize.hpp>

#include <cmath>
#include <fmt/format.h>

#include "solver/lockstep.hpp"
#include "solver_check.hpp"

namespace batchgrad {
namespace {

void check_starts(MatrixView<const double> starts) {
  if (starts.empty())
    throw InvalidArgument(fmt::format(
        "starts are {}x{} (there is nothing to minimise) give at least one start of one variable",
        starts.rows(), starts.columns()));
  for (index_t n = 0; n < starts.rows(); ++n)
    for (index_t i = 0; i < starts.columns(); ++i)
      if (!std::isfinite(starts(n, i)))
        throw InvalidArgument(
            fmt::format("variable {} of start {} is {} (no search can leave it) give a finite "
                        "number",
                        i, n, starts(n, i)));
}

void check_derivative(const DerivativeOptions& options) {
  if (options.quantity != Quantity::gradient || options.order != 1)
    throw InvalidArgument(
        "derivative asks for something else than the gradient (nothing else leads downhill) "
        "leave quantity and order as they are");
  if (!options.bounds.empty())
    throw InvalidArgument(
        "derivative has bounds (minimize searches without constraints and would leave them) let f "
        "be infinite where it must not go");
}

index_t best_of(const std::vector<StartResult>& starts) {
  std::size_t best = 0;
  for (std::size_t n = 1; n < starts.size(); ++n) {
    const bool is_lower = starts[n].value < starts[best].value;
    const bool is_first = starts[best].stop == Stop::not_finite;
    if (starts[n].stop != Stop::not_finite && (is_lower || is_first)) best = n;
  }
  return static_cast<index_t>(best);
}

MinimizeResult minimize_by(Context& context, DerivativeEvaluator evaluator,
                           MatrixView<const double> starts, const MinimizeOptions& options) {
  const auto evaluate = [&](MatrixView<const double> points, MatrixView<double> gradients,
                            MatrixView<double> values) {
    DerivativeOutput<double> output;
    output.derivatives = gradients;
    output.values = values;
    evaluator(points, output);
  };
  const bool is_exact =
      evaluator.method() == Method::symbolic || evaluator.method() == Method::forward_ad;
  return detail::minimize_points(context, evaluate, starts, options,
                                 is_exact ? detail::exact_tolerance : detail::difference_tolerance);
}

}  // namespace

namespace detail {

MinimizeResult minimize_points(Context& context, const PointsFunction& f,
                               MatrixView<const double> starts, const MinimizeOptions& options,
                               double default_tolerance) {
  StopRules rules;
  rules.max_iterations = options.max_iterations;
  rules.tolerance = options.tolerance.value_or(default_tolerance);
  rules.objective_tolerance = options.objective_tolerance;
  rules.step_tolerance = options.step_tolerance;
  rules.tolerance_of = ToleranceOf::run_scale;
  rules.history = History::dropped;
  check_solver(options.solver);
  check_first_order(options.solver);
  check_rules(rules);
  check_derivative(options.derivative);
  check_starts(starts);
  MinimizeResult result;
  result.starts = Lockstep(context, f, options, rules, starts).run();
  result.best = best_of(result.starts);
  return result;
}

}  // namespace detail

MinimizeResult minimize(Context& context, const Expression& f, MatrixView<const double> starts,
                        const MinimizeOptions& options) {
  const auto variables = static_cast<index_t>(f.variables().size());
  if (f.results() != 1)
    throw InvalidArgument(
        fmt::format("f has {} results (only a single number has a minimum) minimise one of them, "
                    "or the sum of their squares",
                    f.results()));
  if (starts.columns() != variables)
    throw InvalidArgument(
        fmt::format("starts have {} columns (f has {} variables)", starts.columns(), variables));
  return minimize_by(context, DerivativeEvaluator(context, f, options.derivative), starts, options);
}

MinimizeResult minimize(Context& context, const Function& f, MatrixView<const double> starts,
                        const MinimizeOptions& options) {
  return minimize_by(context, DerivativeEvaluator(context, f, starts.columns(), options.derivative),
                     starts, options);
}

MinimizeResult minimize(Context& context, const ValueAndGradient& f,
                        MatrixView<const double> starts, const MinimizeOptions& options) {
  // One call of f is worth more than a thousand of the items that for_each_range hands out.
  constexpr index_t items = 1024;
  const auto evaluate = [&](MatrixView<const double> points, MatrixView<double> gradients,
                            MatrixView<double> values) {
    detail::for_each_range(context, points.rows() * items, [&](index_t first, index_t last) {
      for (index_t n = (first + items - 1) / items; n * items < last; ++n)
        values(n, 0) = f(points.row(n), gradients.row(n));
    });
  };
  return detail::minimize_points(context, evaluate, starts, options, detail::exact_tolerance);
}

StartResult minimize(const Expression& f, const std::vector<double>& start,
                     const MinimizeOptions& options) {
  return detail::minimize_here(f, start, options);
}

StartResult minimize(const ValueAndGradient& f, const std::vector<double>& start,
                     const MinimizeOptions& options) {
  return detail::minimize_here(f, start, options);
}

}  // namespace batchgrad
