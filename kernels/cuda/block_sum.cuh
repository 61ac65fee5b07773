#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::cuda {

/// Sum over groups of `width` neighbouring lanes (a power of two up to 32), returned to all of the
/// group. Every lane of the warp calls it. A butterfly: all lanes add the same pairs, so all get
/// the same bits.
__device__ __forceinline__ double lane_group_sum(double value, int width) {
  for (int distance = width / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(0xffffffffU, value, distance);
  return value;
}

/// Sum over the block, returned to thread 0; the other threads get a part of it. Every thread calls
/// it; BlockSize is the block's number of threads, a multiple of 32. `warps` is BlockSize / 32
/// doubles of shared memory, free again for the block after its next barrier.
template <int BlockSize>
__device__ __forceinline__ double block_sum(double value, double* warps) {
  const int warp = static_cast<int>(threadIdx.x) / 32;
  value = lane_group_sum(value, 32);
  if (threadIdx.x % 32 == 0) warps[warp] = value;
  __syncthreads();
  if (threadIdx.x == 0)
    for (int w = 1; w < BlockSize / 32; ++w) value += warps[w];
  return value;
}

}  // namespace batchgrad::cuda
