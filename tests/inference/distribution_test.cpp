#include "distribution.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "tolerance.hpp"

namespace batchgrad::detail {
namespace {

bool is_close(double actual, double expected, double relative = 1e-13) {
  return static_cast<bool>(test::is_within(actual, expected, relative * std::fabs(expected)));
}

TEST(NormalDistribution, HasTheTabulatedQuantiles) {
  EXPECT_TRUE(is_close(normal_two_sided_quantile(0.1), 1.6448536269514722));
  EXPECT_TRUE(is_close(normal_two_sided_quantile(0.05), 1.9599639845400545));
  EXPECT_TRUE(is_close(normal_two_sided_quantile(0.01), 2.5758293035489004));
  for (const double tail : {1e-300, 1e-12, 0.3, 0.999, 1 - 1e-9})
    EXPECT_TRUE(is_close(normal_two_sided(normal_two_sided_quantile(tail)), tail, 1e-11)) << tail;
  EXPECT_EQ(normal_two_sided(0), 1);
  EXPECT_EQ(normal_two_sided(-3), normal_two_sided(3));
}

TEST(StudentDistribution, HasTheTabulatedQuantiles) {
  // Of 97.5 %: tables to three digits and more.
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.05, 1), 1 / std::tan(std::numbers::pi / 40)));
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.05, 2), 0.95 * std::sqrt(2 / 0.0975)));
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.05, 5), 2.570582, 1e-6));
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.05, 10), 2.228139, 1e-6));
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.05, 30), 2.042272, 1e-6));
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.01, 120), 2.617421, 1e-6));
}

TEST(StudentDistribution, HasItsClosedForms) {
  for (const double t : {1e-8, 0.01, 0.5, 1.0, 2.0, 10.0, 1e3}) {
    // 1 - 2 / pi atan t, without cancellation
    EXPECT_TRUE(is_close(student_two_sided(t, 1), 2 / std::numbers::pi * std::atan(1 / t))) << t;
    const double root = std::sqrt(2 + t * t);
    EXPECT_TRUE(is_close(student_two_sided(t, 2), 2 / (root * (root + t)))) << t;
    // four degrees of freedom: 1 - sin a (1 + cos^2 a / 2), a = atan(t / 2)
    const double a = std::atan(t / 2);
    const double four = 1 - std::sin(a) * (1 + std::cos(a) * std::cos(a) / 2);
    EXPECT_TRUE(test::is_within(student_two_sided(t, 4), four, 4e-16)) << t;
  }
}

/// By Simpson's rule in long double over the density, from 0 to t.
double integrated(double t, double freedom) {
  const int steps = 20000;
  const long double h = static_cast<long double>(t) / steps;
  const long double n = freedom;
  const auto density = [&](long double x) {
    return std::exp(-(n + 1) / 2 * std::log1p(x * x / n));
  };
  long double sum = density(0) + density(t);
  for (int k = 1; k < steps; ++k) sum += (k % 2 == 1 ? 4 : 2) * density(h * k);
  const long double factor = std::exp(std::lgamma((n + 1) / 2) - std::lgamma(n / 2)) /
                             std::sqrt(n * std::numbers::pi_v<long double>);
  return static_cast<double>(1 - 2 * factor * sum * h / 3);
}

TEST(StudentDistribution, AgreesWithTheIntegralOfItsDensity) {
  // The truth's gamma functions cancel: 16 units in the last place of n log n.
  for (const double freedom : {3.0, 7.5, 39.0, 41.0, 1000.0, 1999.0, 2001.0, 2e5})
    for (const double t : {0.1, 1.0, 1.96, 3.0})
      EXPECT_TRUE(test::is_within(student_two_sided(t, freedom), integrated(t, freedom),
                                  2e-13 + 0x1p-60 * freedom * std::log(freedom)))
          << freedom << " " << t;
}

TEST(StudentDistribution, TendsToTheNormalOne) {
  // The first term of the difference is t (t^2 + 1) density / (2 n), 2.7e-10 here.
  EXPECT_TRUE(test::is_within(student_two_sided(2, 1e9), normal_two_sided(2), 1e-9));
  EXPECT_TRUE(is_close(student_two_sided_quantile(0.05, 1e9), 1.9599639845400545, 1e-8));
  EXPECT_EQ(student_two_sided(0, 5), 1);
  EXPECT_EQ(student_two_sided(INFINITY, 5), 0);
  EXPECT_TRUE(std::isnan(student_two_sided(NAN, 5)));
}

}  // namespace
}  // namespace batchgrad::detail
