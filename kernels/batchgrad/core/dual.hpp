#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// A dual number: a value with its derivatives along N directions. Arithmetic on duals carries
/// derivatives along exactly (forward automatic differentiation), to rounding.
///   (a, a') + (b, b') = (a + b, a' + b')        f((a, a')) = (f(a), f'(a) a')
///   (a, a') * (b, b') = (a b, a' b + a b')
/// A derivative that is infinite meets a tangent of exactly zero at the edge of a domain, as in
/// sqrt at 0: the product is 0, because along that direction the argument does not move.
/// Source: Griewank and Walther, Evaluating Derivatives (2008), chapters 3 and 13.
template <class T, int N = 1>
struct Dual {
  T value = T(0);
  T tangent[N] = {};

  constexpr Dual() = default;
  constexpr BATCHGRAD_HD Dual(T constant) : value(constant) {}  // NOLINT

  /// The variable with value `x` whose derivative along `direction` is 1.
  static constexpr BATCHGRAD_HD Dual variable(T x, int direction = 0) {
    Dual result(x);
    result.tangent[direction] = T(1);
    return result;
  }

  /// (f(a), f'(a) a'), given f(a) and f'(a).
  constexpr BATCHGRAD_HD Dual chain(T result_value, T slope) const {
    Dual result(result_value);
    for (int i = 0; i < N; ++i) result.tangent[i] = tangent[i] == T(0) ? T(0) : slope * tangent[i];
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
    return combine(a.value * b.value, a, b.value, b, a.value);
  }
  /// The quotient's slope in b is written -(a/b)/b: b * b could overflow.
  friend constexpr BATCHGRAD_HD Dual operator/(const Dual& a, const Dual& b) {
    const T quotient = a.value / b.value;
    return combine(quotient, a, T(1) / b.value, b, -quotient / b.value);
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

  friend BATCHGRAD_HD Dual exp(const Dual& a) {
    const T e = math::exp(a.value);
    return a.chain(e, e);
  }
  friend BATCHGRAD_HD Dual expm1(const Dual& a) {
    return a.chain(math::expm1(a.value), math::exp(a.value));
  }
  friend BATCHGRAD_HD Dual log(const Dual& a) {
    return a.chain(math::log(a.value), T(1) / a.value);
  }
  friend BATCHGRAD_HD Dual log1p(const Dual& a) {
    return a.chain(math::log1p(a.value), T(1) / (T(1) + a.value));
  }
  friend BATCHGRAD_HD Dual sqrt(const Dual& a) {
    const T root = math::sqrt(a.value);
    return a.chain(root, T(0.5) / root);
  }
  friend BATCHGRAD_HD Dual sin(const Dual& a) {
    return a.chain(math::sin(a.value), math::cos(a.value));
  }
  friend BATCHGRAD_HD Dual cos(const Dual& a) {
    return a.chain(math::cos(a.value), -math::sin(a.value));
  }
  friend BATCHGRAD_HD Dual tan(const Dual& a) {
    const T t = math::tan(a.value);
    return a.chain(t, T(1) + t * t);
  }
  /// 1 / cosh^2 rather than 1 - tanh^2, which cancels where tanh is near 1.
  friend BATCHGRAD_HD Dual tanh(const Dual& a) {
    const T decay = math::exp(T(-2) * math::fabs(a.value));
    return a.chain(math::tanh(a.value), T(4) * decay / ((T(1) + decay) * (T(1) + decay)));
  }
  /// The slope at the kink 0 is 0, the middle of the one-sided slopes.
  friend BATCHGRAD_HD Dual fabs(const Dual& a) {
    return a.chain(math::fabs(a.value), a.value > T(0) ? T(1) : a.value < T(0) ? T(-1) : T(0));
  }
  /// A constant exponent. x^0 has slope 0 everywhere, also at 0.
  friend BATCHGRAD_HD Dual pow(const Dual& a, T exponent) {
    return a.chain(math::pow(a.value, exponent),
                   exponent == T(0) ? T(0) : exponent * math::pow(a.value, exponent - T(1)));
  }

 private:
  /// value with tangent slope_a a' + slope_b b'.
  static constexpr BATCHGRAD_HD Dual combine(T value, const Dual& a, T slope_a, const Dual& b,
                                             T slope_b) {
    return a.chain(value, slope_a) + b.chain(T(0), slope_b);
  }
};

}  // namespace batchgrad
