#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::cuda {

/// One thread an item, in a grid-stride loop: any grid covers [0, items), each item once.
/// `Item` is trivially copyable; item(i) must not wait for another item.
template <class Item>
__global__ void __launch_bounds__(256) for_each_item_kernel(index_t items, Item item) {
  const index_t stride = static_cast<index_t>(gridDim.x) * blockDim.x;
  for (index_t i = static_cast<index_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < items;
       i += stride)
    item(i);
}

}  // namespace batchgrad::cuda
