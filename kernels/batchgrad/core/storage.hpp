#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// A number of 16 bits: a sign, an exponent and a mantissa, laid out as IEEE 754 has them. It is
/// stored, not computed with: widen() gives the float of the same value.
template <int ExponentBits, int MantissaBits>
class StoredFloat {
  static_assert(1 + ExponentBits + MantissaBits == 16);

 public:
  StoredFloat() = default;

  /// The nearest number that can be stored, of two as near the one with an even mantissa: subnormal
  /// near 0, infinity from half a unit beyond the largest on. What is not a number stays so.
  explicit constexpr BATCHGRAD_HD StoredFloat(double value) : bits_(round(value)) {}
  explicit constexpr BATCHGRAD_HD StoredFloat(float value)
      : StoredFloat(static_cast<double>(value)) {}

  static constexpr BATCHGRAD_HD StoredFloat from_bits(unsigned short bits) {
    StoredFloat stored{};
    stored.bits_ = bits;
    return stored;
  }
  constexpr BATCHGRAD_HD unsigned short bits() const { return bits_; }

  /// Exact.
  explicit constexpr BATCHGRAD_HD operator float() const {
    constexpr int shift = 23 - MantissaBits;  // a float has 8 exponent bits and 23 of mantissa
    const unsigned sign = static_cast<unsigned>(bits_ & 0x8000U) << 16;
    unsigned magnitude = static_cast<unsigned>(bits_ & 0x7fffU) << shift;
    if constexpr (ExponentBits < 8) {
      constexpr unsigned rebias = static_cast<unsigned>(127 - bias) << 23;
      constexpr unsigned above_subnormal = 1U << 23;
      constexpr unsigned infinite = infinite_bits << shift;
      if (magnitude < above_subnormal) {
        // As if it had the mantissa of a normal number, whose leading bit is then taken away.
        constexpr unsigned leading = rebias + above_subnormal;
        magnitude = __builtin_bit_cast(unsigned, __builtin_bit_cast(float, magnitude + leading) -
                                                     __builtin_bit_cast(float, leading));
      } else {
        magnitude += magnitude < infinite ? rebias : 2 * rebias;
      }
    }
    return __builtin_bit_cast(float, sign | magnitude);
  }
  explicit constexpr BATCHGRAD_HD operator double() const { return static_cast<float>(*this); }

 private:
  static constexpr int bias = (1 << (ExponentBits - 1)) - 1;
  static constexpr unsigned infinite_bits = ((1U << ExponentBits) - 1) << MantissaBits;

  static constexpr BATCHGRAD_HD unsigned short round(double value) {
    const auto bits = __builtin_bit_cast(unsigned long long, value);
    const auto sign = static_cast<unsigned>(bits >> 63) << 15;
    return static_cast<unsigned short>(sign | round_magnitude(bits & ~(1ULL << 63)));
  }
  /// The bits that stand for a double which is not negative.
  static constexpr BATCHGRAD_HD unsigned round_magnitude(unsigned long long magnitude) {
    constexpr int double_bits = 52;  // of mantissa
    constexpr unsigned long long infinite = 0x7ffULL << double_bits;
    if (magnitude > infinite) return infinite_bits | 1U << (MantissaBits - 1);

    constexpr int smallest = 1 - bias;  // exponent of the smallest normal number
    const int exponent = static_cast<int>(magnitude >> double_bits) - 1023;
    if (exponent > bias) return infinite_bits;
    const int unit_exponent = exponent < smallest ? smallest : exponent;
    const int dropped = double_bits - MantissaBits + unit_exponent - exponent;  // bits
    if (dropped > double_bits + 1) return 0;  // less than half of the smallest
    constexpr unsigned long long leading = 1ULL << double_bits;
    const unsigned long long significand = (magnitude & (leading - 1)) | leading;
    const unsigned long long half = 1ULL << (dropped - 1);
    const unsigned long long rest = significand & (2 * half - 1);
    auto rounded = static_cast<unsigned>(significand >> dropped);
    if (rest > half || (rest == half && rounded % 2 == 1)) ++rounded;
    // The leading bit of a normal number counts one exponent; a carry, one more, up to infinity.
    return (static_cast<unsigned>(unit_exponent + bias - 1) << MantissaBits) + rounded;
  }

  unsigned short bits_;
};

using Bfloat16 = StoredFloat<8, 7>;  ///< the exponents of float; 3 significant digits, almost
using Float16 = StoredFloat<5, 10>;  ///< up to 65504; 3 significant digits, almost 4
static_assert(sizeof(Bfloat16) == 2 && sizeof(Float16) == 2);

/// What numbers stored as T are computed with: T itself, float for those of 16 bits.
template <class T>
struct StorageTraits {
  using Computing = T;
};
template <int ExponentBits, int MantissaBits>
struct StorageTraits<StoredFloat<ExponentBits, MantissaBits>> {
  using Computing = float;
};
template <class T>
using computing_t = typename StorageTraits<T>::Computing;

/// Expands declare(T) for each type that features can be stored in.
#define BATCHGRAD_FOR_EACH_STORAGE(declare) \
  declare(double) declare(float) declare(::batchgrad::Bfloat16) declare(::batchgrad::Float16)

/// The same value in the type that is computed with: exact.
template <class T>
constexpr BATCHGRAD_HD computing_t<T> widen(T stored) {
  return static_cast<computing_t<T>>(stored);
}

}  // namespace batchgrad
