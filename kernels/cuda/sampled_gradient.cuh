#pragma once

#include <batchgrad/cuda/derivative_kernel.cuh>
#include <batchgrad/derivative/sampled_item.hpp>

namespace batchgrad::cuda {

inline constexpr int sampled_threads = 256;

/// Weights or derivatives of sampled data: SampledWeightsItem or SampledItem, a thread an item. The
/// neighbours of a sample are read through the cache by the neighbours of its thread.
/// Moves 2 elements of T a sample, and with coordinates 8 (points + 1) bytes a place.
template <class Item>
__global__ void __launch_bounds__(sampled_threads)
    sampled_gradient_kernel(index_t items, Item item) {
  for_each_item(items, item);
}

}  // namespace batchgrad::cuda
