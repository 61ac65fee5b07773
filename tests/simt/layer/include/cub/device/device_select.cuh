#pragma once

// cub::DeviceSelect::Flagged in place, by one thread. The workspace is as real: it is written.

#include <cuda_runtime.h>

namespace simt {

template <class T, class Flags, class Count>
void select_kernel(char* workspace, T* data, Flags flags, Count* selected, std::ptrdiff_t items) {
  *workspace = 0;
  *selected = 0;
  for (std::ptrdiff_t i = 0; i < items; ++i)
    if (flags[i]) data[(*selected)++] = data[i];
}

}  // namespace simt

namespace cub {

struct DeviceSelect {
  template <class T, class Flags, class Count>
  static cudaError_t Flagged(void* workspace, std::size_t& bytes, T* data, Flags flags,
                             Count* selected, std::ptrdiff_t items, cudaStream_t stream = nullptr) {
    if (workspace == nullptr) {
      bytes = 1;
      return cudaSuccess;
    }
    cudaLaunchConfig_t config{};
    config.gridDim = config.blockDim = dim3(1);
    config.stream = stream;
    return cudaLaunchKernelEx(&config, simt::select_kernel<T, Flags, Count>,
                              static_cast<char*>(workspace), data, flags, selected, items);
  }
};

}  // namespace cub
