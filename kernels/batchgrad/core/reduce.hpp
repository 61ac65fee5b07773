#pragma once

#include <batchgrad/core/view.hpp>

namespace batchgrad {

/// How the rows of a matrix are cut into virtual blocks: by its shape and type alone, so that
/// sums over rows, taken block by block and then by `tree_sum`, have the same bits whatever the
/// number of threads, the grid or the order in which blocks happen to run.
///
///   wanted  = bytes(X) / 256 KiB, at least 1, at most 1056 (8 for each of the 132 processors of
///             an H200) and at most as many as keep the partial sums within 32 MiB
///   rows    = ceil(samples / wanted), rounded up to a multiple of 16
struct VirtualBlocks {
  static constexpr index_t most_blocks = 1056;

  index_t samples = 0;
  index_t rows = 1;  ///< rows of every block but the last
  index_t count = 0;

  static constexpr BATCHGRAD_HD VirtualBlocks of(index_t samples, index_t features,
                                                 index_t element_size) {
    constexpr index_t block_bytes = 256 * 1024;
    constexpr index_t partial_bytes = 32 * 1024 * 1024;
    if (samples == 0) return {};
    index_t wanted = samples * (features < 1 ? 1 : features) / (block_bytes / element_size);
    const index_t affordable = partial_bytes / (8 * (features + 1));
    if (wanted > most_blocks) wanted = most_blocks;
    if (wanted > affordable) wanted = affordable;
    if (wanted < 1) wanted = 1;
    index_t rows = (samples + wanted - 1) / wanted;
    rows = (rows + 15) / 16 * 16;
    return {samples, rows, (samples + rows - 1) / rows};
  }

  constexpr BATCHGRAD_HD index_t first(index_t block) const { return block * rows; }
  constexpr BATCHGRAD_HD index_t last(index_t block) const {
    const index_t end = first(block) + rows;
    return end < samples ? end : samples;
  }
};

/// The fixed tree: neighbours are added pairwise, then neighbouring pairs, and so on. Adds up
/// `count` rows of `width` values that lie `stride` apart, in place; the totals are left in the
/// first row. Error at most ceil(log2 count) u sum |v| (Higham, Accuracy and Stability, 2002,
/// section 4.2).
template <class T>
BATCHGRAD_HD void tree_sum(T* rows, index_t count, index_t stride, index_t width) {
  for (index_t gap = 1; gap < count; gap *= 2)
    for (index_t i = 0; i + gap < count; i += 2 * gap)
      for (index_t j = 0; j < width; ++j) rows[i * stride + j] += rows[(i + gap) * stride + j];
}

/// The same for `count` consecutive values; returns the total, 0 for none.
template <class T>
BATCHGRAD_HD T tree_sum(T* values, index_t count) {
  tree_sum(values, count, 1, 1);
  return count > 0 ? values[0] : T(0);
}

}  // namespace batchgrad
