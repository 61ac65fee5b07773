#pragma once

// What tests of kernels on the SIMT layer start from: a fixture that varies the schedule, device
// memory, a launch.

#include <batchgrad/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>
#include <gtest/gtest.h>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "failing_calls.hpp"
#include "layer/cudart.hpp"
#include "layer/engine.hpp"

namespace simt {

inline std::ostream& operator<<(std::ostream& out, const Schedule& value) {
  switch (value.order) {
    case Order::ascending:
      return out << "Ascending";
    case Order::descending:
      return out << "Descending";
    case Order::random:
      break;
  }
  return out << "Seed" << value.seed;
}

}  // namespace simt

namespace batchgrad::test {

/// The orders every kernel test runs under. Each planted bug of planted_bugs_test.cpp that changes
/// a result does so under one of them.
inline std::vector<simt::Schedule> schedules() {
  using simt::Order;
  return {{Order::ascending, 1},
          {Order::descending, 1},
          {Order::random, 1},
          {Order::random, 2},
          {Order::random, 3}};
}

inline void throw_unless_success(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  const char* reason = cudaGetErrorString(error);
  cudaGetLastError();
  throw CudaError(std::string(what) + ": " + reason);
}

/// A test under one schedule of threads, blocks and streams. As every test of such a program it
/// fails on faults and leaks (simt_listener.cpp).
class SimtTest : public testing::TestWithParam<simt::Schedule> {
 protected:
  void SetUp() override {
    simt::schedule = GetParam();
    simt::cudart::Config config;
    config.seed = GetParam().seed;
    if (GetParam().order == simt::Order::ascending)
      config.progress = simt::cudart::Progress::immediate;
    if (GetParam().order == simt::Order::descending) config.progress = simt::cudart::Progress::late;
    simt::cudart::reset(config);
  }
};

/// After `class Name : public SimtTest {};`, before its TEST_P.
#define BATCHGRAD_SIMT_SCHEDULES(Name)                                                         \
  INSTANTIATE_TEST_SUITE_P(Schedules, Name, testing::ValuesIn(::batchgrad::test::schedules()), \
                           testing::PrintToStringParamName())

/// Device memory of `size` elements: uninitialised (NaN, -1), or a copy of `values`.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t size) : size_(size) {
    void* memory = nullptr;
    throw_unless_success(cudaMalloc(&memory, size * sizeof(T)), "DeviceArray");
    data_ = static_cast<T*>(memory);
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    throw_unless_success(
        cudaMemcpy(data_, values.data(), size_ * sizeof(T), cudaMemcpyHostToDevice), "DeviceArray");
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  ~DeviceArray() { cudaFree(data_); }

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::vector<T> host() const {
    std::vector<T> values(size_);
    throw_unless_success(
        cudaMemcpy(values.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost),
        "DeviceArray::host");
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t size_;
};

/// The shape of a launch.
struct Grid {
  dim3 blocks;
  dim3 threads;
  std::size_t dynamic_shared = 0;
  unsigned cluster = 1;  ///< blocks that run together
};

/// Launches on the default stream, as the library does, and waits.
template <class... Params, class... Args>
cudaError_t launch_and_wait(const Grid& grid, void (*kernel)(Params...), Args&&... args) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid.blocks;
  config.blockDim = grid.threads;
  config.dynamicSmemBytes = grid.dynamic_shared;
  cudaLaunchAttribute cluster{};
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim = {grid.cluster, 1, 1};
  config.attrs = &cluster;
  config.numAttrs = grid.cluster > 1 ? 1 : 0;
  const cudaError_t error = cudaLaunchKernelEx(&config, kernel, std::forward<Args>(args)...);
  return error != cudaSuccess ? error : cudaDeviceSynchronize();
}

}  // namespace batchgrad::test
