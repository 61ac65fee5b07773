#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// The constants of a floating-point type, where <limits> cannot be included (NVRTC).
///   epsilon         spacing of the numbers just above 1: 2^-23, 2^-52
///   unit_roundoff   largest relative error of one rounding: epsilon / 2
template <class T>
struct Limits;

template <>
struct Limits<float> {
  static constexpr int digits = 24;
  static constexpr float epsilon = 0x1p-23F;
  static constexpr float unit_roundoff = 0x1p-24F;
  static constexpr float max = 0x1.fffffep127F;
  static constexpr float smallest_normal = 0x1p-126F;
};

template <>
struct Limits<double> {
  static constexpr int digits = 53;
  static constexpr double epsilon = 0x1p-52;
  static constexpr double unit_roundoff = 0x1p-53;
  static constexpr double max = 0x1.fffffffffffffp1023;
  static constexpr double smallest_normal = 0x1p-1022;
};

inline constexpr double infinity = __builtin_bit_cast(double, 0x7ff0000000000000ULL);
inline constexpr double quiet_nan = __builtin_bit_cast(double, 0x7ff8000000000000ULL);

}  // namespace batchgrad
