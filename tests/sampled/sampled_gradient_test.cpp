#include <batchgrad/sampled_gradient.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "lagrange.hpp"
#include "numpy_cases.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::differentiate;
using test::gamma;
using test::is_within;
using test::Numbers;

/// Two or three samples of at most 34, weights of at most 4 / 0.125 in all; ten roundings here and
/// ten there.
constexpr double numpy_samples = 34;
constexpr double numpy_weights = 32;

TEST(SampledGradient, IsNumpys) {
  const double tolerance = gamma<double>(20) * numpy_samples * numpy_weights;
  for (const test::NumpyCase& numpy : test::numpy_cases()) {
    const SampleGrid grid{numpy.spacing, numpy.coordinates};
    const Numbers result =
        differentiate(numpy.samples, grid, {.edge_order = numpy.edge_order}, numpy.layout());
    ASSERT_EQ(result.size(), numpy.expected.size());
    for (std::size_t i = 0; i < result.size(); ++i)
      EXPECT_TRUE(is_within(result[i], numpy.expected[i], tolerance))
          << "axis " << numpy.axis << ", edge order " << numpy.edge_order << ", at " << i;
  }
}

TEST(SampledGradient, TakesFloat32) {
  for (const test::NumpyCase& numpy : test::numpy_cases()) {
    const std::vector<float> samples(numpy.samples.begin(), numpy.samples.end());
    const SampleGrid grid{numpy.spacing, numpy.coordinates};
    const auto result =
        differentiate(samples, grid, {.edge_order = numpy.edge_order}, numpy.layout());
    // Each sample is rounded to float, and the result; nothing between.
    const double tolerance = gamma<float>(2) * numpy_samples * numpy_weights;
    for (std::size_t i = 0; i < result.size(); ++i)
      EXPECT_TRUE(is_within(result[i], numpy.expected[i], tolerance))
          << "axis " << numpy.axis << ", at " << i;
  }
}

TEST(SampledGradient, FollowsAnAxisThatRunsBackwards) {
  Numbers falling;
  for (const double coordinate : test::uneven) falling.push_back(-coordinate);
  const Numbers forwards = differentiate(test::line, SampleGrid::at(test::uneven));
  const Numbers backwards = differentiate(test::line, SampleGrid::at(falling));
  const Numbers up = differentiate(test::line, SampleGrid::spaced(0.125), {.accuracy = 4});
  const Numbers down = differentiate(test::line, SampleGrid::spaced(-0.125), {.accuracy = 4});
  for (std::size_t i = 0; i < test::line.size(); ++i) {
    EXPECT_EQ(backwards[i], -forwards[i]);
    EXPECT_EQ(down[i], -up[i]);
  }
}

/// Whole numbers from -10 to 10, or some of them: powers of them are exact.
Numbers whole_numbers(bool is_even) {
  Numbers numbers;
  for (int i = -10; i <= 10; ++i)
    if (is_even || (i * i) % 3 != 0 || i == 0) numbers.push_back(i);
  return numbers;
}

double power(double base, int exponent) {
  double product = 1;
  for (int i = 0; i < exponent; ++i) product *= base;
  return product;
}

/// The sum of the sizes of what is added up for the derivative at `place`: weights, from
/// interpolation, times samples less the one in the middle or its neighbour.
double size_of_terms(const Numbers& grid, const Numbers& samples, index_t place, int points,
                     int order) {
  const auto extent = static_cast<index_t>(grid.size());
  const index_t begin = test::window_begin(place, points, extent);
  const auto at = [](const Numbers& numbers, index_t i) {
    return numbers[static_cast<std::size_t>(i)];
  };
  std::vector<long double> offsets;
  for (index_t k = begin; k < begin + points; ++k) offsets.push_back(at(grid, k) - at(grid, place));
  const auto weights = test::lagrange_weights(offsets, order);
  const double middle =
      std::fabs(at(samples, place)) + std::fabs(at(samples, place > 0 ? place - 1 : 0));
  double size = 0;
  for (int k = 0; k < points; ++k)
    size += std::fabs(static_cast<double>(weights[static_cast<std::size_t>(k)])) *
            (std::fabs(at(samples, begin + k)) + middle);
  return size;
}

