#pragma once
#pragma GCC system_header  // for #include_next

// Found before the toolkit's header: the toolkit's own API, except that launches keep the types of
// their arguments and go to the engine.

#include "layer/device.hpp"

#define cudaLaunchKernelEx simt_toolkit_cudaLaunchKernelEx
#include_next <cuda_runtime.h>
#undef cudaLaunchKernelEx

#include "layer/cudart.hpp"

template <class... Params, class... Args>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Params...),
                               Args&&... args) {
  std::tuple<std::decay_t<Params>...> parameters(std::forward<Args>(args)...);
  std::apply([](const auto&... p) { (simt::cudart::check_argument(p), ...); }, parameters);
  return simt::cudart::launch(
      *config, reinterpret_cast<const void*>(kernel), [kernel, parameters](const auto& launch) {
        return std::apply([&](const auto&... p) { return simt::run(launch, kernel, p...); },
                          parameters);
      });
}

// The toolkit offers these typed forms to nvcc only.
template <class Kernel>
cudaError_t cudaFuncSetAttribute(Kernel* kernel, cudaFuncAttribute attribute, int value) {
  return cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel), attribute, value);
}
template <class Kernel>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel* kernel) {
  return cudaFuncGetAttributes(attributes, reinterpret_cast<const void*>(kernel));
}
template <class Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* count, Kernel* kernel, int threads,
                                                          size_t shared) {
  return cudaOccupancyMaxActiveBlocksPerMultiprocessor(count, reinterpret_cast<const void*>(kernel),
                                                       threads, shared);
}
