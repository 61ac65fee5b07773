// The stand-in runtime: streams that run late or early, limited memory, calls that fail.

#include "cuda/runtime.hpp"

#include <cuda_runtime.h>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "failing_calls.hpp"
#include "simt_test.hpp"
#include "test_kernels.cuh"

namespace batchgrad::test {
namespace {

using cuda::check;
using cuda::DeviceBuffer;
using cuda::Stream;
using simt::cudart::Config;
using simt::cudart::Progress;

__global__ void add_kernel(const float* values, float amount, float* out) {
  out[threadIdx.x] = values[threadIdx.x] + amount;
}

/// A small launcher: a sum of doubled values, on two streams ordered by an event.
class Event {
 public:
  Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { static_cast<void>(cudaEventDestroy(event_)); }
  [[nodiscard]] cudaEvent_t handle() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

enum class Wait { yes, forgotten };

float two_streams(const std::vector<float>& values, Wait for_event, Wait for_result) {
  const auto size = static_cast<index_t>(values.size());
  const DeviceBuffer<float> in(size);
  const DeviceBuffer<float> out(size);
  const DeviceBuffer<float> sum(1);
  const Stream copies;
  const Stream kernels;
  const Event arrived;
  float result = -1;
  cuda::copy_to_device(in.data(), values.data(), size, copies);
  check(cudaEventRecord(arrived.handle(), copies.handle()));
  if (for_event == Wait::yes) check(cudaStreamWaitEvent(kernels.handle(), arrived.handle(), 0));
  cuda::launch_kernel(add_kernel, {1, static_cast<int>(size), 0}, kernels, in.data(), 1.0F,
                      out.data());
  cuda::launch_kernel(sum_per_block_kernel, {1, 64, 0}, kernels, out.data(), sum.data(),
                      static_cast<int>(size));
  check(cudaMemcpyAsync(&result, sum.data(), sizeof result, cudaMemcpyDeviceToHost,
                        kernels.handle()));
  if (for_result == Wait::yes) kernels.synchronize();
  return result;
}

class Runtime : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(Runtime);

TEST_P(Runtime, OrdersStreamsByEvents) {
  EXPECT_EQ(two_streams(std::vector<float>(64, 2.0F), Wait::yes, Wait::yes), 3 * 64);
}

std::vector<std::uint64_t> many_seeds() { return {1, 2, 3, 4, 5, 6, 7, 8}; }

TEST(RuntimeAdversary, FindsAForgottenWaitForAnEvent) {
  int wrong = 0;
  for (const std::uint64_t seed : many_seeds()) {
    Config config;
    config.seed = seed;
    simt::cudart::reset(config);
    const float got = two_streams(std::vector<float>(64, 2.0F), Wait::forgotten, Wait::yes);
    if (!(got == 3 * 64)) ++wrong;
  }
  EXPECT_GT(wrong, 0);
  simt::cudart::reset();
}

TEST(RuntimeAdversary, FindsAForgottenWaitForTheResult) {
  Config config;
  config.progress = Progress::late;
  simt::cudart::reset(config);
  const DeviceArray<float> values(std::vector<float>(1, 2.0F));
  void* pinned = nullptr;  // a copy to pageable memory would wait by itself
  check(cudaMallocHost(&pinned, sizeof(float)));
  auto* result = static_cast<float*>(pinned);
  *result = -1;
  const Stream stream;
  check(cudaMemcpyAsync(result, values.data(), sizeof(float), cudaMemcpyDeviceToHost,
                        stream.handle()));
  EXPECT_EQ(*result, -1);
  stream.synchronize();
  EXPECT_EQ(*result, 2);
  check(cudaFreeHost(pinned));
}

TEST(RuntimeMemory, IsLimitedAndCounted) {
  Config config;
  config.device_memory = 1000;
  simt::cudart::reset(config);
  {
    const DeviceArray<char> some(900);
    EXPECT_THROW(DeviceBuffer<char>(101), OutOfDeviceMemory);
    EXPECT_NE(simt::cudart::leaks(), "");
    std::size_t free = 0;
    std::size_t total = 0;
    check(cudaMemGetInfo(&free, &total));
    EXPECT_EQ(free, 100U);
    EXPECT_EQ(total, 1000U);
  }
  EXPECT_EQ(simt::cudart::leaks(), "");
  simt::cudart::reset();
}

TEST(RuntimeMemory, StartsAsNaN) {
  const DeviceArray<double> fresh(4);
  for (const double value : fresh.host()) EXPECT_NE(value, value);
}

TEST(RuntimeMemory, RefusesCopiesBeyondAnAllocation) {
  const DeviceArray<float> small(4);
  const std::vector<float> large(5);
  EXPECT_EQ(cudaMemcpy(small.data(), large.data(), 5 * sizeof(float), cudaMemcpyHostToDevice),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST(RuntimeLaunch, RefusesImpossibleShapes) {
  const DeviceArray<float> out(1);
  const auto status = [&](const Grid& grid) {
    return launch_and_wait(grid, reverse_tiles_kernel, out.data(), out.data(), 0);
  };
  EXPECT_EQ(status({1, 1025}), cudaErrorInvalidConfiguration);
  EXPECT_EQ(status({0, 32}), cudaErrorInvalidConfiguration);
  EXPECT_EQ(status({1, 32, 49 * 1024}), cudaErrorInvalidValue);
  check(cudaFuncSetAttribute(reverse_tiles_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             64 * 1024));
  EXPECT_EQ(status({1, 32, 49 * 1024}), cudaSuccess);
  simt::cudart::reset();
}

TEST(RuntimeFailures, LeakNothingFromACarefulLauncher) {
  const FailureCounts counts = for_each_failing_call(
      [] { EXPECT_EQ(two_streams(std::vector<float>(64, 2.0F), Wait::yes, Wait::yes), 3 * 64); });
  EXPECT_GT(counts.thrown, 20);
  EXPECT_EQ(counts.recovered, 0);
}

TEST(RuntimeFailures, ShowALeakOfACarelessLauncher) {
  Config config;
  config.fail_at_call = 2;
  simt::cudart::reset(config);
  void* first = nullptr;
  void* second = nullptr;
  EXPECT_THROW(
      {
        check(cudaMalloc(&first, 8));
        check(cudaMalloc(&second, 8));
      },
      OutOfDeviceMemory);
  EXPECT_EQ(simt::cudart::leaks(), "1 allocations (8 bytes), 0 streams, 0 events, 0 libraries");
  simt::cudart::reset();
  EXPECT_EQ(simt::cudart::leaks(), "");
}

TEST(RuntimeFailures, StayWhereTheDeviceIsLost) {
  Config config;
  config.fail_at_call = 1;
  config.failure = cudaErrorIllegalAddress;
  simt::cudart::reset(config);
  void* memory = nullptr;
  EXPECT_EQ(cudaMalloc(&memory, 8), cudaErrorIllegalAddress);
  EXPECT_EQ(cudaMalloc(&memory, 8), cudaErrorIllegalAddress);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  simt::cudart::reset();
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
}

TEST(RuntimeDevices, MayBeNone) {
  Config config;
  config.devices = 0;
  simt::cudart::reset(config);
  int count = -1;
  EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorNoDevice);
  EXPECT_EQ(count, 0);
  simt::cudart::reset();
}

}  // namespace
}  // namespace batchgrad::test
