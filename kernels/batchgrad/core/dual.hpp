#pragma once

#include <batchgrad/core/elementary.hpp>

namespace batchgrad {

/// A dual number: a value with its derivatives along N directions. Arithmetic on duals carries
/// derivatives along exactly (forward automatic differentiation), to rounding.
///   (a, a') + (b, b') = (a + b, a' + b')        f((a, a')) = (f(a), f'(a) a')
///   (a, a') * (b, b') = (a b, a' b + a b')
/// T may be a dual number itself: its derivatives are of the next order.
/// A derivative that is infinite meets a tangent of exactly zero at the edge of a domain, as in
/// sqrt at 0: the product is 0, because along that direction the argument does not move.
/// Where a function has no value (NaN), it has no slope either.
/// Source: Griewank and Walther, Evaluating Derivatives (2008), chapters 3 and 13.
template <class T, int N = 1>
struct Dual {
  static constexpr bool is_carrier = true;
  using Value = T;

  T value = T(0);
  T tangent[N] = {};

  constexpr Dual() = default;
  constexpr BATCHGRAD_HD Dual(const T& constant) : value(constant) {}  // NOLINT
  template <Number U>
  requires(Carrier<T>) constexpr BATCHGRAD_HD Dual(U constant) : value(constant) {}  // NOLINT

  /// The variable with value `x` whose derivative along `direction` is 1.
  static constexpr BATCHGRAD_HD Dual variable(const T& x, int direction = 0) {
    Dual result(x);
    result.tangent[direction] = T(1);
    return result;
  }

  constexpr BATCHGRAD_HD bool moves() const {
    bool result = batchgrad::moves(value);
    for (int i = 0; i < N; ++i) result = result || !batchgrad::vanishes(tangent[i]);
    return result;
  }
  constexpr BATCHGRAD_HD bool vanishes() const { return batchgrad::vanishes(value) && !moves(); }

  constexpr BATCHGRAD_HD Dual chain(const T& f, const T& slope, int /*ulps*/ = 2) const {
    Dual result(f);
    const T usable = f == f ? slope : f;
    for (int i = 0; i < N; ++i) result.tangent[i] = scaled(usable, tangent[i]);
    return result;
  }
  static constexpr BATCHGRAD_HD Dual combine(const T& f, const Dual& a, const T& slope_a,
                                             const Dual& b, const T& slope_b, int /*ulps*/ = 2) {
    Dual result = a.chain(f, slope_a);
    const T usable = f == f ? slope_b : f;
    for (int i = 0; i < N; ++i) result.tangent[i] += scaled(usable, b.tangent[i]);
    return result;
  }
  /// What is known about errors and kinks is in the values.
  static constexpr BATCHGRAD_HD Dual rounded(const Dual& result, const T& /*size*/) {
    return result;
  }
  static constexpr BATCHGRAD_HD Dual tie(const Dual& result, const Dual& /*a*/, const Dual& /*b*/,
                                         int /*jump*/) {
    return result;
  }
  static constexpr BATCHGRAD_HD Dual select(const Dual& condition, const Dual& a, const Dual& b) {
    Dual result(batchgrad::select(condition.value, a.value, b.value));
    for (int i = 0; i < N; ++i)
      result.tangent[i] = batchgrad::select(condition.value, a.tangent[i], b.tangent[i]);
    return result;
  }

  friend constexpr BATCHGRAD_HD Dual operator+(const Dual& a) { return a; }
  friend constexpr BATCHGRAD_HD Dual operator-(const Dual& a) { return a.chain(-a.value, T(-1)); }
  friend constexpr BATCHGRAD_HD Dual operator+(const Dual& a, const Dual& b) {
    Dual result(a.value + b.value);
    for (int i = 0; i < N; ++i) result.tangent[i] = a.tangent[i] + b.tangent[i];
    return result;
  }
  friend constexpr BATCHGRAD_HD Dual operator-(const Dual& a, const Dual& b) {
    Dual result(a.value - b.value);
    for (int i = 0; i < N; ++i) result.tangent[i] = a.tangent[i] - b.tangent[i];
    return result;
  }
  friend constexpr BATCHGRAD_HD Dual operator*(const Dual& a, const Dual& b) {
    if constexpr (is_large)
      return called_product(a, b);
    else
      return product(a, b);
  }
  /// The quotient's slope in b is written -(a/b)/b: b * b could overflow.
  friend constexpr BATCHGRAD_HD Dual operator/(const Dual& a, const Dual& b) {
    if constexpr (is_large)
      return called_quotient(a, b);
    else
      return quotient(a, b);
  }
  constexpr BATCHGRAD_HD Dual& operator+=(const Dual& b) { return *this = *this + b; }
  constexpr BATCHGRAD_HD Dual& operator-=(const Dual& b) { return *this = *this - b; }
  constexpr BATCHGRAD_HD Dual& operator*=(const Dual& b) { return *this = *this * b; }
  constexpr BATCHGRAD_HD Dual& operator/=(const Dual& b) { return *this = *this / b; }

  friend constexpr BATCHGRAD_HD bool operator<(const Dual& a, const Dual& b) {
    return a.value < b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator>(const Dual& a, const Dual& b) {
    return a.value > b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator<=(const Dual& a, const Dual& b) {
    return a.value <= b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator>=(const Dual& a, const Dual& b) {
    return a.value >= b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator==(const Dual& a, const Dual& b) {
    return a.value == b.value;
  }

 private:
  /// Products of nested dual numbers are made of products of their parts: where every one of them
  /// is inlined, a function grows fivefold with each level, and compiling it takes minutes.
  static constexpr bool is_large = sizeof(T) > 2 * sizeof(double);

  static constexpr BATCHGRAD_HD Dual product(const Dual& a, const Dual& b) {
    return combine(a.value * b.value, a, b.value, b, a.value);
  }
  static constexpr BATCHGRAD_HD Dual quotient(const Dual& a, const Dual& b) {
    const T ratio = a.value / b.value;
    return combine(ratio, a, T(1) / b.value, b, -ratio / b.value);
  }
  static constexpr BATCHGRAD_HD_CALLED Dual called_product(const Dual& a, const Dual& b) {
    return product(a, b);
  }
  static constexpr BATCHGRAD_HD_CALLED Dual called_quotient(const Dual& a, const Dual& b) {
    return quotient(a, b);
  }

  static constexpr BATCHGRAD_HD T scaled(const T& slope, const T& move) {
    return batchgrad::vanishes(move) ? T(0) : slope * move;
  }
};

}  // namespace batchgrad
