#include <batchgrad/core/storage.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <type_traits>

namespace batchgrad::test {
namespace {

/// What a type of 16 bits is, and what its bits mean: (-1)^s (m + 2^M) 2^(e - bias - M), or
/// m 2^(1 - bias - M) where e is 0.
struct BitLayout {
  int exponent_bits;
  int mantissa_bits;

  [[nodiscard]] int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  [[nodiscard]] double value(unsigned bits) const {
    const unsigned mantissa = bits % (1U << mantissa_bits);
    const unsigned exponent = bits >> mantissa_bits & ((1U << exponent_bits) - 1);
    const double sign = bits >> 15 == 1 ? -1 : 1;
    if (exponent == (1U << exponent_bits) - 1)
      return mantissa > 0 ? std::numeric_limits<double>::quiet_NaN()
                          : sign * std::numeric_limits<double>::infinity();
    const double significand = mantissa + (exponent > 0 ? std::ldexp(1.0, mantissa_bits) : 0.0);
    const int unit = (exponent > 0 ? static_cast<int>(exponent) : 1) - bias() - mantissa_bits;
    return sign * std::ldexp(significand, unit);
  }
  /// Of numbers that are not negative, whose bits are ordered as they are; also of the number that
  /// would follow the largest, which rounding treats as if it were there.
  [[nodiscard]] double value_or_next(unsigned bits) const {
    return std::isinf(value(bits)) ? std::ldexp(1.0, bias() + 1) : value(bits);
  }
  [[nodiscard]] unsigned infinite() const { return ((1U << exponent_bits) - 1) << mantissa_bits; }
};

template <class T>
struct LayoutOf;
template <>
struct LayoutOf<Bfloat16> {
  static constexpr BitLayout layout{8, 7};
};
template <>
struct LayoutOf<Float16> {
  static constexpr BitLayout layout{5, 10};
};

template <class T>
class StoredFloatTest : public testing::Test {
 public:
  static constexpr BitLayout layout = LayoutOf<T>::layout;
};
using StoredFloats = testing::Types<Bfloat16, Float16>;
TYPED_TEST_SUITE(StoredFloatTest, StoredFloats, );

TYPED_TEST(StoredFloatTest, WidensEveryPatternToItsValue) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto stored = TypeParam::from_bits(static_cast<unsigned short>(bits));
    const double truth = this->layout.value(bits);
    const float wide = widen(stored);
    if (std::isnan(truth)) {
      ASSERT_TRUE(std::isnan(wide)) << bits;
    } else {
      ASSERT_EQ(static_cast<double>(wide), truth) << bits;
      ASSERT_EQ(std::signbit(wide), bits >= 32768) << bits;
    }
  }
}

TYPED_TEST(StoredFloatTest, GivesEveryPatternBack) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto stored = TypeParam::from_bits(static_cast<unsigned short>(bits));
    if (std::isnan(this->layout.value(bits))) {
      ASSERT_TRUE(std::isnan(widen(TypeParam(widen(stored))))) << bits;
    } else {
      ASSERT_EQ(TypeParam(widen(stored)).bits(), bits);
      ASSERT_EQ(TypeParam(static_cast<double>(stored)).bits(), bits);
    }
  }
}

/// Neighbours a < b: what lies below their middle becomes a, above it b, and the middle itself the
/// one with an even mantissa. Neighbours and middles are exact in float and double.
TYPED_TEST(StoredFloatTest, RoundsToTheNearestAndMiddlesToEven) {
  for (unsigned bits = 0; bits < this->layout.infinite(); ++bits) {
    const double a = this->layout.value(bits);
    const double middle = a / 2 + this->layout.value_or_next(bits + 1) / 2;
    const unsigned even = bits + bits % 2;
    const auto middle_as_float = static_cast<float>(middle);
    ASSERT_EQ(static_cast<double>(middle_as_float), middle);
    for (const unsigned sign : {0U, 32768U}) {
      const double s = sign == 0 ? 1 : -1;
      ASSERT_EQ(TypeParam(s * middle).bits(), sign + even) << bits;
      ASSERT_EQ(TypeParam(s * std::nextafter(middle, 0.0)).bits(), sign + bits) << bits;
      ASSERT_EQ(TypeParam(s * std::nextafter(middle, INFINITY)).bits(), sign + bits + 1) << bits;
      const auto f = static_cast<float>(s);
      ASSERT_EQ(TypeParam(f * middle_as_float).bits(), sign + even) << bits;
      ASSERT_EQ(TypeParam(f * std::nextafter(middle_as_float, 0.0F)).bits(), sign + bits) << bits;
      ASSERT_EQ(TypeParam(f * std::nextafter(middle_as_float, INFINITY)).bits(), sign + bits + 1)
          << bits;
    }
  }
}

TYPED_TEST(StoredFloatTest, RoundsWhatIsFarAwayToZeroAndToInfinity) {
  for (const double tiny : {1e-300, 5e-324, 1e-60, 0.0}) {
    EXPECT_EQ(TypeParam(tiny).bits(), 0);
    EXPECT_EQ(TypeParam(-tiny).bits(), 32768);
  }
  for (const double huge : {1e300, 1e40, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(TypeParam(huge).bits(), this->layout.infinite());
    EXPECT_EQ(TypeParam(-huge).bits(), 32768 + this->layout.infinite());
  }
  EXPECT_EQ(TypeParam(std::numeric_limits<float>::infinity()).bits(), this->layout.infinite());
}

TYPED_TEST(StoredFloatTest, KeepsWhatIsNotANumber) {
  for (const std::uint64_t bits : {0x7ff8000000000000U, 0x7ff0000000000001U, 0xfff0000000000001U,
                                   0x7fffffffffffffffU, 0xffffffffffffffffU})
    EXPECT_TRUE(std::isnan(widen(TypeParam(std::bit_cast<double>(bits)))));
  EXPECT_TRUE(std::isnan(widen(TypeParam(std::numeric_limits<float>::quiet_NaN()))));
}

TYPED_TEST(StoredFloatTest, TakesNoPartInRoundingTwice) {
  // Just above the middle of 1 and its neighbour: a float rounds to the middle, that to 1.
  const double unit = std::ldexp(1.0, -this->layout.mantissa_bits);
  const double above = 1 + unit / 2 + 0x1p-40;
  EXPECT_EQ(static_cast<double>(TypeParam(above)), 1 + unit);
}

TEST(StorageTraits, SayWhatIsComputedWith) {
  static_assert(std::is_same_v<computing_t<Bfloat16>, float>);
  static_assert(std::is_same_v<computing_t<Float16>, float>);
  static_assert(std::is_same_v<computing_t<float>, float>);
  static_assert(std::is_same_v<computing_t<double>, double>);
  static_assert(widen(Float16(65504.0)) == 65504.0F, "constant expressions");
  EXPECT_EQ(widen(1.5), 1.5);
}

}  // namespace
}  // namespace batchgrad::test
