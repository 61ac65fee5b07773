#pragma once

#include <batchgrad/regression/parameter_sets.hpp>

namespace batchgrad::cpu {

/// The sums of LossSums over the rows of one virtual block, for all parameter sets.
template <class T>
struct BlockSumsTask {
  const Samples<T>& samples;
  const ParameterSets<T>& sets;
  index_t first;  ///< rows [first, last)
  index_t last;
  computing_t<T>* scratch;  ///< a row of D for each of the sets' rows, of the calling thread
  double* class_values;     ///< class_values_size(classes), of the calling thread
  T* rows;                  ///< rows_size(features), of the calling thread
  MatrixView<double> sums;  ///< as in LossSums, written
};

inline constexpr index_t most_tile_rows = 128;  ///< that the kernel works on at a time

/// What the kernel holds for each class of a tile of rows. Columns are read as well: a line more
/// than a power of two apart, they do not all fall into one set of the cache.
inline constexpr index_t class_stride = most_tile_rows + 8;
constexpr index_t class_values_size(index_t classes) { return classes * class_stride; }

inline constexpr index_t tile_entries = 3072;  // of X: stay in the first-level cache with w and g
inline constexpr int row_group = 4;            // rows whose lanes are summed together

/// Of X that the kernel works on at a time. Whole packs of doubles on every processor, except of
/// rows of which so many are too long.
constexpr BATCHGRAD_HD index_t tile_rows(index_t features) {
  constexpr index_t most_doubles = 8;
  if (features > tile_entries / row_group) return row_group;
  const index_t room = tile_entries / (features + 1) / most_doubles * most_doubles;
  return room < most_doubles ? most_doubles : room > most_tile_rows ? most_tile_rows : room;
}

/// Rows that the kernel copies together where X is by columns: whole tiles, and whole cache lines
/// of each column.
template <class T>
constexpr BATCHGRAD_HD index_t rows_together(index_t features) {
  constexpr index_t line = 64 / static_cast<index_t>(sizeof(T));
  const index_t tile = tile_rows(features);
  return (line + tile - 1) / tile * tile;
}
template <class T>
constexpr index_t rows_size(FeatureView<const T> features) {
  return features.layout() == Layout::rows
             ? 0
             : rows_together<T>(features.columns()) * features.columns();
}

// The kernel, block_sums.cpp, is compiled once per instruction set; each has its own namespace, so
// that the linker cannot merge code made for one processor into another's.
#define BATCHGRAD_WITH_STORAGE(T)                \
  namespace baseline {                           \
  void block_sums(const BlockSumsTask<T>& task); \
  }                                              \
  namespace avx2 {                               \
  void block_sums(const BlockSumsTask<T>& task); \
  }                                              \
  namespace avx512 {                             \
  void block_sums(const BlockSumsTask<T>& task); \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cpu
