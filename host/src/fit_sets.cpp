#include <batchgrad/core/limits.hpp>
#include <batchgrad/fit_sets.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

#include "fit_parts.hpp"
#include "fold_split.hpp"
#include "samples_check.hpp"
#include "set_options.hpp"
#include "solver/feature_moments.hpp"
#include "solver/second_order_fit.hpp"
#include "solver/set_fits.hpp"
#include "training.hpp"

namespace batchgrad {
namespace {

/// Sets of one group, in their order.
template <class L>
using Group = std::vector<const FitSetOf<L>*>;

const Loss* loss_of(const FitSet& set) { return &set.loss; }
const Loss* loss_of(const SoftmaxFitSet&) { return nullptr; }

index_t classes_of(const FitSet&) { return 0; }
index_t classes_of(const SoftmaxFitSet& set) { return set.loss.classes; }

/// Whether a fold held out must not be there at all: for a set that draws samples or needs
/// matrices. Others leave it out as they add up, whatever the fold.
template <class L>
bool removes_fold(const FitSetOf<L>& set) {
  const FitOptions& options = set.options;
  const bool draws = options.batch_size > 0 || options.holdout > 0;
  return set.held_out != no_fold && (draws || detail::is_second_order(options.solver));
}

template <class L>
fold_t removed_fold(const FitSetOf<L>& set) {
  return removes_fold(set) ? set.held_out : no_fold;
}
template <class L>
fold_t skipped_fold(const FitSetOf<L>& set) {
  return removes_fold(set) ? no_fold : set.held_out;
}

/// Whether one evaluation can be of both sets.
template <class L>
bool share_reads(const FitSetOf<L>& a, const FitSetOf<L>& b) {
  if (detail::is_second_order(a.options.solver) || detail::is_second_order(b.options.solver))
    return false;
  return classes_of(a) == classes_of(b) && a.options.intercept == b.options.intercept &&
         a.options.standardise == b.options.standardise && a.options.holdout == b.options.holdout &&
         (a.options.holdout == 0 || a.options.seed == b.options.seed) &&
         removed_fold(a) == removed_fold(b) &&
         (skipped_fold(a) == no_fold) == (skipped_fold(b) == no_fold);
}

/// Places of sets that share reads.
template <class L>
std::vector<std::vector<std::size_t>> groups_of(const std::vector<FitSetOf<L>>& sets) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& places) {
      return share_reads(sets[places.front()], sets[s]);
    });
    if (group == groups.end())
      groups.push_back({s});
    else
      group->push_back(s);
  }
  return groups;
}

/// What the sets of a group learn from and in which batches: the same object for sets that draw the
/// same, which so take their batches together.
template <class T>
class Trainings {
 public:
  explicit Trainings(const Samples<T>& samples) : samples_(samples) {}

  detail::Training<T>& of(const FitOptions& options) {
    for (const auto& [drawn, training] : known_)
      if (drawn->batch_size == options.batch_size &&
          (options.batch_size == 0 || drawn->seed == options.seed))
        return *training;
    known_.push_back({&options, std::make_unique<detail::Training<T>>(samples_, options)});
    return *known_.back().training;
  }

 private:
  struct Known {
    const FitOptions* drawn;
    std::unique_ptr<detail::Training<T>> training;
  };

  const Samples<T>& samples_;
  std::vector<Known> known_;
};

/// Whether the labels were separated among the samples that a fit learnt from.
template <class T, class L>
bool is_separated(const Samples<T>& learnt, const FitSetOf<L>& set, const FitResult& found) {
  if constexpr (std::is_same_v<L, Loss>)
    return found.stop != Stop::interrupted && found.stop != Stop::held_out &&
           detail::proves_separation(learnt, set.loss, set.options.l1 + set.options.l2,
                                     found.objective);
  else
    return false;
}

/// One read of `samples` for all sets of a group, whose removed fold is not among them.
template <class T, class L>
std::vector<FitResult> fit_together(Context& context, const Samples<T>& samples,
                                    const Group<L>& sets) {
  const FitOptions& shared = sets.front()->options;
  Trainings<T> trainings(samples);
  const detail::Training<T>& common = trainings.of(shared);
  const auto moments = detail::feature_moments(common.learnt(), shared.intercept);
  const std::vector<computing_t<T>> centre(moments.centre.begin(), moments.centre.end());
  const Samples<T> seen =
      detail::seen_samples<T>(shared.holdout > 0 ? common.seen() : samples, centre, shared);
  LossEvaluator<T> evaluator(context, seen, sets.front()->loss, shared.intercept);

  std::vector<std::unique_ptr<detail::SetRun<T>>> runs;
  for (const auto* set : sets) {
    detail::Training<T>& training = trainings.of(set->options);
    const fold_t held_out = shared.holdout > 0 ? training.held_out()[0] : skipped_fold(*set);
    runs.push_back(
        detail::make_run<T>(set->options, loss_of(*set), held_out,
                            {evaluator, moments, detail::target_magnitude(samples, set->loss),
                             set->options, training}));
  }
  std::vector<detail::Minimum> minima = detail::minimise_sets(evaluator, runs);

  std::vector<FitResult> results;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    std::vector<double> raw = runs[s]->objective.to_raw(minima[s].parameters);
    results.push_back(
        detail::result_of(std::move(minima[s]), std::move(raw), shared.intercept, sets[s]->loss));
    if (skipped_fold(*sets[s]) == no_fold &&
        is_separated(common.learnt(), *sets[s], results.back()))
      results.back().stop = Stop::separated;
  }
  return results;
}

