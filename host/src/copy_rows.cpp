#include "copy_rows.hpp"

#include <algorithm>

namespace batchgrad::detail {

template <class T>
void copy_rows(FeatureView<const T> features, index_t first, index_t count, T* to) {
  const auto stored = features.row_range(first, count).as_stored();
  const bool by_rows = features.layout() == Layout::rows;
  const index_t columns = features.columns();
  for (index_t i = 0; i < stored.rows(); ++i) {
    const T* line = stored.row(i).data();
    if (by_rows)
      std::copy_n(line, columns, to + i * columns);
    else
      for (index_t m = 0; m < count; ++m) to[m * columns + i] = line[m];
  }
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template void copy_rows(FeatureView<const T>, index_t, index_t, T*);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
