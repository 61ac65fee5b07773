#pragma once

// Kernels with one bug each. `Planted` is all that tells the wrong text from the right one.

#include <batchgrad/core/portability.hpp>

#include <cuda_pipeline_primitives.h>

#include "cuda/primitive/tensor_product.cuh"
#include "test_kernels.cuh"

namespace batchgrad::test {

// --- missing synchronisation -----------------------------------------------------------------

template <bool Planted>
__global__ void read_before_barrier_kernel(const float* in, float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 128);
  buffer[threadIdx.x] = in[threadIdx.x];
  if (!Planted) __syncthreads();
  out[threadIdx.x] = buffer[127 - threadIdx.x];
}

template <bool Planted>
__global__ void overwrite_before_barrier_kernel(const float* in, float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 128);
  for (unsigned t = 0; t < 4; ++t) {
    buffer[threadIdx.x] = in[t * 128 + threadIdx.x];
    __syncthreads();
    out[t * 128 + threadIdx.x] = buffer[127 - threadIdx.x];
    if (!Planted) __syncthreads();
  }
}

template <bool Planted>
__global__ void warp_tree_kernel(const float* in, float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 32);
  const unsigned me = threadIdx.x;
  buffer[me] = in[me];
  for (unsigned gap = 16; gap > 0; gap /= 2) {
    if (!Planted) __syncwarp();
    const float other = me < gap ? buffer[me + gap] : 0.0F;
    if (!Planted) __syncwarp();
    if (me < gap) buffer[me] += other;
  }
  if (me == 0) *out = buffer[0];
}

template <bool Planted>
__global__ void lost_update_kernel(const int* values, int count, int* histogram) {
  BATCHGRAD_SHARED_ARRAY(int, bins, 16);
  if (threadIdx.x < 16) bins[threadIdx.x] = 0;
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < count; i += static_cast<int>(blockDim.x)) {
    if (Planted)
      ++bins[values[i]];
    else
      atomicAdd(&bins[values[i]], 1);
  }
  __syncthreads();
  if (threadIdx.x < 16) histogram[threadIdx.x] = bins[threadIdx.x];
}

template <bool Planted>
__global__ void all_blocks_write_kernel(float* out) {
  if (threadIdx.x == 0 && (!Planted || blockIdx.x < 8))
    out[Planted ? 0 : blockIdx.x] = static_cast<float>(blockIdx.x);
}

template <bool Planted>
__global__ void ticket_without_fence_kernel(const float* in, float* partial, unsigned* ticket,
                                            float* sum) {
  if (threadIdx.x != 0) return;
  partial[blockIdx.x] = in[blockIdx.x];
  if (!Planted) __threadfence();
  if (atomicAdd(ticket, 1U) != gridDim.x - 1) return;
  float total = 0;
  for (unsigned b = 0; b < gridDim.x; ++b) total += partial[b];
  *sum = total;
}

template <bool Planted>
__global__ void wait_too_late_kernel(const float* in, float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 128);
  __pipeline_memcpy_async(&buffer[threadIdx.x], &in[threadIdx.x], 4);
  __pipeline_commit();
  __pipeline_wait_prior(Planted ? 1 : 0);
  __syncthreads();
  out[threadIdx.x] = buffer[127 - threadIdx.x];
}

template <bool Planted>
__global__ void copy_without_barrier_kernel(const float* in, float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 128);
  __pipeline_memcpy_async(&buffer[threadIdx.x], &in[threadIdx.x], 4);
  __pipeline_commit();
  __pipeline_wait_prior(0);
  if (!Planted) __syncthreads();
  out[threadIdx.x] = buffer[127 - threadIdx.x];
}

// --- divergence ------------------------------------------------------------------------------

template <bool Planted>
__global__ void barrier_under_condition_kernel(float* out) {
  if (!Planted || threadIdx.x < 100) __syncthreads();
  out[threadIdx.x] = 1;
  __syncthreads();
}

template <bool Planted>
__global__ void barrier_on_both_branches_kernel(float* out) {
  if (Planted && threadIdx.x < 64) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  out[threadIdx.x] = 1;
}

template <bool Planted>
__global__ void return_before_barrier_kernel(float* out) {
  out[threadIdx.x] = 1;
  if (Planted && threadIdx.x >= 100) return;
  __syncthreads();
}

template <bool Planted>
__global__ void divergent_shuffle_kernel(float* out) {
  float value = 0.5F;
  if (!Planted || threadIdx.x % 32 < 16) value += __shfl_down_sync(0xffffffffU, value, 8);
  __syncthreads();
  out[threadIdx.x] = value;
}

