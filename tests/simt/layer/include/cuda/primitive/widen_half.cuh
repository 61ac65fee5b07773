#pragma once

// Stands in for kernels/cuda/primitive/widen_half.cuh, whose comment it implements.

#include <batchgrad/core/storage.hpp>

namespace batchgrad::cuda {

inline float widen_half(Float16 stored) { return static_cast<float>(stored); }

}  // namespace batchgrad::cuda
