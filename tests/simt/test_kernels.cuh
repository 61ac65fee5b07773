#pragma once

// Kernels to test the layer with: small, right, and each typical of something.

#include <batchgrad/core/portability.hpp>

namespace batchgrad::test {

__device__ __forceinline__ float warp_sum(float value) {
  for (int offset = 16; offset > 0; offset /= 2)
    value += __shfl_down_sync(0xffffffffU, value, offset);
  return value;
}

/// Shuffles, shared memory and barriers; the sum is thread 0's.
__device__ inline float block_sum(float value) {
  BATCHGRAD_SHARED_ARRAY(float, warp_totals, 32);
  const unsigned lane = threadIdx.x % 32;
  const unsigned warp = threadIdx.x / 32;
  value = warp_sum(value);
  __syncthreads();  // a previous call may still be reading warp_totals
  if (lane == 0) warp_totals[warp] = value;
  __syncthreads();
  if (warp == 0) value = warp_sum(lane < blockDim.x / 32 ? warp_totals[lane] : 0.0F);
  return value;
}

__global__ void __launch_bounds__(1024)
    sum_per_block_kernel(const float* __restrict__ values, float* __restrict__ sums, int count) {
  float sum = 0;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < static_cast<unsigned>(count);
       i += gridDim.x * blockDim.x)
    sum += __ldg(&values[i]);
  sum = block_sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

}  // namespace batchgrad::test
