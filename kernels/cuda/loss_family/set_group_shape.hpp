#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::cuda {

inline constexpr int set_group_warps = 8;

/// How the warps of a block share a tile, and where the parts of its dynamic shared memory begin,
/// in bytes.
struct SetGroupShape {
  int column_warps = 0;      ///< of a row
  int row_warps = 0;         ///< times the rows of a slab: those of a tile
  int block_tiles = 0;       ///< tiles of a virtual block
  int stages = 0;            ///< of the ring, which lies at the beginning
  index_t sums = 0;          ///< [output][D] doubles
  index_t class_values = 0;  ///< [output][row of a tile] doubles, then [set][row]; of classes only
  index_t coefficients = 0;  ///< the slab's
  index_t bytes = 0;
};

/// Floats from one output's coefficients to the next in the shared memory of tensor_sets.cuh, for
/// slabs of so many columns: lanes that load those of neighbouring outputs find them in other
/// banks.
constexpr BATCHGRAD_HD int tensor_pitch(int columns) { return (columns + 31) / 32 * 32 + 16; }

}  // namespace batchgrad::cuda
