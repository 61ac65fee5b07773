#pragma once

#include <batchgrad/fit.hpp>

#include <optional>
#include <vector>

#include "solver/batches.hpp"

namespace batchgrad::detail {

/// Which samples a fit learns from, and in which order: see FitOptions::batch_size and holdout.
/// Samples that weigh nothing are as if they were not there: neither drawn nor held out.
template <class T>
class Training {
 public:
  /// `samples` and `options` have been checked; the samples' views must outlive this.
  /// Errors: InvalidArgument for a holdout that is no sample or leaves none.
  Training(const Samples<T>& samples, const FitOptions& options);

  /// All samples; those that are held out make a fold.
  [[nodiscard]] Samples<T> seen() const;
  /// The same where those held out weigh nothing.
  [[nodiscard]] Samples<T> learnt() const;
  /// The fold held out, or nothing, as SetOptions takes it.
  [[nodiscard]] VectorView<const fold_t> held_out() const;

  /// Null: always all samples.
  [[nodiscard]] Batches* batches() { return batches_ ? &*batches_ : nullptr; }
  /// The mean weight of the rows of a batch over that of all samples that are learnt from, by which
  /// a weighted mean over the batch is multiplied: a batch's gradient is then on average that of
  /// all samples, and single samples pull in proportion to their weights. 1 without weights.
  [[nodiscard]] double relative_weight(VectorView<const index_t> rows) const;

  /// The mean weight of all samples that are learnt from; 1 without weights.
  [[nodiscard]] double mean_weight() const { return mean_weight_; }

 private:
  void hold_out(std::vector<index_t>& rows, const FitOptions& options);
  [[nodiscard]] double mean_weight(VectorView<const index_t> rows) const;

  Samples<T> samples_;
  std::vector<fold_t> fold_;
  std::vector<computing_t<T>> weight_;  ///< 0 for the samples held out
  std::optional<Batches> batches_;
  double mean_weight_ = 1;
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class Training<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

/// Throws InvalidArgument for options of batches and of the holdout that are out of range or do not
/// suit the solver.
void check_training(const FitOptions& options);

/// Of an epoch's iterations, or of all samples'.
[[nodiscard]] index_t most_iterations(const FitOptions& options);

}  // namespace batchgrad::detail
