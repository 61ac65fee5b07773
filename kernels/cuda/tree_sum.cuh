#pragma once

#include <batchgrad/core/reduce.hpp>

namespace batchgrad::cuda {

inline constexpr int tree_sum_columns = 4;  ///< of a block: 32 bytes, the least that memory moves
inline constexpr int tree_sum_threads = 256;

/// totals[j] = sum over rows of partials[row][j], by the fixed tree of core/reduce.hpp: the same
/// additions in the same order, those of one level in parallel.
/// Grid: ceil(width / tree_sum_columns) blocks. rows <= VirtualBlocks::most_blocks.
/// Moves 8 rows width bytes.
inline __global__ void __launch_bounds__(tree_sum_threads)
    tree_sum_kernel(const double* partials, double* totals, index_t rows, index_t width) {
  BATCHGRAD_SHARED_ARRAY(double, values, VirtualBlocks::most_blocks* tree_sum_columns);
  const index_t lane = threadIdx.x % tree_sum_columns;
  const index_t first = threadIdx.x / tree_sum_columns;
  constexpr index_t step = tree_sum_threads / tree_sum_columns;
  const index_t column = static_cast<index_t>(blockIdx.x) * tree_sum_columns + lane;
  const bool is_inside = column < width;
  for (index_t row = first; row < rows && is_inside; row += step)
    values[row * tree_sum_columns + lane] = partials[row * width + column];
  for (index_t gap = 1; gap < rows; gap *= 2) {
    __syncthreads();
    for (index_t row = first * 2 * gap; row + gap < rows && is_inside; row += step * 2 * gap)
      values[row * tree_sum_columns + lane] += values[(row + gap) * tree_sum_columns + lane];
  }
  // The first row was last written by the threads that now read it.
  if (first == 0 && is_inside) totals[column] = values[lane];
}

}  // namespace batchgrad::cuda
