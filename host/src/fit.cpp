#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <type_traits>
#include <utility>

#include "fit_parts.hpp"
#include "solver/feature_moments.hpp"
#include "solver/run.hpp"
#include "solver/second_order_fit.hpp"
#include "solver/standardised_objective.hpp"
#include "training.hpp"

namespace batchgrad {
namespace {

template <class T, class L>
FitResult fit_by(Context& context, const Samples<T>& samples, const L& loss,
                 const FitOptions& options) {
  detail::check_fit(samples, loss, options);

  detail::Training<T> training(samples, options);
  const auto moments = detail::feature_moments(training.learnt(), options.intercept);
  const std::vector<computing_t<T>> centre(moments.centre.begin(), moments.centre.end());
  const bool is_second_order = detail::is_second_order(options.solver);
  FitOptions used = options;
  if (is_second_order) used.standardise = Standardise::yes;
  const Samples<T> seen = detail::seen_samples<T>(training.seen(), centre, used);
  LossEvaluator<T> evaluator(context, seen, loss, options.intercept);
  detail::StandardisedObjective<T> objective(
      evaluator, moments, detail::target_magnitude(samples, loss), used, training);

  std::vector<double> start(static_cast<std::size_t>(objective.parameter_count()));
  if (!options.start.empty()) start = objective.from_raw(options.start);
  const detail::StopRules rules = detail::stop_rules<T>(options);
  detail::SecondOrderMinimum found;
  constexpr bool is_scalar = std::is_same_v<L, Loss>;
  if constexpr (is_scalar) {
    if (is_second_order)
      found = detail::minimise_second_order(context, seen, loss, used, moments, objective, start,
                                            rules);
  }
  if (!is_second_order) found.minimum = detail::minimise(objective, start, options.solver, rules);
  if constexpr (is_scalar) {
    if (found.minimum.stop != Stop::interrupted && found.minimum.stop != Stop::held_out &&
        detail::proves_separation(training.learnt(), loss, options.l1 + options.l2,
                                  found.minimum.value.objective))
      found.minimum.stop = Stop::separated;
  }
  std::vector<double> raw =
      found.raw.empty() ? objective.to_raw(found.minimum.parameters) : std::move(found.raw);
  FitResult result =
      detail::result_of(std::move(found.minimum), std::move(raw), options.intercept, loss);
  result.dependencies = std::move(found.dependencies);
  result.precision = found.precision;
  return result;
}

}  // namespace

template <class T>
FitResult fit(Context& context, const Samples<T>& samples, const Loss& loss,
              const FitOptions& options) {
  return fit_by(context, samples, loss, options);
}

template <class T>
FitResult fit(Context& context, const Samples<T>& samples, const SoftmaxLoss& loss,
              const FitOptions& options) {
  return fit_by(context, samples, loss, options);
}

#define BATCHGRAD_WITH_STORAGE(T)                                                      \
  template FitResult fit(Context&, const Samples<T>&, const Loss&, const FitOptions&); \
  template FitResult fit(Context&, const Samples<T>&, const SoftmaxLoss&, const FitOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
