// Products on tensor cores: the primitive keeps what its comment says, and floats in two parts are
// multiplied within the bound that is derived for them.
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "cuda/split_float.cuh"
#include "random_numbers.hpp"
#include "simt_test.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using cuda::SplitFloats;
using cuda::TensorFloat;

/// sums (16 x 8) += A (16 x 8) B (8 x 8), row-major, by one warp. A and B are rounded.
__global__ void multiply_add_tile_kernel(const float* a, const float* b, float* sums) {
  const unsigned g = threadIdx.x / 4;
  const unsigned t = threadIdx.x % 4;
  const TensorFloat own_a[] = {TensorFloat(a[g * 8 + t]), TensorFloat(a[(g + 8) * 8 + t]),
                               TensorFloat(a[g * 8 + t + 4]), TensorFloat(a[(g + 8) * 8 + t + 4])};
  const TensorFloat own_b[] = {TensorFloat(b[t * 8 + g]), TensorFloat(b[(t + 4) * 8 + g])};
  float* const places[] = {&sums[g * 8 + 2 * t], &sums[g * 8 + 2 * t + 1],
                           &sums[(g + 8) * 8 + 2 * t], &sums[(g + 8) * 8 + 2 * t + 1]};
  float own[] = {*places[0], *places[1], *places[2], *places[3]};
  cuda::multiply_add_tile(own, own_a, own_b);
  for (int i = 0; i < 4; ++i) *places[i] = own[i];
}

/// The same for A of 16 x 16 and B of 16 x 8, of floats in two parts.
__global__ void multiply_add_split_kernel(const float* a, const float* b, float* sums) {
  const unsigned g = threadIdx.x / 4;
  const unsigned t = threadIdx.x % 4;
  SplitFloats<4> own_a[2];
  SplitFloats<2> own_b[2];
  for (unsigned step = 0; step < 2; ++step) {
    for (unsigned e = 0; e < 4; ++e)
      own_a[step].set(static_cast<int>(e), a[(g + e % 2 * 8) * 16 + 8 * step + t + e / 2 * 4]);
    for (unsigned e = 0; e < 2; ++e)
      own_b[step].set(static_cast<int>(e), b[(8 * step + t + 4 * e) * 8 + g]);
  }
  float own[4] = {};
  cuda::multiply_add_split(own, own_a, true, own_b);
  for (unsigned i = 0; i < 4; ++i) sums[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = own[i];
}

/// parts[2 i] + parts[2 i + 1] are the parts of values[i].
__global__ void split_kernel(const float* values, float* parts) {
  SplitFloats<1> split;
  split.set(0, values[threadIdx.x]);
  parts[2 * threadIdx.x] = static_cast<float>(split.large[0]);
  parts[2 * threadIdx.x + 1] = static_cast<float>(split.small[0]);
}

class TensorProduct : public SimtTest {
 protected:
  /// A kernel's sums against A B in long double, within `bound` sum |a b|.
  template <class Kernel>
  static void expect_product(Kernel* kernel, int inner, double bound, std::vector<float> a,
                             std::vector<float> b) {
    const DeviceArray<float> device_a(a);
    const DeviceArray<float> device_b(b);
    const DeviceArray<float> sums(std::vector<float>(16 * 8));
    ASSERT_EQ(launch_and_wait({1, 32}, kernel, device_a.data(), device_b.data(), sums.data()),
              cudaSuccess);
    const auto actual = sums.host();
    for (std::size_t i = 0; i < 16; ++i)
      for (std::size_t n = 0; n < 8; ++n) {
        long double expected = 0;
        double size = 0;
        for (std::size_t k = 0; k < static_cast<std::size_t>(inner); ++k) {
          const double product = static_cast<double>(a[i * static_cast<std::size_t>(inner) + k]) *
                                 static_cast<double>(b[k * 8 + n]);
          expected += product;
          size += std::fabs(product);
        }
        ASSERT_TRUE(is_within(actual[i * 8 + n], static_cast<double>(expected), bound * size))
            << i << ", " << n;
      }
  }
};
BATCHGRAD_SIMT_SCHEDULES(TensorProduct);

/// Of numbers that need no rounding.
TEST_P(TensorProduct, IsThatOfTheTiles) {
  RandomNumbers random(3);
  const auto whole = [&](std::size_t size) {
    std::vector<float> values;
    for (std::size_t i = 0; i < size; ++i)
      values.push_back(static_cast<float>(std::round(random(-1000, 1000))));
    return values;
  };
  expect_product(multiply_add_tile_kernel, 8, 10 * 0x1p-23, whole(16 * 8), whole(8 * 8));
  std::vector<float> one_row(16 * 8);
  for (std::size_t k = 0; k < 8; ++k) one_row[5 * 8 + k] = static_cast<float>(k + 1);
  expect_product(multiply_add_tile_kernel, 8, 0, one_row, std::vector<float>(8 * 8, 1.0F));
}

/// Sizes of many orders, which lose the most when sums are cut off.
TEST_P(TensorProduct, OfFloatsInTwoPartsKeepsItsBound) {
  RandomNumbers random(GetParam().seed);
  const auto any = [&](std::size_t size) {
    std::vector<float> values;
    for (std::size_t i = 0; i < size; ++i)
      values.push_back(static_cast<float>(random(-1, 1) * std::exp2(random(-12, 12))));
    return values;
  };
  const double bound = gamma<float>(product_roundings(Products::split, 16));
  for (int trial = 0; trial < 20; ++trial)
    expect_product(multiply_add_split_kernel, 16, bound, any(16 * 16), any(16 * 8));
}

TEST(SplitFloat, LeavesTwentyOneDigits) {
  RandomNumbers random(5);
  std::vector<float> values{0.0F, -0.0F, 1.0F, 0x1.ffdp0F, 0x1.ffep0F, 0x1.fffffep0F, -3.0F};
  while (values.size() < 128)
    values.push_back(static_cast<float>(random(-1, 1) * std::exp2(random(-90, 90))));
  const DeviceArray<float> in(values);
  const DeviceArray<float> out(2 * values.size());
  ASSERT_EQ(launch_and_wait({1, 128}, split_kernel, in.data(), out.data()), cudaSuccess);
  const auto parts = out.host();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double size = std::fabs(static_cast<double>(values[i]));
    EXPECT_TRUE(is_within(parts[2 * i], values[i], 0x1p-11 * size));
    EXPECT_TRUE(is_within(static_cast<double>(parts[2 * i]) + static_cast<double>(parts[2 * i + 1]),
                          values[i], 0x1p-21 * size));
  }
}

}  // namespace
}  // namespace batchgrad::test
