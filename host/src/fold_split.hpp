#pragma once

#include <batchgrad/regression/samples.hpp>

#include <vector>

namespace batchgrad::detail {

/// A data set in two parts: one of its folds and the rest. In a part the other's samples weigh
/// nothing.
template <class T>
class FoldSplit {
 public:
  /// `fold` no_fold: the rest is all of `samples`, as they are. Their views must outlive this.
  FoldSplit(const Samples<T>& samples, fold_t fold);

  [[nodiscard]] Samples<T> rest() const { return part(rest_weight_); }
  [[nodiscard]] Samples<T> fold() const { return part(fold_weight_); }
  /// Whether any sample of the fold weighs anything.
  [[nodiscard]] bool has_fold() const;

 private:
  [[nodiscard]] Samples<T> part(VectorView<const computing_t<T>> weight) const;

  Samples<T> samples_;
  std::vector<computing_t<T>> rest_weight_;
  std::vector<computing_t<T>> fold_weight_;
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class FoldSplit<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
