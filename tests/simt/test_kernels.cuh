#pragma once

// Kernels to test the layer with: small, right, and each typical of something.

#include <batchgrad/core/portability.hpp>
#include <batchgrad/core/view.hpp>

#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cub/block/block_reduce.cuh>
#include <cuda_pipeline_primitives.h>

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
  const int stride = static_cast<int>(gridDim.x * blockDim.x);
  float sum = 0;
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count; i += stride)
    sum += __ldg(&values[i]);
  sum = block_sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

/// One functor by value and one point per thread, no barriers; a column of x is a coordinate.
template <int Parameters, class Function, class T>
__global__ void __launch_bounds__(256)
    central_difference_kernel(const __grid_constant__ Function function, MatrixView<const T> x,
                              MatrixView<T> gradient, T step) {
  const index_t point = static_cast<index_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (point >= x.rows()) return;
  T at[Parameters];
#pragma unroll
  for (int i = 0; i < Parameters; ++i) at[i] = x(point, i);
#pragma unroll
  for (int i = 0; i < Parameters; ++i) {
    const T centre = at[i];
    const T width = step * fmax(T(1), fabs(centre));
    at[i] = centre + width;
    const T above = at[i];
    const T up = function(at);
    at[i] = centre - width;
    const T below = at[i];
    const T down = function(at);
    at[i] = centre;
    gradient(point, i) = (up - down) / (above - below);
  }
}

struct Rosenbrock {
  template <class T>
  __host__ __device__ T operator()(const T (&x)[2]) const {
    const T a = x[1] - x[0] * x[0];
    const T b = T(1) - x[0];
    return T(100) * a * a + b * b;
  }
};

/// Dynamic shared memory, reversed in place tile by tile.
__global__ void reverse_tiles_kernel(const float* in, float* out, int tiles) {
  BATCHGRAD_DYNAMIC_SHARED(float, tile);
  const unsigned me = threadIdx.x;
  for (int t = 0; t < tiles; ++t) {
    const unsigned first = static_cast<unsigned>(t) * blockDim.x;
    tile[me] = in[first + me];
    __syncthreads();
    out[first + me] = tile[blockDim.x - 1 - me];
    __syncthreads();  // the next turn overwrites tile
  }
}

/// Integer atomics on shared and on device memory.
__global__ void histogram_kernel(const int* values, int count, int* histogram) {
  BATCHGRAD_SHARED_ARRAY(int, bins, 16);
  if (threadIdx.x < 16) bins[threadIdx.x] = 0;
  __syncthreads();
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count;
       i += static_cast<int>(gridDim.x * blockDim.x))
    atomicAdd(&bins[values[i]], 1);
  __syncthreads();
  if (threadIdx.x < 16) atomicAdd(&histogram[threadIdx.x], bins[threadIdx.x]);
}

/// cp.async, two tiles deep: tile t + 1 is on its way while tile t is summed.
__global__ void pipelined_sum_kernel(const float* values, int tiles, float* sum) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 2 * 128);
  const int me = static_cast<int>(threadIdx.x);
  const auto load = [&](int t) {
    if (t < tiles && me < 32)
      __pipeline_memcpy_async(&buffer[t % 2 * 128 + 4 * me], &values[t * 128 + 4 * me], 16);
    __pipeline_commit();
  };
  float mine = 0;
  load(0);
  for (int t = 0; t < tiles; ++t) {
    load(t + 1);
    __pipeline_wait_prior(1);
    __syncthreads();
    mine += buffer[t % 2 * 128 + 127 - me];
    __syncthreads();
  }
  mine = block_sum(mine);
  if (me == 0) *sum = mine;
}

/// Cooperative groups: one tile of 8 lanes per row.
__global__ void row_sums_kernel(MatrixView<const float> x, VectorView<float> sums) {
  namespace cg = cooperative_groups;
  const cg::thread_block block = cg::this_thread_block();
  const auto tile = cg::tiled_partition<8>(block);
  const index_t row = static_cast<index_t>(blockIdx.x) * tile.meta_group_size() +
                      static_cast<index_t>(tile.meta_group_rank());
  if (row >= x.rows()) return;  // whole tiles leave together, and no barrier follows
  float sum = 0;
  for (index_t column = tile.thread_rank(); column < x.columns(); column += tile.size())
    sum += x(row, column);
  sum = cg::reduce(tile, sum, cg::plus<float>());
  if (tile.thread_rank() == 0) sums[row] = sum;
}

/// CUB's block reduction.
template <int Threads>
__global__ void __launch_bounds__(Threads)
    largest_kernel(const float* values, int count, float* out) {
  using Reduce = cub::BlockReduce<float, Threads>;
  BATCHGRAD_SHARED(typename Reduce::TempStorage, storage);
  float most = values[0];
  for (int i = static_cast<int>(threadIdx.x); i < count; i += Threads) most = fmax(most, values[i]);
  most = Reduce(storage).Reduce(most, [](float a, float b) { return a < b ? b : a; });
  if (threadIdx.x == 0) *out = most;
}

/// The last block to finish adds up what all blocks wrote: a fence, a ticket, no waiting.
__global__ void last_block_sum_kernel(const float* values, float* partial, unsigned* ticket,
                                      float* sum) {
  BATCHGRAD_SHARED(bool, is_last);
  const float mine = block_sum(values[blockIdx.x * blockDim.x + threadIdx.x]);
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = mine;
    __threadfence();
    is_last = atomicAdd(ticket, 1U) == gridDim.x - 1;
  }
  __syncthreads();
  if (!is_last || threadIdx.x != 0) return;
  float total = 0;
  for (unsigned b = 0; b < gridDim.x; ++b) total += partial[b];
  *sum = total;
}

/// Votes: how many threads are odd, whether any is, whether all are; by block and by warp.
__global__ void votes_kernel(int* out) {
  const int odd = static_cast<int>(threadIdx.x % 2);
  const int count = __syncthreads_count(odd);
  const int any = __syncthreads_or(odd);
  const int all = __syncthreads_and(odd);
  const unsigned ballot = __ballot_sync(0xffffffffU, odd);
  const unsigned largest = __reduce_max_sync(0xffffffffU, threadIdx.x);
  if (threadIdx.x != 0) return;
  out[0] = count;
  out[1] = any;
  out[2] = all;
  out[3] = static_cast<int>(ballot == 0xaaaaaaaaU);
  out[4] = __any_sync(1U, odd);
  out[5] = static_cast<int>(largest);
}

/// A lock: threads that wait are overtaken, so it makes progress.
__global__ void locked_count_kernel(int* lock, int* count) {
  while (atomicCAS(lock, 0, 1) != 0) __nanosleep(20);
  __threadfence();
  atomicAdd(count, 1);
  __threadfence();
  atomicExch(lock, 0);
}

}  // namespace batchgrad::test
