#pragma once

// cub::DeviceFor::Bulk: a thread an item, in whatever order the schedule has.

#include <cuda_runtime.h>

namespace simt {

template <class Item>
void bulk_kernel(std::ptrdiff_t items, Item item) {
  const auto stride = static_cast<std::ptrdiff_t>(gridDim.x) * blockDim.x;
  for (auto i = static_cast<std::ptrdiff_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < items;
       i += stride)
    item(i);
}

}  // namespace simt

namespace cub {

struct DeviceFor {
  template <class Item>
  static cudaError_t Bulk(std::ptrdiff_t items, Item item, cudaStream_t stream = nullptr) {
    constexpr std::ptrdiff_t threads = 64;
    constexpr std::ptrdiff_t most_blocks = 16;
    const std::ptrdiff_t blocks = min((items + threads - 1) / threads, most_blocks);
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(static_cast<unsigned>(blocks));
    config.blockDim = dim3(static_cast<unsigned>(threads));
    config.stream = stream;
    return cudaLaunchKernelEx(&config, simt::bulk_kernel<Item>, items, item);
  }
};

}  // namespace cub