/// The parameters of a result, as an evaluator takes them.
template <class T>
void append_parameters(const FitResult& result, Intercept intercept,
                       std::vector<computing_t<T>>& parameters) {
  const std::vector<double> intercepts =
      result.intercepts.empty() ? std::vector<double>{result.intercept} : result.intercepts;
  const std::size_t features = result.coefficients.size() / intercepts.size();
  for (std::size_t c = 0; c < intercepts.size(); ++c) {
    for (std::size_t j = 0; j < features; ++j)
      parameters.push_back(static_cast<computing_t<T>>(result.coefficients[c * features + j]));
    if (intercept == Intercept::fitted)
      parameters.push_back(static_cast<computing_t<T>>(intercepts[c]));
  }
}

/// The losses over a fold that none of the fits knew.
template <class T, class L>
void judge_by_fold(Context& context, const Samples<T>& fold, const Group<L>& sets,
                   std::vector<FitResult>& results) {
  const Intercept intercept = sets.front()->options.intercept;
  LossEvaluator<T> evaluator(context, fold, sets.front()->loss, intercept);
  std::vector<computing_t<T>> parameters;
  std::vector<Loss> losses;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    append_parameters<T>(results[s], intercept, parameters);
    if (const Loss* loss = loss_of(*sets[s])) losses.push_back(*loss);
  }
  std::vector<double> found(sets.size(), quiet_nan);
  LossGradient wanted;
  wanted.objective = found;
  evaluator({parameters.data(), static_cast<index_t>(sets.size()), evaluator.parameter_count()},
            wanted, {.loss = losses});
  for (std::size_t s = 0; s < sets.size(); ++s) results[s].held_out_loss = found[s];
}

template <class T, class L>
std::vector<FitResult> fit_group(Context& context, const Samples<T>& samples,
                                 const Group<L>& sets) {
  const FitSetOf<L>& first = *sets.front();
  const fold_t removed = removed_fold(first);
  const detail::FoldSplit<T> split(samples, removed);
  Samples<T> seen = split.rest();
  // Weights are added up fold by fold, which may round their sum another way.
  if (skipped_fold(first) == no_fold) seen.fold = {};
  std::vector<FitResult> results = detail::is_second_order(first.options.solver)
                                       ? std::vector{fit(context, seen, first.loss, first.options)}
                                       : fit_together(context, seen, sets);
  if (removed == no_fold) return results;
  for (FitResult& result : results) result.held_out_loss = quiet_nan;
  if (split.has_fold()) judge_by_fold(context, split.fold(), sets, results);
  return results;
}

template <class T, class L>
std::vector<FitResult> fit_all(Context& context, const Samples<T>& samples,
                               const std::vector<FitSetOf<L>>& sets) {
  if (sets.empty()) return {};
  std::vector<fold_t> held_out;
  for (const FitSetOf<L>& set : sets) {
    detail::check_fit(samples, set.loss, set.options);
    held_out.push_back(set.held_out);
  }
  detail::check_set_options({.held_out = held_out}, static_cast<index_t>(sets.size()),
                            detail::check_samples(samples, sets.front().loss));

  std::vector<FitResult> results(sets.size());
  for (const std::vector<std::size_t>& places : groups_of(sets)) {
    Group<L> group;
    for (const std::size_t place : places) group.push_back(&sets[place]);
    std::vector<FitResult> found = fit_group(context, samples, group);
    for (std::size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(found[i]);
  }
  return results;
}

}  // namespace

template <class T>
std::vector<FitResult> fit_sets(Context& context, const Samples<T>& samples,
                                const std::vector<FitSet>& sets) {
  return fit_all(context, samples, sets);
}

template <class T>
std::vector<FitResult> fit_sets(Context& context, const Samples<T>& samples,
                                const std::vector<SoftmaxFitSet>& sets) {
  return fit_all(context, samples, sets);
}

#define BATCHGRAD_WITH_STORAGE(T)                                       \
  template std::vector<FitResult> fit_sets(Context&, const Samples<T>&, \
                                           const std::vector<FitSet>&); \
  template std::vector<FitResult> fit_sets(Context&, const Samples<T>&, \
                                           const std::vector<SoftmaxFitSet>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
