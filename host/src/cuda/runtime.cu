#include <batchgrad/error.hpp>

#include <string>

#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

void check(cudaError_t status, const std::source_location& where) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // else the next launch check would see it again
  const std::string file = where.file_name();
  const std::string place = file.substr(file.rfind('/') + 1) + ':' + std::to_string(where.line());
  const std::string text = std::string(cudaGetErrorName(status)) + " in " + place + " (" +
                           cudaGetErrorString(status) + ")";
  if (status == cudaErrorMemoryAllocation)
    throw OutOfDeviceMemory(text + " free device memory or use a smaller batch");
  throw CudaError(text);
}

}  // namespace batchgrad::cuda