// x^d has the derivative d!/(d - m)! x^(d - m); every window of order + accuracy samples is exact
// for d < order + accuracy. Each weight goes through the recursion once for each offset, with four
// roundings, and through the sum with two.
TEST(SampledGradient, IsExactForPolynomials) {
  for (const bool is_even : {true, false}) {
    const Numbers grid = whole_numbers(is_even);
    for (const int accuracy : {2, 4, 6, 8}) {
      for (int order = 1; order <= 4; ++order) {
        const int degree = order + accuracy - 1;
        Numbers samples;
        for (const double at : grid) samples.push_back(power(at, degree));
        const Numbers result =
            differentiate(samples, is_even ? SampleGrid::spaced(1) : SampleGrid::at(grid),
                          {.order = order, .accuracy = accuracy});
        const int points = order + accuracy;
        for (std::size_t i = 0; i < grid.size(); ++i) {
          double expected = power(grid[i], degree - order);
          for (int k = 0; k < order; ++k) expected *= degree - k;
          const double size = size_of_terms(grid, samples, static_cast<index_t>(i), points, order);
          EXPECT_TRUE(is_within(result[i], expected, gamma<double>(6.0 * points) * size))
              << (is_even ? "even" : "uneven") << ", order " << order << ", accuracy " << accuracy
              << ", at " << i;
        }
      }
    }
  }
}

/// Largest error of a derivative of sin on [0, 3], evenly spaced or drawn out.
double largest_error(index_t samples, bool is_even, const SampledGradientOptions& options) {
  Numbers grid;
  Numbers values;
  for (index_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(samples - 1);
    grid.push_back(3 * (is_even ? t : t * (0.5 + t) / 1.5));
    values.push_back(std::sin(grid.back()));
  }
  const Numbers result = differentiate(
      values,
      is_even ? SampleGrid::spaced(3 / static_cast<double>(samples - 1)) : SampleGrid::at(grid),
      options);
  double largest = 0;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double truth = options.order == 1 ? std::cos(grid[i]) : -std::sin(grid[i]);
    const double error = std::fabs(result[i] - truth);
    largest = error <= largest ? largest : error;  // not a number is largest of all
  }
  return largest;
}

// With twice the samples the error is 2^accuracy times less, at the ends as well; 0.4 is for the
// next term of the series.
TEST(SampledGradient, ConvergesAsItsAccuracySays) {
  for (const bool is_even : {true, false})
    for (const int order : {1, 2})
      for (const int accuracy : {2, 4, 6}) {
        const SampledGradientOptions options{.order = order, .accuracy = accuracy};
        const double coarse = largest_error(41, is_even, options);
        const double fine = largest_error(81, is_even, options);
        EXPECT_GE(std::log2(coarse / fine), accuracy - 0.4)
            << (is_even ? "even" : "uneven") << ", order " << order << ", accuracy " << accuracy;
      }
  const SampledGradientOptions slopes{.edge_order = 1};
  EXPECT_NEAR(std::log2(largest_error(41, true, slopes) / largest_error(81, true, slopes)), 1, 0.2);
}

TEST(SampledGradient, OfAConstantIsZero) {
  const Numbers constant(30, 1e15 / 7);
  Numbers grid;
  for (int i = 0; i < 30; ++i) grid.push_back(std::exp(0.3 * i));
  for (const int accuracy : {2, 4, 6, 8})
    for (int order = 1; order <= 8; ++order)
      for (const SampleGrid& where : {SampleGrid::spaced(0.1), SampleGrid::at(grid)})
        EXPECT_EQ(differentiate(constant, where, {.order = order, .accuracy = accuracy}),
                  Numbers(30, 0.0));
}

