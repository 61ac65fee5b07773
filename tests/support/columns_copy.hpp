#pragma once

#include <batchgrad/regression/feature_view.hpp>

#include <limits>
#include <vector>

namespace batchgrad::test {

/// The same features by columns, with `padding` numbers that nobody may read behind each column.
template <class T>
class ColumnsCopy {
 public:
  explicit ColumnsCopy(FeatureView<const T> features, index_t padding = 0)
      : rows_(features.rows()), columns_(features.columns()), stride_(rows_ + padding) {
    const T nobody(std::numeric_limits<float>::quiet_NaN());
    values_.assign(static_cast<std::size_t>(stride_ * columns_), nobody);
    for (index_t j = 0; j < columns_; ++j)
      for (index_t m = 0; m < rows_; ++m)
        values_[static_cast<std::size_t>(j * stride_ + m)] = features(m, j);
  }
  [[nodiscard]] FeatureView<const T> view() const {
    return FeatureView<const T>::by_columns(values_.data(), rows_, columns_, stride_);
  }
  [[nodiscard]] const std::vector<T>& values() const { return values_; }

 private:
  index_t rows_;
  index_t columns_;
  index_t stride_;
  std::vector<T> values_;
};

}  // namespace batchgrad::test
