#include <cstdio>

#include "layer/cudart/state.hpp"

namespace simt::cudart {
namespace {

// A small Hopper: enough processors that a grid is cut, few enough that tests stay quick.
constexpr int processors = 4;
constexpr int l2_bytes = 50 << 20;

bool exists(int device) { return device >= 0 && device < state.config.devices; }

bool attribute(int* value, cudaDeviceAttr which) {
  switch (which) {
    case cudaDevAttrMultiProcessorCount:
      return *value = processors, true;
    case cudaDevAttrMaxThreadsPerBlock:
      return *value = max_threads_per_block, true;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      return *value = 2048, true;
    case cudaDevAttrWarpSize:
      return *value = 32, true;
    case cudaDevAttrMaxSharedMemoryPerBlock:
      return *value = static_shared_limit, true;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      return *value = dynamic_shared_limit, true;
    case cudaDevAttrMaxGridDimX:
      return *value = 0x7fffffff, true;
    case cudaDevAttrMaxGridDimY:
    case cudaDevAttrMaxGridDimZ:
      return *value = 65535, true;
    case cudaDevAttrComputeCapabilityMajor:
      return *value = 9, true;
    case cudaDevAttrComputeCapabilityMinor:
      return *value = 0, true;
    case cudaDevAttrL2CacheSize:
      return *value = l2_bytes, true;
    case cudaDevAttrMemoryPoolsSupported:
      return *value = 1, true;
    default:
      return false;
  }
}

cudaDeviceProp properties() {
  cudaDeviceProp result{};
  std::snprintf(result.name, sizeof result.name, "SIMT on the CPU");
  result.totalGlobalMem = state.config.device_memory;
  result.multiProcessorCount = processors;
  result.maxThreadsPerBlock = max_threads_per_block;
  result.maxThreadsPerMultiProcessor = 2048;
  result.warpSize = 32;
  result.sharedMemPerBlock = static_shared_limit;
  result.sharedMemPerBlockOptin = dynamic_shared_limit;
  result.sharedMemPerMultiprocessor = dynamic_shared_limit;
  result.maxGridSize[0] = 0x7fffffff;
  result.maxGridSize[1] = result.maxGridSize[2] = 65535;
  result.l2CacheSize = l2_bytes;
  result.major = 9;
  return result;
}

const char* name_of(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    case cudaErrorInvalidConfiguration:
      return "cudaErrorInvalidConfiguration";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorIllegalAddress:
      return "cudaErrorIllegalAddress";
    case cudaErrorLaunchFailure:
      return "cudaErrorLaunchFailure";
    case cudaErrorNotReady:
      return "cudaErrorNotReady";
    default:
      return "cudaErrorUnknown";
  }
}

}  // namespace
}  // namespace simt::cudart

using namespace simt::cudart;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 0;
  return call(__func__, [&] {
    *count = state.config.devices;
    return cudaSuccess;
  });
}
cudaError_t cudaGetDevice(int* device) {
  return call(__func__, [&] {
    *device = 0;
    return cudaSuccess;
  });
}
cudaError_t cudaSetDevice(int device) {
  return call(__func__,
              [&] { return exists(device) ? cudaSuccess : fail(cudaErrorInvalidDevice); });
}
cudaError_t cudaInitDevice(int device, unsigned, unsigned) {
  return call(__func__,
              [&] { return exists(device) ? cudaSuccess : fail(cudaErrorInvalidDevice); });
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int device) {
  return call(__func__, [&] {
    if (!exists(device)) return fail(cudaErrorInvalidDevice);
    return attribute(value, which) ? cudaSuccess : fail(cudaErrorInvalidValue);
  });
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* result, int device) {
  return call(__func__, [&] {
    if (!exists(device)) return fail(cudaErrorInvalidDevice);
    *result = properties();
    return cudaSuccess;
  });
}
cudaError_t cudaDeviceGetPCIBusId(char* text, int size, int device) {
  return call(__func__, [&] {
    if (!exists(device)) return fail(cudaErrorInvalidDevice);
    std::snprintf(text, static_cast<std::size_t>(size), "0000:%02x:00.0", device);
    return cudaSuccess;
  });
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  return call(__func__, [&] {
    *free = state.config.device_memory - state.device_used;
    *total = state.config.device_memory;
    return cudaSuccess;
  });
}
cudaError_t cudaDriverGetVersion(int* version) {
  return call(__func__, [&] {
    *version = CUDART_VERSION;
    return cudaSuccess;
  });
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  return call(__func__, [&] {
    *version = CUDART_VERSION;
    return cudaSuccess;
  });
}

cudaError_t cudaGetLastError() { return std::exchange(state.last_error, state.sticky); }
cudaError_t cudaPeekAtLastError() { return state.last_error; }
const char* cudaGetErrorName(cudaError_t error) { return name_of(error); }
const char* cudaGetErrorString(cudaError_t error) {
  if (error == cudaSuccess) return "no error";
  return error == cudaErrorMemoryAllocation ? "out of memory" : name_of(error);
}

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value) {
  return call(__func__, [&] {
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
    if (value < 0 || static_cast<std::size_t>(value) > dynamic_shared_limit)
      return fail(cudaErrorInvalidValue);
    state.shared_limit[kernel] = static_cast<std::size_t>(value);
    return cudaSuccess;
  });
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* kernel) {
  return call(__func__, [&] {
    *attributes = {};
    attributes->maxThreadsPerBlock = max_threads_per_block;
    attributes->numRegs = 64;
    const auto raised = state.shared_limit.find(kernel);
    attributes->maxDynamicSharedSizeBytes =
        static_cast<int>(raised == state.shared_limit.end() ? static_shared_limit : raised->second);
    return cudaSuccess;
  });
}
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* count, const void*, int,
                                                          std::size_t) {
  return call(__func__, [&] {
    *count = 2;
    return cudaSuccess;
  });
}

}  // extern "C"
