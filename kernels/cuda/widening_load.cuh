#pragma once

#include <batchgrad/core/storage.hpp>

#include "cuda/primitive/widen_half.cuh"

namespace batchgrad::cuda {

using batchgrad::widen;
/// The same, as fast as a device can; of the two the compiler prefers what is no template.
__device__ __forceinline__ float widen(Float16 stored) { return widen_half(stored); }

/// Neighbouring elements that are loaded at once, as they are stored.
template <class T, int Width>
struct alignas(Width * sizeof(T) < 16 ? Width * sizeof(T) : 16) Elements {
  T element[Width];
};

/// Loads `Width` elements from a multiple of their size, or of 16 bytes; widen() what is used.
template <int Width, class T>
__device__ __forceinline__ Elements<T, Width> load(const T* from) {
  return *reinterpret_cast<const Elements<T, Width>*>(from);
}

}  // namespace batchgrad::cuda
