#pragma once

#include <batchgrad/derivative/derivative_item.hpp>

namespace batchgrad::cuda {

inline constexpr int derivative_threads = 256;

/// One thread an item, in a grid-stride loop: any grid covers [0, items), each item once.
template <class Item>
__device__ void for_each_item(index_t items, const Item& item) {
  const index_t stride = static_cast<index_t>(gridDim.x) * blockDim.x;
  for (index_t i = static_cast<index_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < items;
       i += stride)
    item(i);
}

/// Derivatives of f by one of the items of derivative/derivative_item.hpp, made of f and the
/// request, which stays where arguments are passed: it is read by all threads and too long to copy.
/// Moves (P + C) elements of T a point, and C for each further output.
template <class Item, class F, class T>
__global__ void __launch_bounds__(derivative_threads)
    derivative_kernel(index_t items, F f, const __grid_constant__ DerivativeRequest<T> request) {
  for_each_item(items, Item{f, request});
}

}  // namespace batchgrad::cuda
