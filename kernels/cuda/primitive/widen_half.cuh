#pragma once

#include <batchgrad/core/storage.hpp>

namespace batchgrad::cuda {

/// The float of the same value (PTX: cvt.f32.f16): exact, subnormal numbers too; what is not a
/// number stays so. One instruction, where batchgrad::widen takes ten.
__device__ __forceinline__ float widen_half(Float16 stored) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(stored.bits()));
  return value;
}

}  // namespace batchgrad::cuda
