#include "solver/second_order_fit.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "loss_shape.hpp"
#include "sample_weight.hpp"
#include "solver/gram.hpp"
#include "solver/newton.hpp"
#include "solver/second_order_model.hpp"

namespace batchgrad::detail {
namespace {

/// Lets a task run to its end; the objective evaluates what it asks for.
Minimum drive(Objective& objective, Progress progress, auto&& make_task) {
  Execution execution;
  Task<Stop> task = make_task(progress);
  task.start(execution);
  while (Point* point = execution.advance())
    point->value = objective.evaluate(point->parameters, point->gradient);
  const Stop stop = task.take();
  return std::move(progress).finish(stop);
}

void check_by(const Newton&, const Loss& loss) {
  if (curvature_of(loss) == LossCurvature::none)
    throw InvalidArgument(
        fmt::format("solver newton cannot fit loss '{}' (its second derivative is 0, so it has no "
                    "curvature to step by) use lbfgs",
                    loss_name(loss)));
}
void check_by(const Gram&, const Loss& loss) {
  if (!std::holds_alternative<SquaredLoss>(loss))
    throw InvalidArgument(
        fmt::format("solver gram cannot fit loss '{}' (it solves the normal equations of least "
                    "squares) use newton or lbfgs, or loss squared",
                    loss_name(loss)));
}

/// What one fit consists of.
template <class T>
struct Parts {
  SecondOrderModel<T>& model;
  StandardisedObjective<T>& objective;
  VectorView<const double> start;
  const StopRules& rules;
};

template <class T>
SecondOrderMinimum minimise_by(const Newton&, const Parts<T>& parts, const Loss& loss, double l2) {
  const std::vector<double> zeros(static_cast<std::size_t>(parts.start.size()));
  const Cholesky<double> factor(parts.model.matrix(Curvature::gram, zeros), parts.model.order(),
                                parts.model.tolerance());
  const NewtonProblem problem{[&](VectorView<const double> variables) {
                                return parts.model.matrix(Curvature::observed, variables);
                              },
                              factor.kept(), l2 == 0 && may_lack_minimum(loss)};
  Minimum minimum = drive(
      parts.objective, Progress(parts.rules, {}, nullptr),
      [&](Progress& progress) { return solve_newton(progress, Point(parts.start), problem); });
  return {std::move(minimum), parts.model.name(factor.dependent()), Precision::standard, {}};
}

/// The coefficient of a constant feature is that of the start: nothing depends on it.
template <class T>
void keep_constants(const SecondOrderModel<T>& model, VectorView<const double> start,
                    std::vector<DoubleDouble>& w) {
  const FeatureMoments& moments = model.moments();
  for (std::size_t j = 0; j < moments.scale.size(); ++j)
    if (moments.vanishes[j] != 0 && double(w[j]) == 0)
      w[j] = start[static_cast<index_t>(j)] / moments.scale[j];
}

template <class T>
SecondOrderMinimum minimise_extended(const Gram& options, const Parts<T>& parts) {
  const ExtendedGram gram = parts.model.extended(options.features_low);
  const Cholesky<DoubleDouble> factor(
      gram.matrix, parts.model.order(),
      parts.model.extended_tolerance(!options.features_low.empty()));
  std::vector<DoubleDouble> w = factor.solve(gram.right);
  keep_constants(parts.model, parts.start, w);
  const FeatureMoments& moments = parts.model.moments();
  std::vector<double> variables;
  for (std::size_t j = 0; j < w.size(); ++j)
    variables.push_back(double(w[j]) * (j < moments.scale.size() ? moments.scale[j] : 1.0));
  SecondOrderMinimum result;
  result.minimum = drive(
      parts.objective, Progress(parts.rules, {}, nullptr),
      [&](Progress& progress) { return report_solution(progress, Point(parts.start), variables); });
  result.dependencies = parts.model.name(factor.dependent());
  result.precision = Precision::extended;
  // Storage in float rounds coefficients to float wherever they come from.
  if (!std::is_same_v<T, double> || !is_converged(result.minimum.stop)) return result;
  if (parts.model.has_intercept())
    for (std::size_t j = 0; j < moments.scale.size(); ++j)
      w.back() -= w[j] * DoubleDouble(moments.centre[j]);
  for (const DoubleDouble& value : w) result.raw.push_back(double(value));
  return result;
}

template <class T>
SecondOrderMinimum minimise_by(const Gram& options, const Parts<T>& parts, const Loss&, double) {
  if (options.precision == Precision::extended) return minimise_extended(options, parts);
  const std::vector<double> zeros(static_cast<std::size_t>(parts.start.size()));
  const NormalEquations equations(parts.model.matrix(Curvature::gram, zeros), parts.model.order(),
                                  parts.model.tolerance());
  const Cholesky<double>& factor = equations.factor();
  const double condition = factor.condition();
  const double bound =
      gram_condition_bound<T>(parts.model.sample_count(), parts.model.parameter_count());
  if (options.precision == Precision::automatic &&
      (!factor.dependent().empty() || condition > bound))
    return minimise_extended(options, parts);
  SecondOrderMinimum result;
  result.minimum = drive(
      parts.objective, Progress(parts.rules, {}, nullptr),
      [&](Progress& progress) { return solve_gram(progress, Point(parts.start), equations); });
  result.dependencies = parts.model.name(factor.dependent());
  if (condition > most_gram_condition<T> && is_converged(result.minimum.stop))
    result.minimum.stop = Stop::no_progress;
  return result;
}

template <class Options>
constexpr bool needs_matrices = std::is_same_v<Options, Newton> || std::is_same_v<Options, Gram>;

}  // namespace

bool is_second_order(const Solver& solver) {
  return std::visit(
      [](const auto& options) { return needs_matrices<std::remove_cvref_t<decltype(options)>>; },
      solver);
}

void check_loss(const Solver& solver, const Loss& loss) {
  std::visit(
      [&](const auto& options) {
        if constexpr (needs_matrices<std::remove_cvref_t<decltype(options)>>)
          check_by(options, loss);
      },
      solver);
}

template <class T>
SecondOrderMinimum minimise_second_order(Context& context, const Samples<T>& seen, const Loss& loss,
                                         const FitOptions& options, const FeatureMoments& moments,
                                         StandardisedObjective<T>& objective,
                                         VectorView<const double> start, const StopRules& rules) {
  return std::visit(
      [&](const auto& solver) -> SecondOrderMinimum {
        if constexpr (needs_matrices<std::remove_cvref_t<decltype(solver)>>) {
          SecondOrderModel<T> model(context, seen, loss, options, moments);
          return minimise_by(solver, Parts<T>{model, objective, start, rules}, loss, options.l2);
        } else {
          throw InvalidArgument(fmt::format("solver {} needs no matrix", solver.name));
        }
      },
      options.solver);
}

template <class T>
bool proves_separation(const Samples<T>& samples, const Loss& loss, double penalty,
                       double objective) {
  if (penalty > 0 || !std::holds_alternative<LogisticLoss>(loss)) return false;
  double weight_sum = 0;
  double least = 0;
  for (index_t m = 0; m < samples.count(); ++m) {
    const double weight = weight_of(samples, m);
    if (weight == 0) continue;
    if (samples.target[m] != 0 && samples.target[m] != 1) return false;
    weight_sum += weight;
    least = least == 0 ? weight : std::min(least, weight);
  }
  constexpr double surely = 1 - 1e-6;  // whatever rounding did to the sum
  return objective * weight_sum < surely * std::log(2.0) * least;
}

#define BATCHGRAD_WITH_STORAGE(T)                                                         \
  template SecondOrderMinimum minimise_second_order(                                      \
      Context&, const Samples<T>&, const Loss&, const FitOptions&, const FeatureMoments&, \
      StandardisedObjective<T>&, VectorView<const double>, const StopRules&);             \
  template bool proves_separation(const Samples<T>&, const Loss&, double, double);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
