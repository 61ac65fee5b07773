#include <batchgrad/error.hpp>

#include <string>

#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

void check(cudaError_t status, const char* file, int line) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // else the next launch check would see it again
  const std::string path = file;
  const std::string place = path.substr(path.rfind('/') + 1) + ':' + std::to_string(line);
  const std::string text = std::string(cudaGetErrorName(status)) + " in " + place + " (" +
                           cudaGetErrorString(status) + ")";
  if (status == cudaErrorMemoryAllocation)
    throw OutOfDeviceMemory(text + " free device memory or use a smaller batch");
  throw CudaError(text);
}

}  // namespace batchgrad::cuda
