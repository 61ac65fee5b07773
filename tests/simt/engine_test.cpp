// The layer runs right kernels right, under every schedule, and finds no fault with them.

#include <cmath>
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

float total(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0F);
}

TEST_P(Kernels, SumOverBlocks) {
  for (const std::size_t count : {1, 31, 33, 1000, 5000}) {
    const std::vector<float> in = ramp(count);
    const DeviceArray<float> values(in);
    const DeviceArray<float> sums(7);
    ASSERT_EQ(launch_and_wait({7, 256}, sum_per_block_kernel, values.data(), sums.data(),
                              static_cast<int>(count)),
              cudaSuccess);
    EXPECT_EQ(total(sums.host()), total(in));
  }
}

TEST_P(Kernels, DifferentiatePointByPoint) {
  constexpr index_t points = 300;
  const std::vector<float> coordinates = ramp(2 * points);
  const std::vector<double> in(coordinates.begin(), coordinates.end());
  const DeviceArray<double> x(in);
  const DeviceArray<double> gradient(in.size());
  ASSERT_EQ(launch_and_wait({2, 256}, central_difference_kernel<2, Rosenbrock, double>,
                            Rosenbrock{}, MatrixView<const double>(x.data(), points, 2),
                            MatrixView<double>(gradient.data(), points, 2), 0x1p-17),
            cudaSuccess);
  const std::vector<double> got = gradient.host();
  for (index_t point = 0; point < points; ++point) {
    const double a = in[2 * point];
    const double b = in[2 * point + 1];
    const double scale = 1 + std::abs(400 * a * (b - a * a));
    EXPECT_NEAR(got[2 * point], -400 * a * (b - a * a) - 2 * (1 - a), 1e-5 * scale);
    EXPECT_NEAR(got[2 * point + 1], 200 * (b - a * a), 1e-5 * scale);
  }
}

TEST_P(Kernels, ReverseTilesInDynamicSharedMemory) {
  const std::vector<float> in = ramp(4 * 96);
  const DeviceArray<float> values(in);
  const DeviceArray<float> out(in.size());
  ASSERT_EQ(launch_and_wait({1, 96, 96 * sizeof(float)}, reverse_tiles_kernel, values.data(),
                            out.data(), 4),
            cudaSuccess);
  const std::vector<float> got = out.host();
  for (std::size_t i = 0; i < in.size(); ++i) EXPECT_EQ(got[i], in[i / 96 * 96 + 95 - i % 96]);
}

TEST_P(Kernels, CountWithAtomics) {
  std::vector<int> in(1000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<int>(i * i % 16);
  std::vector<int> expected(16);
  for (const int value : in) ++expected[value];
  const DeviceArray<int> values(in);
  const DeviceArray<int> histogram(std::vector<int>(16));
  ASSERT_EQ(launch_and_wait({3, 64}, histogram_kernel, values.data(), 1000, histogram.data()),
            cudaSuccess);
  EXPECT_EQ(histogram.host(), expected);
}

TEST_P(Kernels, CopyAheadThroughAPipeline) {
  for (const std::size_t tiles : {1, 2, 5}) {
    const std::vector<float> in = ramp(128 * tiles);
    const DeviceArray<float> values(in);
    const DeviceArray<float> sum(1);
    ASSERT_EQ(launch_and_wait({1, 128}, pipelined_sum_kernel, values.data(),
                              static_cast<int>(tiles), sum.data()),
              cudaSuccess);
    EXPECT_EQ(sum.host()[0], total(in));
  }
}

TEST_P(Kernels, SumRowsByCooperativeGroups) {
  constexpr index_t rows = 37;
  constexpr index_t columns = 21;
  const std::vector<float> in = ramp(rows * columns);
  const DeviceArray<float> x(in);
  const DeviceArray<float> sums(rows);
  ASSERT_EQ(
      launch_and_wait({3, 128}, row_sums_kernel, MatrixView<const float>(x.data(), rows, columns),
                      VectorView<float>(sums.data(), rows)),
      cudaSuccess);
  const std::vector<float> got = sums.host();
  for (index_t row = 0; row < rows; ++row)
    EXPECT_EQ(got[row], total({in.begin() + row * columns, in.begin() + (row + 1) * columns}));
}

TEST_P(Kernels, ReduceByCub) {
  const DeviceArray<float> values(ramp(1000));
  const DeviceArray<float> largest(1);
  ASSERT_EQ(launch_and_wait({1, 128}, largest_kernel<128>, values.data(), 1000, largest.data()),
            cudaSuccess);
  EXPECT_EQ(largest.host()[0], 7);
}

TEST_P(Kernels, LetTheLastBlockSum) {
  const std::vector<float> in = ramp(5 * 64);
  const DeviceArray<float> values(in);
  const DeviceArray<float> partial(5);
  const DeviceArray<float> sum(1);
  const DeviceArray<unsigned> ticket(std::vector<unsigned>(1));
  ASSERT_EQ(launch_and_wait({5, 64}, last_block_sum_kernel, values.data(), partial.data(),
                            ticket.data(), sum.data()),
            cudaSuccess);
  EXPECT_EQ(sum.host()[0], total(in));
}

TEST_P(Kernels, Vote) {
  const DeviceArray<int> out(6);
  ASSERT_EQ(launch_and_wait({1, 96}, votes_kernel, out.data()), cudaSuccess);
  EXPECT_EQ(out.host(), (std::vector<int>{48, 1, 0, 1, 0, 31}));
}

TEST_P(Kernels, WaitForALockThatIsReleased) {
  const DeviceArray<int> lock(std::vector<int>(1));
  const DeviceArray<int> count(std::vector<int>(1));
  ASSERT_EQ(launch_and_wait({2, 64}, locked_count_kernel, lock.data(), count.data()), cudaSuccess);
  EXPECT_EQ(count.host()[0], 128);
}

TEST_P(Kernels, SeeThreeDimensionsOfThreadsAndBlocks) {
  const auto kernel = +[](int* out) {
    const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    const unsigned size = blockDim.x * blockDim.y * blockDim.z;
    out[block * size + thread] = static_cast<int>(block * size + thread);
  };
  const DeviceArray<int> out(24 * 24);
  ASSERT_EQ(launch_and_wait({{2, 3, 4}, {4, 3, 2}}, kernel, out.data()), cudaSuccess);
  std::vector<int> expected(24 * 24);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(out.host(), expected);
}

TEST_P(Kernels, GoOnAfterAFault) {
  const auto trap = +[] {
    if (threadIdx.x == 40) __trap();
    __syncthreads();
  };
  EXPECT_EQ(launch_and_wait({2, 64}, trap), cudaErrorLaunchFailure);
  ASSERT_EQ(simt::faults().size(), 1U);
  EXPECT_NE(simt::faults()[0].find("thread 40: __trap()"), std::string::npos);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);  // the device is lost
  simt::cudart::reset();
  const std::vector<float> in = ramp(1000);
  const DeviceArray<float> values(in);
  const DeviceArray<float> sums(2);
  EXPECT_EQ(launch_and_wait({2, 64}, sum_per_block_kernel, values.data(), sums.data(), 1000),
            cudaSuccess);
  EXPECT_EQ(total(sums.host()), total(in));
}

}  // namespace
}  // namespace batchgrad::test
