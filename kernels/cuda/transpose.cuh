#pragma once

#include <batchgrad/core/view.hpp>

namespace batchgrad::cuda {

inline constexpr int transpose_threads = 256;
inline constexpr index_t transpose_side = 32;  ///< of a tile

/// Tiles of a matrix of `rows` x `columns` entries.
constexpr BATCHGRAD_HD index_t transpose_tiles(index_t rows, index_t columns) {
  return (rows + transpose_side - 1) / transpose_side *
         ((columns + transpose_side - 1) / transpose_side);
}

/// to[j rows + i] = from(i, j): `to` is compact. A tile of 32 x 32 entries at a time goes through
/// shared memory, so that a warp reads and writes neighbouring entries. Any grid. Bytes moved: the
/// matrix twice.
template <class T>
__global__ void __launch_bounds__(transpose_threads)
    transpose_kernel(MatrixView<const T> from, T* to) {
  constexpr index_t side = transpose_side;
  using Tile = T[side][side + 2 / (sizeof(T) < 4 ? 1 : 2)];  // an odd number of banks a row
  BATCHGRAD_SHARED(Tile, tile);
  const index_t lane = threadIdx.x % side;
  const index_t across = (from.columns() + side - 1) / side;
  const index_t tiles = transpose_tiles(from.rows(), from.columns());
  for (index_t t = blockIdx.x; t < tiles; t += gridDim.x) {
    const index_t row = t / across * side;
    const index_t column = t % across * side;
    for (index_t k = threadIdx.x / side; k < side; k += transpose_threads / side)
      if (row + k < from.rows() && column + lane < from.columns())
        tile[k][lane] = from(row + k, column + lane);
    __syncthreads();
    for (index_t k = threadIdx.x / side; k < side; k += transpose_threads / side)
      if (column + k < from.columns() && row + lane < from.rows())
        to[(column + k) * from.rows() + row + lane] = tile[lane][k];
    __syncthreads();  // the tile is written next
  }
}

}  // namespace batchgrad::cuda
