#pragma once

#include <batchgrad/core/storage.hpp>
#include <batchgrad/regression/feature_view.hpp>

namespace batchgrad::detail {

/// Copies rows [first, first + count) of features to `to`, row after row. By columns, a row alone
/// costs as much as those whose entries share its cache lines: copy 64 bytes of each column or
/// more.
template <class T>
void copy_rows(FeatureView<const T> features, index_t first, index_t count, T* to);

#define BATCHGRAD_WITH_STORAGE(T) \
  extern template void copy_rows(FeatureView<const T>, index_t, index_t, T*);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
