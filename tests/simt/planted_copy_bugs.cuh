#pragma once

// A kernel on primitive/copy_barrier.cuh, right or with one of the ways to misuse it.

#include "cuda/primitive/copy_barrier.cuh"

namespace batchgrad::test {

enum class CopyBug {
  none,
  waits_too_late,
  overwrites,
  announces_too_much,
  never_waits,
  arrives_too_often,
  misaligned,
  not_made
};

/// Reverses four times 128 values, which pass through one stage.
template <CopyBug bug>
__global__ void bulk_copy_kernel(const float* in, float* out) {
  struct alignas(16) Stage {
    float value[132];
  };
  BATCHGRAD_SHARED(Stage, stage);
  BATCHGRAD_SHARED(cuda::CopyBarrier, full);
  BATCHGRAD_SHARED(cuda::CopyBarrier, empty);
  if (threadIdx.x == 0 && bug != CopyBug::not_made) {
    full.make(1);
    empty.make(128);
  }
  __syncthreads();
  for (unsigned t = 0; t < 4; ++t) {
    if (threadIdx.x == 0) {
      if (bug != CopyBug::overwrites) empty.wait(t % 2 ^ 1U);
      full.arrive_announcing(bug == CopyBug::announces_too_much ? 528 : 512);
      if (bug == CopyBug::arrives_too_often) full.arrive();
      full.copy(stage.value + (bug == CopyBug::misaligned ? 1 : 0), in + t * 128, 512);
    }
    if (bug == CopyBug::never_waits && t == 3) return;
    if (bug != CopyBug::waits_too_late) full.wait(t % 2);
    out[t * 128 + threadIdx.x] = stage.value[127 - threadIdx.x];
    if (bug == CopyBug::waits_too_late) full.wait(t % 2);
    empty.arrive();
  }
}

}  // namespace batchgrad::test
