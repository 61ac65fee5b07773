#pragma once

#include "cuda/cuda_backend.hpp"

namespace batchgrad::cuda {

/// What the launchers need to know of a device.
struct Device {
  int ordinal = 0;
  int capability = 0;              ///< compute capability: major * 10 + minor
  int processors = 1;              ///< streaming multiprocessors
  index_t shared_bytes_block = 0;  ///< most shared memory a block may ask for
  LaunchLimits limits;

  /// Makes it the calling thread's current device.
  void select() const;

  /// A grid of `wanted` blocks, or as many as the tests' limit allows.
  [[nodiscard]] index_t grid_size(index_t wanted) const;

  /// Most blocks of a grid whose threads take one item after another.
  [[nodiscard]] index_t item_blocks() const { return grid_size(index_t{processors} * 32); }
};

}  // namespace batchgrad::cuda
