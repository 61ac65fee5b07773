#pragma once

#include <batchgrad/fit_sets.hpp>

#include <cstdint>
#include <vector>

namespace batchgrad {

/// Folds for `samples` samples, 0 to folds - 1: as equal in size as can be, drawn by a seeded
/// counter-based generator. The same seed gives the same folds everywhere.
/// Errors: InvalidArgument unless 2 <= folds <= samples.
[[nodiscard]] std::vector<fold_t> draw_folds(index_t samples, index_t folds,
                                             std::uint64_t seed = 1);

struct CrossValidationOptions {
  index_t folds = 10;
  std::uint64_t seed = 1;
};

/// What a cross-validation says of one candidate.
struct CrossValidationScore {
  double loss = 0;            ///< mean over the samples, weighted, each predicted without its fold
  double standard_error = 0;  ///< of that mean, from the spread of the folds' means
  bool converged = true;      ///< all of its fits
};

struct CrossValidation {
  std::vector<CrossValidationScore> scores;  ///< one for each candidate
  std::size_t best = 0;                      ///< of the smallest loss; among equals the first
  std::vector<fold_t> folds;                 ///< M
};

/// Scores candidates (penalties, losses' parameters, solvers, learning rates) by K-fold
/// cross-validation: every candidate is fitted K times, each time without one fold, all in one
/// fit_sets. Losses are compared as they are: candidates must have the same loss where that
/// matters.
///   loss_c = sum_m v_m loss_c(eta_m without the fold of m, y_m) / sum_m v_m
///   standard_error_c = sqrt(sum_k (loss_ck - loss_c)^2 / (K (K - 1)))
/// Shapes: samples M x D without folds.
/// Errors: as fit_sets; InvalidArgument for no candidates, folds out of range, or samples that have
///   folds already. A fit that is not finite scores infinity.
/// Cost: as fit_sets with K sets for each candidate; those with batches or a holdout share reads
///   within a fold.
/// Source: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning (2009),
/// section 7.10.
template <class T>
[[nodiscard]] CrossValidation cross_validate(Context& context, const Samples<T>& samples,
                                             const std::vector<FitSet>& candidates,
                                             const CrossValidationOptions& options = {});
template <class T>
[[nodiscard]] CrossValidation cross_validate(Context& context, const Samples<T>& samples,
                                             const std::vector<SoftmaxFitSet>& candidates,
                                             const CrossValidationOptions& options = {});

#define BATCHGRAD_WITH_STORAGE(T)                                                              \
  extern template CrossValidation cross_validate(                                              \
      Context&, const Samples<T>&, const std::vector<FitSet>&, const CrossValidationOptions&); \
  extern template CrossValidation cross_validate(Context&, const Samples<T>&,                  \
                                                 const std::vector<SoftmaxFitSet>&,            \
                                                 const CrossValidationOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
