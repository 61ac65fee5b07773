#pragma once

#include <algorithm>
#include <vector>

#include "copy_rows.hpp"

namespace batchgrad::detail {

/// The rows of features one by one, each contiguous: where it lies, or copied together with the
/// next ones where features are by columns. For one thread.
template <class T>
class ContiguousRows {
 public:
  explicit ContiguousRows(FeatureView<const T> features) : features_(features) {}

  /// Valid until the next call. Cheap where rows are asked for in order.
  VectorView<const T> operator[](index_t row) {
    const index_t columns = features_.columns();
    if (features_.layout() == Layout::rows) return features_.as_stored().row(row);
    if (row < first_ || row >= first_ + count_) copy_from(row);
    return {rows_.data() + (row - first_) * columns, columns};
  }

 private:
  void copy_from(index_t row) {
    constexpr index_t together = 64;
    first_ = row;
    count_ = std::min(together, features_.rows() - row);
    rows_.resize(static_cast<std::size_t>(count_ * features_.columns()));
    copy_rows(features_, first_, count_, rows_.data());
  }

  FeatureView<const T> features_;
  index_t first_ = 0;
  index_t count_ = 0;
  std::vector<T> rows_;
};

}  // namespace batchgrad::detail
