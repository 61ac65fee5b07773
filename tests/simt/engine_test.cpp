#include <batchgrad/core/portability.hpp>

#include <cuda_runtime.h>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

#include "simt_test.hpp"
#include "test_kernels.cuh"

namespace batchgrad::test {
namespace {

class Kernels : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(Kernels);

std::vector<float> ramp(std::size_t size) {
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>(i % 13) - 5;
  return values;
}

TEST_P(Kernels, SumOverABlock) {
  const std::vector<float> in = ramp(5000);
  const DeviceArray<float> values(in);
  const DeviceArray<float> sums(7);
  ASSERT_EQ(launch_and_wait({7, 1024}, sum_per_block_kernel, values.data(), sums.data(), 5000),
            cudaSuccess);
  const std::vector<float> partial = sums.host();
  EXPECT_EQ(std::accumulate(partial.begin(), partial.end(), 0.0F),
            std::accumulate(in.begin(), in.end(), 0.0F));
}

}  // namespace
}  // namespace batchgrad::test