TEST(SampledGradient, LooksOnlyAtItsWindow) {
  Numbers samples = {1, 2, std::nan(""), 4, 8, 16};
  const Numbers result = differentiate(samples, SampleGrid::spaced(1), {.edge_order = 1});
  EXPECT_EQ(result[0], 1);
  EXPECT_TRUE(std::isnan(result[1]));
  EXPECT_EQ(result[2], 1) << "the sample itself has no part in it";
  EXPECT_TRUE(std::isnan(result[3]));
  EXPECT_EQ(result[4], 6);
  EXPECT_EQ(result[5], 8);
}

TEST(SampledGradient, TakesGridsOfAnySize) {
  for (const double scale : {1e-300, 1e-100, 1e100, 1e300}) {
    Numbers grid;
    Numbers samples;
    for (int i = 0; i < 12; ++i) {
      grid.push_back((i + 0.1 * (i % 3)) * scale);
      samples.push_back(i + 0.1 * (i % 3));
    }
    for (const double slope : differentiate(samples, SampleGrid::at(grid), {.accuracy = 8}))
      EXPECT_TRUE(is_within(slope * scale, 1, gamma<double>(2000))) << scale;
  }
}

// The window of each line is the same whatever lies around it.
TEST(SampledGradient, TakesAnyAxisOfAnyArray) {
  const std::vector<index_t> extents = {9, 11, 10};
  Numbers samples;
  for (int i = 0; i < 990; ++i) samples.push_back(std::sin(0.7 * i) + 0.01 * i);
  for (index_t axis = 0; axis < 3; ++axis) {
    const index_t extent = extents[static_cast<std::size_t>(axis)];
    const index_t inner = axis == 0 ? 110 : axis == 1 ? 10 : 1;
    Numbers grid;
    for (index_t i = 0; i < extent; ++i) grid.push_back(std::sqrt(static_cast<double>(i)));
    const SampledGradientOptions options{.order = 2, .accuracy = 4};
    for (const SampleGrid& where : {SampleGrid::spaced(0.3), SampleGrid::at(grid)}) {
      const Numbers whole = differentiate(samples, where, options, {extents, axis});
      for (index_t first = 0; first < 990; ++first) {
        if (first / inner % extent != 0) continue;
        Numbers one;
        for (index_t i = 0; i < extent; ++i)
          one.push_back(samples[static_cast<std::size_t>(first + i * inner)]);
        const Numbers alone = differentiate(one, where, options);
        for (index_t i = 0; i < extent; ++i)
          ASSERT_EQ(whole[static_cast<std::size_t>(first + i * inner)],
                    alone[static_cast<std::size_t>(i)]);
      }
    }
  }
}

// More places than are worked on at a time: i^2 at x = i / 2 has the slope 4 i, and every number
// on the way there is exact.
TEST(SampledGradient, TakesLongLines) {
  constexpr index_t extent = (index_t{1} << 20) + 37;
  Numbers grid;
  Numbers samples;
  for (index_t lines = 0; lines < 2; ++lines)
    for (index_t i = 0; i < extent; ++i) {
      if (lines == 0) grid.push_back(0.5 * static_cast<double>(i));
      samples.push_back(static_cast<double>(i * i));
    }
  const Numbers result = differentiate(samples, SampleGrid::at(grid), {}, {{2, extent}, 1});
  for (std::size_t i = 0; i < samples.size(); ++i)
    ASSERT_EQ(result[i], 4 * static_cast<double>(static_cast<index_t>(i) % extent)) << i;
}

TEST(SampledGradient, OfNothingIsNothing) {
  EXPECT_EQ(differentiate<double>({}, SampleGrid::spaced(1)), Numbers{});
  EXPECT_EQ(differentiate<double>({}, SampleGrid::spaced(1), {}, {{3, 0}, 0}), Numbers{});
}

}  // namespace
}  // namespace batchgrad
