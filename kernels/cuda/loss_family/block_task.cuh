#pragma once

#include <batchgrad/core/reduce.hpp>
#include <batchgrad/regression/parameter_sets.hpp>

namespace batchgrad::cuda {

/// What every kernel of the family sums over: the virtual blocks
/// [first_block, first_block + block_count) of a data set. All pointers are of the device; the
/// samples hold just the rows of these blocks.
template <class T>
struct BlockTask {
  Samples<T> samples;  ///< rows D elements apart, or by columns; folds only where some are held out
  VirtualBlocks blocks;
  index_t first_block;
  index_t block_count;

  BATCHGRAD_HD index_t feature_count() const { return samples.feature_count(); }
  /// Of a row of sums.
  BATCHGRAD_HD index_t width() const { return feature_count() + LossSumColumns::count; }
  /// Rows of the b-th block here, counted from the first row that the device holds.
  BATCHGRAD_HD index_t first_row(index_t b) const {
    return blocks.first(first_block + b) - blocks.first(first_block);
  }
  BATCHGRAD_HD index_t last_row(index_t b) const {
    return blocks.last(first_block + b) - blocks.first(first_block);
  }
};

}  // namespace batchgrad::cuda
