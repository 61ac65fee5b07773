#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <memory>
#include <type_traits>
#include <utility>

#include "fit_parts.hpp"
#include "solver/feature_moments.hpp"
#include "solver/second_order_fit.hpp"
#include "solver/set_fits.hpp"
#include "solver/standardised_objective.hpp"
#include "training.hpp"

namespace batchgrad {
namespace {

const Loss* loss_of(const Loss& loss) { return &loss; }
const Loss* loss_of(const SoftmaxLoss&) { return nullptr; }

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
  std::vector<std::unique_ptr<detail::SetRun<T>>> set;
  set.push_back(detail::make_run<T>(
      used, loss_of(loss), training.held_out().empty() ? no_fold : training.held_out()[0],
      {evaluator, moments, detail::target_magnitude(samples, loss), used, training}));
  detail::StandardisedObjective<T>& objective = set.front()->objective;
  detail::SecondOrderMinimum found;
  constexpr bool is_scalar = std::is_same_v<L, Loss>;
  if constexpr (is_scalar) {
    if (is_second_order)
      found = detail::minimise_second_order(context, seen, loss, used, moments, objective,
                                            set.front()->start, set.front()->rules);
  }
  if (!is_second_order) found.minimum = detail::minimise_set(evaluator, set);
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
