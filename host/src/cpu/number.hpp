#pragma once

// Included before any loss: their calls of math:: are looked up where they are written.
#include "cpu/vector_math.hpp"

namespace batchgrad::cpu {

/// A double whose functions below are those of vector_math where it has them, so that compilers
/// make packs of loops over the formulas of losses; the other functions are the C library's.
struct Number {
  double value;

  Number() = default;
  template <class T>
  explicit constexpr BATCHGRAD_HD Number(T number) : value(static_cast<double>(number)) {}

  BATCHGRAD_HD Number operator-() const { return Number(-value); }
  friend BATCHGRAD_HD Number operator+(Number a, Number b) { return Number(a.value + b.value); }
  friend BATCHGRAD_HD Number operator-(Number a, Number b) { return Number(a.value - b.value); }
  friend BATCHGRAD_HD Number operator*(Number a, Number b) { return Number(a.value * b.value); }
  friend BATCHGRAD_HD Number operator/(Number a, Number b) { return Number(a.value / b.value); }
  BATCHGRAD_HD Number& operator+=(Number other) { return *this = *this + other; }
  BATCHGRAD_HD Number& operator-=(Number other) { return *this = *this - other; }
  BATCHGRAD_HD Number& operator*=(Number other) { return *this = *this * other; }
  BATCHGRAD_HD Number& operator/=(Number other) { return *this = *this / other; }
  friend BATCHGRAD_HD bool operator<(Number a, Number b) { return a.value < b.value; }
  friend BATCHGRAD_HD bool operator>(Number a, Number b) { return a.value > b.value; }
  friend BATCHGRAD_HD bool operator<=(Number a, Number b) { return a.value <= b.value; }
  friend BATCHGRAD_HD bool operator>=(Number a, Number b) { return a.value >= b.value; }
  friend BATCHGRAD_HD bool operator==(Number a, Number b) { return a.value == b.value; }
  friend BATCHGRAD_HD bool operator!=(Number a, Number b) { return a.value != b.value; }
};

}  // namespace batchgrad::cpu

namespace batchgrad::math {

BATCHGRAD_HD cpu::Number exp(cpu::Number x) { return cpu::Number(cpu::vector_math::exp(x.value)); }
BATCHGRAD_HD cpu::Number log(cpu::Number x) { return cpu::Number(cpu::vector_math::log(x.value)); }
BATCHGRAD_HD cpu::Number log1p(cpu::Number x) {
  return cpu::Number(cpu::vector_math::log1p(x.value));
}

BATCHGRAD_HD cpu::Number decay(cpu::Number x) {
  return cpu::Number(cpu::vector_math::decay(x.value));
}
BATCHGRAD_HD cpu::Number log1p_of_share(cpu::Number x) {
  return cpu::Number(cpu::vector_math::log1p_of_share(x.value));
}
BATCHGRAD_HD cpu::Number log_cosh(cpu::Number x) {
  return cpu::Number(cpu::vector_math::log_cosh(x.value));
}
BATCHGRAD_HD cpu::Number tanh(cpu::Number x) {
  return cpu::Number(cpu::vector_math::tanh(x.value));
}

/// As core/scaled_exponential.hpp, with selections for branches.
BATCHGRAD_HD cpu::Number scaled_exponential(cpu::Number factor, cpu::Number exponent) {
  const double power = cpu::vector_math::exp(exponent.value);
  const double root = cpu::vector_math::exp(0.25 * exponent.value);
  const double far = factor.value * root * root * root * root;
  const bool is_zero = (factor.value == 0) & (exponent.value == exponent.value);
  const double outside = is_zero ? factor.value : far;
  const bool is_inside = (power > 1e-30) & (power < 1e30);
  return cpu::Number(is_inside ? factor.value * power : outside);
}

#define BATCHGRAD_NUMBER_FUNCTION(name) \
  BATCHGRAD_HD cpu::Number name(cpu::Number x) { return cpu::Number(name(x.value)); }
BATCHGRAD_NUMBER_FUNCTION(acos)
BATCHGRAD_NUMBER_FUNCTION(asin)
BATCHGRAD_NUMBER_FUNCTION(atan)
BATCHGRAD_NUMBER_FUNCTION(cbrt)
BATCHGRAD_NUMBER_FUNCTION(ceil)
BATCHGRAD_NUMBER_FUNCTION(cos)
BATCHGRAD_NUMBER_FUNCTION(cosh)
BATCHGRAD_NUMBER_FUNCTION(erf)
BATCHGRAD_NUMBER_FUNCTION(erfc)
BATCHGRAD_NUMBER_FUNCTION(expm1)
BATCHGRAD_NUMBER_FUNCTION(fabs)
BATCHGRAD_NUMBER_FUNCTION(floor)
BATCHGRAD_NUMBER_FUNCTION(log10)
BATCHGRAD_NUMBER_FUNCTION(log2)
BATCHGRAD_NUMBER_FUNCTION(sin)
BATCHGRAD_NUMBER_FUNCTION(sinh)
BATCHGRAD_NUMBER_FUNCTION(sqrt)
BATCHGRAD_NUMBER_FUNCTION(tan)
#undef BATCHGRAD_NUMBER_FUNCTION
BATCHGRAD_HD cpu::Number pow(cpu::Number x, cpu::Number y) {
  return cpu::Number(pow(x.value, y.value));
}
BATCHGRAD_HD cpu::Number hypot(cpu::Number x, cpu::Number y) {
  return cpu::Number(hypot(x.value, y.value));
}
BATCHGRAD_HD cpu::Number copysign(cpu::Number x, cpu::Number y) {
  return cpu::Number(copysign(x.value, y.value));
}

}  // namespace batchgrad::math
