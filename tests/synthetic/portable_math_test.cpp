#include "random/portable_math.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace batchgrad::detail {
namespace {

constexpr double ulp = 0x1p-52;

TEST(PortableMath, LogarithmIsGoodToTheLastDigits) {
  for (double x = 1e-300; x < 1e300; x *= 1.37)
    EXPECT_NEAR(portable_log(x), std::log(x), 3 * ulp * std::fmax(std::fabs(std::log(x)), 0x1p-3))
        << x;
  for (double x = 0.5; x < 2; x += 0.01)
    EXPECT_NEAR(portable_log(x), std::log(x), 4 * ulp * std::fabs(std::log(x)) + 1e-17) << x;
  EXPECT_EQ(portable_log(1), 0);
}

TEST(PortableMath, ExponentialIsGoodToTheLastDigits) {
  for (double x = -700; x <= 700; x += 0.37)
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 8 * ulp) << x;
  EXPECT_EQ(portable_exp(0), 1);
}

/// The quantile inverts the distribution function erfc, in the middle and in both tails.
TEST(PortableMath, NormalQuantileInvertsTheDistribution) {
  for (double p = 1e-300; p < 0.5; p *= 1.5) {
    const double x = normal_quantile(p);
    const double back = 0.5 * std::erfc(-x / std::sqrt(2.0));
    EXPECT_NEAR(back / p, 1, 1e-12) << p;
  }
  for (double p = 0.01; p < 1; p += 0.01)
    EXPECT_NEAR(normal_quantile(p), -normal_quantile(1 - p), 1e-14) << p;
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-15);
}

}  // namespace
}  // namespace batchgrad::detail