template <bool Planted>
__global__ void divergent_tensor_product_kernel(float* out) {
  const cuda::TensorFloat half(0.5F);
  const cuda::TensorFloat quarter(0.25F);
  float sums[4] = {};
  if (!Planted || threadIdx.x % 32 < 16)
    cuda::multiply_add_tile(sums, {half, half, half, half}, {quarter, quarter});
  __syncthreads();
  out[threadIdx.x] = sums[threadIdx.x % 4];
}

template <bool Planted>
__global__ void two_shuffles_of_one_mask_kernel(float* out) {
  float value = 0.5F;
  if (Planted && threadIdx.x % 2 == 0) {
    value += __shfl_xor_sync(0xffffffffU, value, 1);
  } else {
    value += __shfl_xor_sync(0xffffffffU, value, 1);
  }
  out[threadIdx.x] = value;
}

template <bool Planted>
__global__ void caller_not_in_mask_kernel(float* out) {
  float value = 0.5F;
  const unsigned mask = threadIdx.x % 32 < 16 || Planted ? 0x0000ffffU : 0xffff0000U;
  value += __shfl_xor_sync(mask, value, 1);
  out[threadIdx.x] = value;
}

template <bool Planted>
__global__ void shuffle_from_absent_lane_kernel(float* out) {
  float value = 1;
  if (threadIdx.x % 32 < 16) value = __shfl_xor_sync(0x0000ffffU, value, Planted ? 16 : 8);
  out[threadIdx.x] = value;
}

template <bool Planted>
__global__ void lock_never_released_kernel(int* lock, int* count) {
  while (atomicCAS(lock, 0, 1) != 0) {
  }
  atomicAdd(count, 1);
  if (!Planted) atomicExch(lock, 0);
}

// --- memory ----------------------------------------------------------------------------------

template <bool Planted>
__global__ void shared_out_of_bounds_kernel(float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, Planted ? 100 : 128);
  buffer[threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = buffer[127 - threadIdx.x];
}

template <bool Planted>
__global__ void dynamic_shared_out_of_bounds_kernel(float* out, int size) {
  BATCHGRAD_DYNAMIC_SHARED(float, buffer);
  for (int i = static_cast<int>(threadIdx.x); i < (Planted ? size + 1 : size); i += 128)
    buffer[i] = 1;
  __syncthreads();
  out[threadIdx.x] = buffer[threadIdx.x];
}

template <bool Planted>
__global__ void global_out_of_bounds_kernel(float* out, int size) {
  const int i = static_cast<int>(threadIdx.x);
  for (int k = i; Planted ? k <= size : k < size; k += 128) out[k] = 1;
}

__device__ __forceinline__ float sum_of(float4 v) { return v.x + v.y + v.z + v.w; }

/// Planted: a whole float4 where the last vector of the array is a part of one.
template <bool Planted>
__global__ void vector_past_the_tail_kernel(const float* in, int size, float* out) {
  const int first = 4 * static_cast<int>(threadIdx.x);
  float sum = 0;
  if (Planted ? first < size : first + 4 <= size)
    sum = sum_of(reinterpret_cast<const float4*>(in)[threadIdx.x]);
  else
    for (int i = first; i < size; ++i) sum += in[i];
  out[threadIdx.x] = sum;
}

template <bool Planted>
__global__ void misaligned_vector_kernel(const float* in, float* out) {
  const auto* vectors = reinterpret_cast<const float4*>(in + (Planted ? 1 : 0));
  out[threadIdx.x] = sum_of(vectors[threadIdx.x]);
}

template <bool Planted>
__global__ void uninitialised_shared_kernel(float* out) {
  BATCHGRAD_SHARED_ARRAY(float, buffer, 128);
  if (!Planted || threadIdx.x != 77) buffer[threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = buffer[127 - threadIdx.x];
}

template <bool Planted>
__global__ void uninitialised_device_kernel(const float* in, float* scratch, float* out) {
  if (!Planted) scratch[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = scratch[threadIdx.x];
}

template <bool Planted>
__global__ void unwritten_output_kernel(float* out) {
  if (!Planted || threadIdx.x != 127) out[threadIdx.x] = 1;
}

/// Planted: an index of 32 bits where the matrix has more elements than that.
template <bool Planted>
__global__ void index_overflow_kernel(float* out, int rows, int columns) {
  const int thread = static_cast<int>(threadIdx.x);
  const index_t last =
      Planted ? (rows - 1) * columns + thread : index_t{rows - 1} * columns + thread;
  out[thread] = last > 0 ? 1 : -1;
}

__global__ inline void copy_kernel(const float* in, float* out) {
  out[threadIdx.x] = in[threadIdx.x];
}

__global__ inline void copy_view_kernel(VectorView<const float> in, float* out) {
  out[threadIdx.x] = in[threadIdx.x];
}

}  // namespace batchgrad::test
