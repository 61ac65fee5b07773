#pragma once

// What tests of kernels and launchers on the SIMT layer start from. Needs the layer's headers; the
// same test sources have no other link to it.

#include <batchgrad/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>
#include <gtest/gtest.h>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

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

/// A test under one schedule of threads, blocks and streams. Fails on faults and on leaks.
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
  void TearDown() override {
    for (const std::string& fault : simt::faults()) ADD_FAILURE() << fault;
    EXPECT_EQ(simt::cudart::leaks(), "");
    simt::cudart::reset();
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
};

/// Launches on the default stream, as the library does, and waits.
template <class... Params, class... Args>
cudaError_t launch_and_wait(const Grid& grid, void (*kernel)(Params...), Args&&... args) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid.blocks;
  config.blockDim = grid.threads;
  config.dynamicSmemBytes = grid.dynamic_shared;
  const cudaError_t error = cudaLaunchKernelEx(&config, kernel, std::forward<Args>(args)...);
  return error != cudaSuccess ? error : cudaDeviceSynchronize();
}

struct FailureCounts {
  int thrown = 0;
  int recovered = 0;  // the operation succeeded all the same
};

/// Runs operation() again and again, the first runtime call failing, then the second, and so on
/// past the last: once with out-of-memory, once with an error that stays. Nothing may leak, and
/// only exceptions of type Allowed may come out. The operation checks its own result.
template <class Allowed = Error, class Operation>
FailureCounts for_each_failing_call(Operation operation) {
  constexpr long most_calls = 100'000;
  FailureCounts counts;
  simt::cudart::Config config;
  for (const cudaError_t failure : {cudaErrorMemoryAllocation, cudaErrorIllegalAddress}) {
    config.failure = failure;
    for (long call = 1; call <= most_calls; ++call) {
      config.fail_at_call = call;
      simt::cudart::reset(config);
      const testing::ScopedTrace trace(
          __FILE__, __LINE__,
          "failing call " + std::to_string(call) + " with " + cudaGetErrorName(failure));
      try {
        operation();
        if (simt::cudart::calls() >= call) ++counts.recovered;
      } catch (const Allowed&) {
        ++counts.thrown;
      } catch (const std::exception& error) {
        ADD_FAILURE() << "unexpected exception: " << error.what();
      }
      EXPECT_EQ(simt::cudart::leaks(), "");
      for (const std::string& fault : simt::faults()) ADD_FAILURE() << fault;
      if (simt::cudart::calls() < call || testing::Test::HasFailure()) break;
    }
  }
  simt::cudart::reset();
  return counts;
}

}  // namespace batchgrad::test
