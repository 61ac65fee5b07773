// One source for every backend: derivatives of samples against the reference backend.

#include <batchgrad/sampled_gradient.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "devices.hpp"
#include "lagrange.hpp"
#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

class SampledParity : public OnDevice {
 protected:
  template <class T>
  void expect_parity(index_t lines, index_t extent, index_t inner,
                     const SampledGradientOptions& options) {
    const auto size = static_cast<std::size_t>(lines * extent * inner);
    const std::vector<T> samples = RandomNumbers(3).vector<T>(lines * extent * inner);
    std::vector<double> grid;
    for (index_t i = 0; i < extent; ++i)
      grid.push_back(static_cast<double>(i) + 0.25 * std::sin(static_cast<double>(i)));
    for (const SampleGrid& where : {SampleGrid::spaced(1), SampleGrid::at(grid)}) {
      const SampleLayout layout{{lines, extent, inner}, 1};
      Context reference = Context::on("reference");
      std::vector<T> expected(size, T(NAN));
      std::vector<T> result(size, T(NAN));
      sampled_gradient(reference, VectorView<const T>(samples), layout, where,
                       VectorView<T>(expected), options);
      sampled_gradient(*context_, VectorView<const T>(samples), layout, where,
                       VectorView<T>(result), options);
      for (std::size_t i = 0; i < size; ++i)
        ASSERT_TRUE(is_within(result[i], expected[i], tolerance<T>(options)))
            << GetParam() << " " << lines << "x" << extent << "x" << inner << " at " << i;
    }
  }

  // Contraction spares roundings of the weights and the sum: at most 40 of each term, and the last
  // one to T. Offsets are at least half as far apart as on the even grid, and differences of
  // samples at most 2.
  template <class T>
  static double tolerance(const SampledGradientOptions& options) {
    std::vector<long double> offsets;
    for (int k = 0; k < options.order + options.accuracy; ++k) offsets.push_back(0.5L * k);
    double weights = 0;
    for (const long double weight : lagrange_weights(offsets, options.order))
      weights += std::fabs(static_cast<double>(weight));
    return (gamma<double>(80) + gamma<T>(1)) * 2 * weights;
  }
};

INSTANTIATE_TEST_SUITE_P(On, SampledParity, testing::ValuesIn(parity_devices()), test_name);

TEST_P(SampledParity, AtEverySize) {
  for (const index_t extent : {3, 4, 31, 32, 33, 255, 256, 257, 1000}) {
    expect_parity<double>(1, extent, 1, {});
    expect_parity<float>(1, extent, 1, {.edge_order = 1});
  }
}

TEST_P(SampledParity, AtEveryShape) {
  for (const index_t inner : {1, 2, 33, 257, 2500}) {
    expect_parity<double>(3, 17, inner, {.accuracy = 4});
    expect_parity<float>(1, 5, inner, {.accuracy = 4});
  }
  expect_parity<double>(500, 11, 1, {.accuracy = 6});
  expect_parity<float>(2, 5, 1, {.edge_order = 2});
}

TEST_P(SampledParity, AtEveryOrder) {
  for (const int accuracy : {2, 4, 6, 8})
    for (const int order : {1, 2, 3, 4}) {
      expect_parity<double>(2, 41, 3, {.order = order, .accuracy = accuracy});
      expect_parity<float>(2, 16, 3, {.order = order, .accuracy = accuracy});
    }
}

}  // namespace
}  // namespace batchgrad::test
