#include <batchgrad/stencil/fornberg.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

std::vector<double> weights(const std::vector<double>& offsets, int order) {
  std::vector<double> result(offsets.size(), NAN);
  fornberg_weights(offsets.data(), static_cast<int>(offsets.size()), order, result.data());
  return result;
}

void expect_weights(const std::vector<double>& offsets, int order,
                    const std::vector<double>& expected) {
  const auto actual = weights(offsets, order);
  for (std::size_t k = 0; k < offsets.size(); ++k)
    // Every new point multiplies a weight a few times.
    EXPECT_TRUE(is_within(actual[k], expected[k],
                          gamma<double>(6.0 * static_cast<double>(offsets.size())) *
                              std::max(1.0, std::fabs(expected[k]))))
        << "order " << order << ", weight " << k;
}

// Fornberg 1988, tables 1 and 3.
TEST(FornbergWeights, AreThoseOfThePublishedCentralTables) {
  expect_weights({-1, 0, 1}, 1, {-1.0 / 2, 0, 1.0 / 2});
  expect_weights({-2, -1, 0, 1, 2}, 1, {1.0 / 12, -2.0 / 3, 0, 2.0 / 3, -1.0 / 12});
  expect_weights({-3, -2, -1, 0, 1, 2, 3}, 1,
                 {-1.0 / 60, 3.0 / 20, -3.0 / 4, 0, 3.0 / 4, -3.0 / 20, 1.0 / 60});
  expect_weights(
      {-4, -3, -2, -1, 0, 1, 2, 3, 4}, 1,
      {1.0 / 280, -4.0 / 105, 1.0 / 5, -4.0 / 5, 0, 4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280});
  expect_weights({-1, 0, 1}, 2, {1, -2, 1});
  expect_weights({-2, -1, 0, 1, 2}, 2, {-1.0 / 12, 4.0 / 3, -5.0 / 2, 4.0 / 3, -1.0 / 12});
  expect_weights({-4, -3, -2, -1, 0, 1, 2, 3, 4}, 2,
                 {-1.0 / 560, 8.0 / 315, -1.0 / 5, 8.0 / 5, -205.0 / 72, 8.0 / 5, -1.0 / 5,
                  8.0 / 315, -1.0 / 560});
  expect_weights({-2, -1, 0, 1, 2}, 3, {-1.0 / 2, 1, 0, -1, 1.0 / 2});
  expect_weights({-2, -1, 0, 1, 2}, 4, {1, -4, 6, -4, 1});
}

TEST(FornbergWeights, AreThoseOfThePublishedOneSidedTables) {
  expect_weights({0, 1}, 1, {-1, 1});
  expect_weights({0, 1, 2}, 1, {-3.0 / 2, 2, -1.0 / 2});
  expect_weights({0, 1, 2, 3}, 1, {-11.0 / 6, 3, -3.0 / 2, 1.0 / 3});
  expect_weights({0, 1, 2, 3, 4}, 1, {-25.0 / 12, 4, -3, 4.0 / 3, -1.0 / 4});
  expect_weights({0, 1, 2}, 2, {1, -2, 1});
  expect_weights({0, 1, 2, 3}, 2, {2, -5, 4, -1});
  expect_weights({0, 1, 2, 3, 4}, 3, {-5.0 / 2, 9, -12, 7, -3.0 / 2});
  expect_weights({0, 1, 2, 3, 4}, 4, {1, -4, 6, -4, 1});
}

TEST(FornbergWeights, OfOrderZeroInterpolate) {
  // Lagrange's polynomials of the nodes 1, 2, 4 at 0: 8/3, -2, 1/3.
  expect_weights({1, 2, 4}, 0, {8.0 / 3, -2, 1.0 / 3});
  expect_weights({0, 1, 2}, 0, {1, 0, 0});
}

TEST(FornbergWeights, AreExactForPolynomialsOnAnyOffsets) {
  RandomNumbers random(3);
  for (int size = 2; size <= max_stencil_size; ++size) {
    // One offset in each interval of length 1 around x, not nearer than 1/2 to the next.
    std::vector<double> offsets;
    for (int k = 0; k < size; ++k) offsets.push_back(k - size / 2 + random(0, 0.5));
    for (int order = 0; order < size && order <= max_derivative_order; ++order) {
      const auto w = weights(offsets, order);
      for (int degree = 0; degree < size; ++degree) {
        double sum = 0;
        double size_of_terms = 0;
        for (std::size_t k = 0; k < offsets.size(); ++k) {
          const double term = w[k] * std::pow(offsets[k] / size, degree);
          sum += term;
          size_of_terms += std::fabs(term);
        }
        const double exact = degree == order ? std::tgamma(order + 1) / std::pow(size, order) : 0;
        EXPECT_TRUE(is_within(sum, exact, gamma<double>(12.0 * size) * size_of_terms))
            << "size " << size << " order " << order << " degree " << degree;
      }
    }
  }
}

}  // namespace
}  // namespace batchgrad::test
