#pragma once

#include <batchgrad/core/elementary.hpp>
#include <batchgrad/expression/operations.hpp>

/// What each operation of an expression computes: one function for every name in operations.hpp, of
/// numbers and of carriers (core/carrier.hpp). Not-a-number in gives not-a-number out, except that
/// comparisons with it are false and that 1^NaN = NaN^0 = 1.
namespace batchgrad::operation {

template <class T>
BATCHGRAD_HD T add(const T& a, const T& b) {
  return a + b;
}
template <class T>
BATCHGRAD_HD T subtract(const T& a, const T& b) {
  return a - b;
}
template <class T>
BATCHGRAD_HD T multiply(const T& a, const T& b) {
  return a * b;
}
template <class T>
BATCHGRAD_HD T divide(const T& a, const T& b) {
  return a / b;
}
template <class T>
BATCHGRAD_HD T negate(const T& a) {
  return -a;
}
template <class T>
BATCHGRAD_HD T power(const T& a, const T& b) {
  using math::pow;
  return pow(a, b);
}
template <class T>
BATCHGRAD_HD T abs(const T& a) {
  using math::fabs;
  return fabs(a);
}

/// 1 where the comparison holds, else 0; it jumps where the sides are equal.
#define BATCHGRAD_COMPARISON(name, sign)                 \
  template <class T>                                     \
  BATCHGRAD_HD T name(const T& a, const T& b) {          \
    if constexpr (Carrier<T>)                            \
      return T::tie(T(name(a.value, b.value)), a, b, 1); \
    else                                                 \
      return T(a sign b ? 1 : 0);                        \
  }
BATCHGRAD_COMPARISON(less, <)
BATCHGRAD_COMPARISON(less_equal, <=)
BATCHGRAD_COMPARISON(greater, >)
BATCHGRAD_COMPARISON(greater_equal, >=)
BATCHGRAD_COMPARISON(equal, ==)
BATCHGRAD_COMPARISON(not_equal, !=)
#undef BATCHGRAD_COMPARISON

using batchgrad::select;

/// Where both are equal the slope is the mean of the two, the middle of the one-sided slopes.
template <class T>
BATCHGRAD_HD T min(const T& a, const T& b) {
  if constexpr (Carrier<T>) {
    using V = typename T::Value;
    const T tie = T::combine(min(a.value, b.value), a, V(0.5), b, V(0.5), 0);
    return select(less(a, b), a, select(less(b, a), b, tie));
  } else {
    return a < b || a != a ? a : b;
  }
}
template <class T>
BATCHGRAD_HD T max(const T& a, const T& b) {
  if constexpr (Carrier<T>) {
    using V = typename T::Value;
    const T tie = T::combine(max(a.value, b.value), a, V(0.5), b, V(0.5), 0);
    return select(less(b, a), a, select(less(a, b), b, tie));
  } else {
    return a > b || a != a ? a : b;
  }
}

/// Those that are called as in <cmath>.
#define BATCHGRAD_ELEMENTARY(name)  \
  template <class T>                \
  BATCHGRAD_HD T name(const T& a) { \
    using math::name;               \
    return name(a);                 \
  }
BATCHGRAD_ELEMENTARY(sign)
BATCHGRAD_ELEMENTARY(floor)
BATCHGRAD_ELEMENTARY(ceil)
BATCHGRAD_ELEMENTARY(sqrt)
BATCHGRAD_ELEMENTARY(cbrt)
BATCHGRAD_ELEMENTARY(exp)
BATCHGRAD_ELEMENTARY(expm1)
BATCHGRAD_ELEMENTARY(log)
BATCHGRAD_ELEMENTARY(log1p)
BATCHGRAD_ELEMENTARY(log2)
BATCHGRAD_ELEMENTARY(log10)
BATCHGRAD_ELEMENTARY(sin)
BATCHGRAD_ELEMENTARY(cos)
BATCHGRAD_ELEMENTARY(tan)
BATCHGRAD_ELEMENTARY(asin)
BATCHGRAD_ELEMENTARY(acos)
BATCHGRAD_ELEMENTARY(atan)
BATCHGRAD_ELEMENTARY(sinh)
BATCHGRAD_ELEMENTARY(cosh)
BATCHGRAD_ELEMENTARY(tanh)
BATCHGRAD_ELEMENTARY(asinh)
BATCHGRAD_ELEMENTARY(acosh)
BATCHGRAD_ELEMENTARY(atanh)
BATCHGRAD_ELEMENTARY(erf)
BATCHGRAD_ELEMENTARY(erfc)
BATCHGRAD_ELEMENTARY(logistic)
#undef BATCHGRAD_ELEMENTARY
#define BATCHGRAD_ELEMENTARY(name)              \
  template <class T>                            \
  BATCHGRAD_HD T name(const T& a, const T& b) { \
    using math::name;                           \
    return name(a, b);                          \
  }
BATCHGRAD_ELEMENTARY(atan2)
BATCHGRAD_ELEMENTARY(hypot)
BATCHGRAD_ELEMENTARY(log_add_exp)
#undef BATCHGRAD_ELEMENTARY

/// A constant of an expression. To running errors one of more than 26 binary digits is off by up to
/// two units in the last place: it was written as a decimal fraction, or made of such constants.
template <class T>
BATCHGRAD_HD T constant(double value) {
  if constexpr (Carrier<T>) {
    const auto number = constant<typename T::Value>(value);
    const double split = value * 0x8000001p0;  // 2^27 + 1, after Veltkamp
    return split - (split - value) == value ? T(number) : T::rounded(T(number), number);
  } else {
    return T(value);
  }
}

/// The operation by its opcode; arguments beyond its arity are not read.
template <class T>
BATCHGRAD_HD T apply(Opcode opcode, const T& a, const T& b, const T& c) {
#define BATCHGRAD_ARGUMENTS_1 (a)
#define BATCHGRAD_ARGUMENTS_2 (a, b)
#define BATCHGRAD_ARGUMENTS_3 (a, b, c)
  switch (opcode) {
#define BATCHGRAD_CASE(name, arity) \
  case Opcode::name:                \
    return operation::name BATCHGRAD_ARGUMENTS_##arity;
    BATCHGRAD_EVERY_OPERATION(BATCHGRAD_CASE)
#undef BATCHGRAD_CASE
    case Opcode::constant:
    case Opcode::variable:
      break;
  }
#undef BATCHGRAD_ARGUMENTS_1
#undef BATCHGRAD_ARGUMENTS_2
#undef BATCHGRAD_ARGUMENTS_3
  return a;  // leaves have none
}

}  // namespace batchgrad::operation
