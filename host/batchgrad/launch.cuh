#pragma once

#include <batchgrad/core/portability.hpp>

#include <cuda_runtime.h>
#include <utility>

namespace batchgrad::cuda {

/// Throws CudaError, or OutOfDeviceMemory, with the error's text and the place of the call.
void check(cudaError_t status, const char* file = __builtin_FILE(), int line = __builtin_LINE());

struct LaunchShape {
  index_t grid_size = 1;
  int block_size = 1;
  index_t dynamic_shared_bytes = 0;
  int cluster_size = 1;  ///< blocks that run together; a divisor of grid_size
};

/// What the runtime is told of a launch.
inline cudaLaunchConfig_t launch_configuration(const LaunchShape& shape, cudaStream_t stream) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(shape.grid_size));
  config.blockDim = dim3(static_cast<unsigned>(shape.block_size));
  config.dynamicSmemBytes = static_cast<std::size_t>(shape.dynamic_shared_bytes);
  config.stream = stream;
  return config;
}

/// The only place that launches kernels: queues kernel(arguments...) and checks that it was queued.
template <class... Parameters, class... Arguments>
void launch_kernel(void (*kernel)(Parameters...), const LaunchShape& shape, cudaStream_t stream,
                   Arguments&&... arguments) {
  cudaLaunchConfig_t config = launch_configuration(shape, stream);
  cudaLaunchAttribute cluster{};
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim = {static_cast<unsigned>(shape.cluster_size), 1, 1};
  config.attrs = &cluster;
  config.numAttrs = shape.cluster_size > 1 ? 1 : 0;
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...));
}

}  // namespace batchgrad::cuda
