#include <batchgrad/stencil/stencil.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

/// The derivative of f at x by a stencil, as it is written on paper.
template <class F>
double derivative(const Stencil& stencil, const F& f, double x, double step) {
  const auto size = static_cast<std::size_t>(stencil.size());
  std::vector<double> offsets(size);
  std::vector<double> weights(size, NAN);
  for (std::size_t k = 0; k < size; ++k) offsets[k] = stencil.multiple(static_cast<int>(k)) * step;
  fornberg_weights(offsets.data(), stencil.size(), stencil.order, weights.data());
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) sum += weights[k] * f(x + offsets[k]);
  return sum;
}

template <class Check>
void for_each_stencil(const Check& check) {
  for (const Side side : {Side::both, Side::right, Side::left})
    for (int order = 1; order <= max_derivative_order; ++order)
      for (const int accuracy : {1, 2, 4, 6, 8}) {
        if (side == Side::both && accuracy == 1) continue;
        SCOPED_TRACE(testing::Message() << "side " << static_cast<int>(side) << " order " << order
                                        << " accuracy " << accuracy);
        check(Stencil{side, order, accuracy});
      }
}

TEST(Stencil, HasDifferentPointsWithinItsReach) {
  for_each_stencil([](const Stencil& stencil) {
    ASSERT_LE(stencil.size(), max_stencil_size);
    std::set<int> multiples;
    for (int k = 0; k < stencil.size(); ++k) multiples.insert(stencil.multiple(k));
    ASSERT_EQ(static_cast<int>(multiples.size()), stencil.size());
    EXPECT_EQ(*multiples.begin(), stencil.side == Side::right ? 0 : -stencil.reach());
    EXPECT_EQ(*multiples.rbegin(), stencil.side == Side::left ? 0 : stencil.reach());
    EXPECT_EQ(multiples.count(0) == 1, stencil.uses_centre());
  });
}

TEST(Stencil, OfTheFirstDerivativesHasTheKnownSizes) {
  EXPECT_EQ((Stencil{Side::right, 1, 1}.size()), 2);
  EXPECT_EQ((Stencil{Side::both, 1, 2}.size()), 2);
  EXPECT_EQ((Stencil{Side::both, 1, 8}.size()), 8);
  EXPECT_EQ((Stencil{Side::both, 2, 2}.size()), 3);
  EXPECT_EQ((Stencil{Side::both, 2, 4}.size()), 5);
  EXPECT_EQ((Stencil{Side::both, 3, 2}.size()), 4);
  EXPECT_EQ((Stencil{Side::left, 2, 2}.size()), 4);
}

TEST(Stencil, IsExactForPolynomialsUpToItsAccuracy) {
  for_each_stencil([](const Stencil& stencil) {
    const double reach = stencil.reach();
    // (c - 1)^degree in units of the reach: no value is above 1.
    for (int degree = 0; degree < stencil.order + stencil.accuracy; ++degree) {
      const auto f = [&](double c) { return std::pow((c - 1) / reach, degree); };
      const double exact =
          degree == stencil.order ? std::tgamma(degree + 1) / std::pow(reach, degree) : 0;
      // Weights add up to less than 4^size; roundings as in FornbergWeights.
      EXPECT_TRUE(is_within(derivative(stencil, f, 1, 1), exact,
                            gamma<double>(12.0 * stencil.size()) * std::pow(4, stencil.size())))
          << "degree " << degree;
    }
  });
}

TEST(Stencil, ConvergesAtItsAccuracyOrder) {
  for_each_stencil([](const Stencil& stencil) {
    if (stencil.order > 2) return;  // rounding hides it
    const bool is_central = stencil.side == Side::both;
    const double step = (stencil.accuracy >= 6 ? 0.25 : 0.0625) / (is_central ? 1 : 2);
    const auto error = [&](double h) {
      return std::fabs(derivative(
                           stencil, [](double c) { return std::exp(c); }, 0.0, h) -
                       1);
    };
    // Halving the step divides the error by 2^accuracy; the next term of the series disturbs this
    // by the reach in steps, for central ones by its square.
    const double reach = stencil.reach() * step;
    EXPECT_TRUE(is_within(std::log2(error(step) / error(step / 2)), stencil.accuracy,
                          is_central ? reach * reach : reach));
  });
}

TEST(Stencil, OfAccuracyFourIsTheExtrapolationOfTwoCentralQuotients) {
  for (const int order : {1, 2}) {
    const auto f = [](double c) { return std::exp(c); };
    const auto second = [&](double h) {
      return derivative(Stencil{Side::both, order, 2}, f, 0.5, h);
    };
    EXPECT_TRUE(is_within(derivative(Stencil{Side::both, order, 4}, f, 0.5, 0.25),
                          (4 * second(0.25) - second(0.5)) / 3, gamma<double>(500)));
  }
}

}  // namespace
}  // namespace batchgrad::test
