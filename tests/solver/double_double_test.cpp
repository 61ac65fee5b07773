#include "solver/double_double.hpp"

#include <cmath>
#include <gtest/gtest.h>

#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::detail {
namespace {

using Quad = __float128;  // 113 bits

Quad exactly(DoubleDouble value) { return Quad(value.high) + Quad(value.low); }

/// |value - expected| <= 2^-100 |expected|, and true: the bounds of the header with room for the
/// rounding of the truth.
bool is_close(DoubleDouble value, Quad expected) {
  const Quad error = exactly(value) - expected;
  const Quad bound = Quad(0x1p-100) * (expected < 0 ? -expected : expected);
  return (error < 0 ? -error : error) <= bound;
}

TEST(DoubleDouble, AgreesWithQuadruplePrecision) {
  test::RandomNumbers random(7);
  for (int k = 0; k < 2000; ++k) {
    const DoubleDouble a = exact_sum(random(), random() * 0x1p-54);
    const DoubleDouble b = exact_sum(random() * std::ldexp(1.0, k % 80 - 40), random() * 0x1p-100);
    EXPECT_TRUE(is_close(a * b, exactly(a) * exactly(b)));
    EXPECT_TRUE(is_close(a / b, exactly(a) / exactly(b)));
    const DoubleDouble square = a * a;
    EXPECT_TRUE(is_close(sqrt(square) * sqrt(square), exactly(square)));
    // Sums of one sign: their error is relative to the sum.
    const DoubleDouble left = a.high < 0 ? -a : a;
    const DoubleDouble right = b.high < 0 ? -b : b;
    EXPECT_TRUE(is_close(left + right, exactly(left) + exactly(right)));
  }
}

TEST(DoubleDouble, KeepsWhatDoubleLoses) {
  EXPECT_EQ(double(DoubleDouble(1e16) + DoubleDouble(1) - DoubleDouble(1e16)), 1);
  EXPECT_EQ(exact_product(0x1p27 + 1, 0x1p27 + 1).low, 1);
  EXPECT_EQ(double(sqrt(DoubleDouble(0))), 0);
}

}  // namespace
}  // namespace batchgrad::detail
