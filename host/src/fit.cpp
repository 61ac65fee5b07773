#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "samples_check.hpp"
#include "solver/feature_moments.hpp"
#include "solver/gradient_descent.hpp"
#include "solver/lbfgs.hpp"
#include "solver/standardised_objective.hpp"

namespace batchgrad {
namespace {

void check_solver(const GradientDescent& solver) {
  const double rate = solver.learning_rate.value_or(1.0);
  if (!(rate > 0 && std::isfinite(rate)))
    throw InvalidArgument(
        fmt::format("learning_rate is {} (a step along the gradient must be positive and finite) "
                    "leave it unset "
                    "to have it estimated",
                    rate));
  if (!(solver.momentum >= 0 && solver.momentum < 1))
    throw InvalidArgument(fmt::format(
        "momentum is {} (the velocity keeps growing unless it is at least 0 and below 1) try 0.9",
        solver.momentum));
}

void check_solver(const Lbfgs& solver) {
  if (solver.memory < 1)
    throw InvalidArgument(fmt::format(
        "memory is {} (lbfgs keeps at least 1 pair) use 5 to 20, or gradient-descent for none",
        solver.memory));
}

void check_not_negative(const char* name, double value, const char* advice) {
  if (!(value >= 0 && std::isfinite(value)))
    throw InvalidArgument(
        fmt::format("{} is {} (it must be finite and not negative) {}", name, value, advice));
}

void check_options(const FitOptions& options, index_t parameters) {
  std::visit([](const auto& solver) { check_solver(solver); }, options.solver);
  check_not_negative("l2", options.l2, "use 0 for no penalty");
  check_not_negative("tolerance", options.tolerance.value_or(0), "use 0 to switch it off");
  check_not_negative("objective_tolerance", options.objective_tolerance, "use 0 to switch it off");
  if (options.max_iterations < 0)
    throw InvalidArgument(fmt::format(
        "max_iterations is {} (it cannot be negative) use 0 to evaluate the start alone",
        options.max_iterations));
  if (parameters == 0)
    throw InvalidArgument(
        "there is nothing to fit (no features and no intercept) give one of them");
  const auto size = static_cast<index_t>(options.start.size());
  if (size != 0 && size != parameters)
    throw InvalidArgument(fmt::format(
        "start has {} entries (the model has {} parameters) give the coefficients{}", size,
        parameters,
        options.intercept == Intercept::fitted ? " and then the intercept" : ", no intercept"));
  const auto is_finite = [](double value) { return std::isfinite(value); };
  const auto bad = std::find_if_not(options.start.begin(), options.start.end(), is_finite);
  if (bad != options.start.end())
    throw InvalidArgument(fmt::format("start {} is {} (parameters are finite numbers)",
                                      bad - options.start.begin(), *bad));
}

template <class T>
void check(const Samples<T>& samples, const Loss& loss) {
  if (!samples.centre.empty())
    throw InvalidArgument(
        "samples have a centre (a fit centres the features itself) leave it empty, or evaluate "
        "with LossEvaluator");
  detail::check_samples(samples, loss);
}

/// The largest |target| + |offset|.
template <class T>
double target_magnitude(const Samples<T>& samples) {
  double largest = 0;
  for (index_t m = 0; m < samples.count(); ++m) {
    const double offset = samples.offset.empty() ? 0.0 : static_cast<double>(samples.offset[m]);
    largest =
        std::max(largest, std::fabs(static_cast<double>(samples.target[m])) + std::fabs(offset));
  }
  return largest;
}

template <class T>
constexpr double default_tolerance = std::is_same_v<T, float> ? 1e-6 : 1e-9;

FitResult result_of(detail::Minimum minimum, std::vector<double> raw, Intercept intercept) {
  FitResult result;
  if (intercept == Intercept::fitted) {
    result.intercept = raw.back();
    raw.pop_back();
  }
  result.coefficients = std::move(raw);
  result.objective = minimum.value.objective;
  result.gradient_norm = minimum.value.gradient_norm;
  result.iterations = minimum.iterations;
  result.evaluations = minimum.evaluations;
  result.stop = minimum.stop;
  result.history = std::move(minimum.history);
  return result;
}

}  // namespace

std::string_view stop_name(Stop stop) {
  switch (stop) {
    case Stop::gradient:
      return "gradient";
    case Stop::objective:
      return "objective";
    case Stop::max_iterations:
      return "max-iterations";
    case Stop::no_progress:
      return "no-progress";
    case Stop::diverged:
      return "diverged";
    case Stop::interrupted:
      return "interrupted";
  }
  return "unknown";
}

template <class T>
FitResult fit(Context& context, const Samples<T>& samples, const Loss& loss,
              const FitOptions& options) {
  const bool has_intercept = options.intercept == Intercept::fitted;
  check_options(options, samples.feature_count() + (has_intercept ? 1 : 0));
  check(samples, loss);

  const auto moments = detail::feature_moments(samples, options.intercept);
  const std::vector<T> centre(moments.centre.begin(), moments.centre.end());
  Samples<T> seen = samples;
  if (has_intercept && options.standardise == Standardise::yes) seen.centre = centre;
  LossEvaluator<T> evaluator(context, seen, loss, options.intercept);
  detail::StandardisedObjective<T> objective(evaluator, moments, target_magnitude(samples),
                                             options);

  std::vector<double> start(static_cast<std::size_t>(objective.parameter_count()));
  if (!options.start.empty()) start = objective.from_raw(options.start);
  const detail::StopRules rules{options.max_iterations,
                                options.tolerance.value_or(default_tolerance<T>),
                                options.objective_tolerance, options.observer};
  detail::Minimum minimum = std::visit(
      [&](const auto& solver) { return detail::minimise(objective, start, solver, rules); },
      options.solver);
  std::vector<double> raw = objective.to_raw(minimum.parameters);
  return result_of(std::move(minimum), std::move(raw), options.intercept);
}

template FitResult fit(Context&, const Samples<float>&, const Loss&, const FitOptions&);
template FitResult fit(Context&, const Samples<double>&, const Loss&, const FitOptions&);

}  // namespace batchgrad
