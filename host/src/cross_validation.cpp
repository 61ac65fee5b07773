#include <batchgrad/core/limits.hpp>
#include <batchgrad/cross_validation.hpp>
#include <batchgrad/error.hpp>

#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "random/shuffle.hpp"
#include "sample_weight.hpp"

namespace batchgrad {
namespace {

/// Mean of the folds' mean losses, weighted as their samples are, and its standard error.
CrossValidationScore score_of(const FitResult* fits, const std::vector<double>& fold_weights) {
  CrossValidationScore score;
  double weight = 0;
  double sum = 0;
  for (std::size_t k = 0; k < fold_weights.size(); ++k) {
    score.converged = score.converged && fits[k].converged();
    if (fold_weights[k] == 0) continue;  // its loss is the mean of nothing
    weight += fold_weights[k];
    sum += fold_weights[k] * fits[k].held_out_loss;
  }
  score.loss = sum / weight;
  double square = 0;
  for (std::size_t k = 0; k < fold_weights.size(); ++k) {
    const double distance = fold_weights[k] == 0 ? 0.0 : fits[k].held_out_loss - score.loss;
    square += distance * distance;
  }
  const auto count = static_cast<double>(fold_weights.size());
  score.standard_error = std::sqrt(square / (count * (count - 1)));
  if (!std::isfinite(score.loss)) score.loss = score.standard_error = infinity;
  return score;
}

template <class T>
std::vector<double> weights_of(const Samples<T>& samples, const std::vector<fold_t>& folds,
                               index_t count) {
  std::vector<double> weights(static_cast<std::size_t>(count));
  for (std::size_t m = 0; m < folds.size(); ++m)
    weights[static_cast<std::size_t>(folds[m])] +=
        detail::weight_of(samples, static_cast<index_t>(m));
  return weights;
}

template <class T, class L>
CrossValidation score_all(Context& context, const Samples<T>& samples,
                          const std::vector<FitSetOf<L>>& candidates,
                          const CrossValidationOptions& options) {
  if (candidates.empty())
    throw InvalidArgument("there are no candidates (nothing can be the best of none) give one");
  if (!samples.fold.empty())
    throw InvalidArgument(
        "samples have folds (a cross-validation draws its own) leave them empty, or use fit_sets");
  CrossValidation result;
  result.folds = draw_folds(samples.count(), options.folds, options.seed);
  Samples<T> folded = samples;
  folded.fold = result.folds;
  std::vector<FitSetOf<L>> sets;
  for (const FitSetOf<L>& candidate : candidates)
    for (index_t k = 0; k < options.folds; ++k) {
      sets.push_back(candidate);
      sets.back().held_out = static_cast<fold_t>(k);
    }
  const std::vector<FitResult> fits = fit_sets(context, folded, sets);
  const auto weights = weights_of(samples, result.folds, options.folds);
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    result.scores.push_back(score_of(fits.data() + c * weights.size(), weights));
    if (result.scores[c].loss < result.scores[result.best].loss) result.best = c;
  }
  return result;
}

}  // namespace

std::vector<fold_t> draw_folds(index_t samples, index_t folds, std::uint64_t seed) {
  if (folds < 2 || folds > samples)
    throw InvalidArgument(
        fmt::format("folds is {} (of {} samples at least 2 and at most {} folds can be made) try 5 "
                    "or 10",
                    folds, samples, samples));
  std::vector<fold_t> result(static_cast<std::size_t>(samples));
  std::vector<index_t> order(result.size());
  std::iota(order.begin(), order.end(), index_t{0});
  detail::shuffle(seed, detail::Order::folds, 0, order);
  for (std::size_t i = 0; i < order.size(); ++i)
    result[static_cast<std::size_t>(order[i])] =
        static_cast<fold_t>(static_cast<index_t>(i) % folds);
  return result;
}

template <class T>
CrossValidation cross_validate(Context& context, const Samples<T>& samples,
                               const std::vector<FitSet>& candidates,
                               const CrossValidationOptions& options) {
  return score_all(context, samples, candidates, options);
}

template <class T>
CrossValidation cross_validate(Context& context, const Samples<T>& samples,
                               const std::vector<SoftmaxFitSet>& candidates,
                               const CrossValidationOptions& options) {
  return score_all(context, samples, candidates, options);
}

#define BATCHGRAD_WITH_STORAGE(T)                                                                  \
  template CrossValidation cross_validate(Context&, const Samples<T>&, const std::vector<FitSet>&, \
                                          const CrossValidationOptions&);                          \
  template CrossValidation cross_validate(Context&, const Samples<T>&,                             \
                                          const std::vector<SoftmaxFitSet>&,                       \
                                          const CrossValidationOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
