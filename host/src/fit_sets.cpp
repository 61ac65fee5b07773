#include <batchgrad/core/limits.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit_sets.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "fit_parts.hpp"
#include "solver/feature_moments.hpp"
#include "solver/second_order_fit.hpp"
#include "solver/set_fits.hpp"
#include "training.hpp"

namespace batchgrad {
namespace {

void check_shared(const std::vector<FitSet>& sets) {
  for (std::size_t s = 1; s < sets.size(); ++s) {
    if (sets[s].options.intercept != sets[0].options.intercept)
      throw InvalidArgument(
          fmt::format("set {} differs from set 0 in its intercept (sets that are fitted together "
                      "have equally many parameters) fit them apart",
                      s));
    if (sets[s].options.standardise != sets[0].options.standardise)
      throw InvalidArgument(
          fmt::format("set {} differs from set 0 in standardise (sets that are fitted together see "
                      "the same features) fit them apart",
                      s));
  }
}

void check_together(const FitOptions& options) {
  if (detail::is_second_order(options.solver))
    throw InvalidArgument(fmt::format(
        "solver {} fits one set at a time (it needs a matrix of second moments for each) use "
        "lbfgs, or fit each by itself",
        solver_name(options.solver)));
  if (options.batch_size > 0 || options.holdout > 0)
    throw InvalidArgument(
        "a set has a batch_size or a holdout (sets that are fitted together see the same samples) "
        "use folds and held_out, or fit each by itself");
}

/// The losses of the folds held out, at the parameters found; NaN where there is none.
template <class T>
std::vector<double> held_out_losses(LossEvaluator<T>& evaluator, const std::vector<FitSet>& sets,
                                    const std::vector<std::vector<computing_t<T>>>& parameters) {
  std::vector<double> result(sets.size(), quiet_nan);
  const auto holds_out = [](const FitSet& set) { return set.held_out != no_fold; };
  if (std::none_of(sets.begin(), sets.end(), holds_out)) return result;
  std::vector<computing_t<T>> points;
  std::vector<Loss> losses;
  std::vector<fold_t> held_out;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    points.insert(points.end(), parameters[s].begin(), parameters[s].end());
    losses.push_back(sets[s].loss);
    held_out.push_back(sets[s].held_out);
  }
  LossGradient wanted;
  wanted.held_out_loss = result;
  evaluator({points.data(), static_cast<index_t>(sets.size()), evaluator.parameter_count()}, wanted,
            {.loss = losses, .held_out = held_out});
  return result;
}

}  // namespace

template <class T>
std::vector<FitResult> fit_sets(Context& context, const Samples<T>& samples,
                                const std::vector<FitSet>& sets) {
  if (sets.empty()) return {};
  check_shared(sets);
  for (const FitSet& set : sets) {
    detail::check_fit(samples, set.loss, set.options);
    check_together(set.options);
  }

  const FitOptions& shared = sets.front().options;
  const auto moments = detail::feature_moments(samples, shared.intercept);
  const std::vector<computing_t<T>> centre(moments.centre.begin(), moments.centre.end());
  const Samples<T> seen = detail::seen_samples<T>(samples, centre, shared);
  LossEvaluator<T> evaluator(context, seen, sets.front().loss, shared.intercept);

  detail::Training<T> training(samples, shared);  // of all samples: no set has batches
  std::vector<std::unique_ptr<detail::SetRun<T>>> runs;
  for (const FitSet& set : sets) {
    detail::StandardisedObjective<T> objective(
        evaluator, moments, detail::target_magnitude(samples, set.loss), set.options, training);
    std::vector<double> start(static_cast<std::size_t>(evaluator.parameter_count()));
    if (!set.options.start.empty()) start = objective.from_raw(set.options.start);
    runs.push_back(std::make_unique<detail::SetRun<T>>(detail::SetRun<T>{
        set, std::move(objective), detail::stop_rules<T>(set.options), std::move(start)}));
  }
  std::vector<detail::Minimum> minima = detail::minimise_sets(evaluator, runs);

  std::vector<std::vector<computing_t<T>>> parameters;
  for (std::size_t s = 0; s < sets.size(); ++s)
    parameters.push_back(runs[s]->objective.rounded_parameters(minima[s].parameters));
  const std::vector<double> held_out = held_out_losses(evaluator, sets, parameters);
  std::vector<FitResult> results;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    std::vector<double> raw = runs[s]->objective.to_raw(minima[s].parameters);
    results.push_back(
        detail::result_of(std::move(minima[s]), std::move(raw), shared.intercept, sets[s].loss));
    results.back().held_out_loss = held_out[s];
    if (sets[s].held_out == no_fold && results.back().stop != Stop::interrupted &&
        detail::proves_separation(samples, sets[s].loss, sets[s].options.l1 + sets[s].options.l2,
                                  results.back().objective))
      results.back().stop = Stop::separated;
  }
  return results;
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template std::vector<FitResult> fit_sets(Context&, const Samples<T>&, const std::vector<FitSet>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
