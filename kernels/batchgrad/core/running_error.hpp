#pragma once

#include <batchgrad/core/elementary.hpp>
#include <batchgrad/core/limits.hpp>

namespace batchgrad {

/// A computed value with a bound of its rounding error, carried along operation by operation:
///   error of f(a, b) = |df/da| error of a + |df/db| error of b + roundings of the result itself
/// To first order in the errors, except for products and quotients, where it is a bound as long as
/// nothing underflows to 0. Inputs count as exact, as do constants; see operation::constant.
/// `kink`: some operation on the way was, within its arguments' errors, at a place where it jumps
/// or where its slope does or is infinite, so that a derivative computed by rules means little.
/// Dual<RunningError<T>, N> has derivatives with bounds of their errors; its value's `kink` tells.
/// Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.3.
template <class T>
struct RunningError {
  static constexpr bool is_carrier = true;
  using Value = T;

  T value = T(0);
  T error = T(0);
  bool kink = false;

  constexpr RunningError() = default;
  constexpr BATCHGRAD_HD RunningError(T constant) : value(constant) {}  // NOLINT
  constexpr BATCHGRAD_HD RunningError(T result, T bound, bool has_kink)
      : value(result), error(bound), kink(has_kink) {}

  constexpr BATCHGRAD_HD bool moves() const { return error != T(0); }
  constexpr BATCHGRAD_HD bool vanishes() const { return value == T(0) && error == T(0) && !kink; }

  constexpr BATCHGRAD_HD RunningError chain(T f, T slope, int ulps = 2) const {
    return {f, scaled(slope, error) + T(2 * ulps) * rounding(f), kink};
  }
  static constexpr BATCHGRAD_HD RunningError combine(T f, const RunningError& a, T slope_a,
                                                     const RunningError& b, T slope_b,
                                                     int ulps = 2) {
    return {f, scaled(slope_a, a.error) + scaled(slope_b, b.error) + T(2 * ulps) * rounding(f),
            a.kink || b.kink};
  }
  static constexpr BATCHGRAD_HD RunningError rounded(const RunningError& result, T size) {
    return {result.value, result.error + T(4) * rounding(size), result.kink};
  }
  static constexpr BATCHGRAD_HD RunningError tie(const RunningError& result, const RunningError& a,
                                                 const RunningError& b, int jump) {
    const T reach = a.error + b.error;
    const bool undecided = a.value == b.value || magnitude(a.value - b.value) <= reach;
    return {result.value,
            result.error + (undecided && reach > T(0) && jump > 0 ? T(jump) + reach : T(0)),
            undecided || result.kink || a.kink || b.kink};
  }
  /// Where the condition could be 0 or not, either branch could be the right one.
  static constexpr BATCHGRAD_HD RunningError select(const RunningError& condition,
                                                    const RunningError& a, const RunningError& b) {
    const RunningError& taken = condition.value == T(0) ? b : a;
    const bool undecided = condition.error > T(0) && magnitude(condition.value) <= condition.error;
    const T larger = a.error > b.error ? a.error : b.error;
    return {batchgrad::select(condition.value, a.value, b.value),
            undecided ? larger + magnitude(a.value - b.value) : taken.error,
            undecided || condition.kink || taken.kink};
  }

  friend constexpr BATCHGRAD_HD RunningError operator+(const RunningError& a) { return a; }
  friend constexpr BATCHGRAD_HD RunningError operator-(const RunningError& a) {
    return {-a.value, a.error, a.kink};
  }
  // What one of these four rounds off can be computed itself (Knuth's sum, fused multiply-add), so
  // that exact ones, as among small whole numbers, add nothing.
  friend constexpr BATCHGRAD_HD RunningError operator+(const RunningError& a,
                                                       const RunningError& b) {
    const T sum = a.value + b.value;
    const T part = sum - a.value;
    const T lost = (a.value - (sum - part)) + (b.value - part);
    return {sum, a.error + b.error + smaller(lost, sum), a.kink || b.kink};
  }
  friend constexpr BATCHGRAD_HD RunningError operator-(const RunningError& a,
                                                       const RunningError& b) {
    return a + -b;
  }
  friend BATCHGRAD_HD RunningError operator*(const RunningError& a, const RunningError& b) {
    const T product = a.value * b.value;
    const T lost = magnitude(product) < whole ? T(infinity) : math::fma(a.value, b.value, -product);
    return {product,
            scaled(a.value, b.error) + scaled(b.value, a.error) + scaled(a.error, b.error) +
                smaller(lost, product),
            a.kink || b.kink};
  }
  /// |(a + e) / (b + d) - a / b| <= (|e| + |a / b| |d|) / (|b| - |d|)
  friend BATCHGRAD_HD RunningError operator/(const RunningError& a, const RunningError& b) {
    const T quotient = a.value / b.value;
    const T lost = magnitude(a.value) < whole || magnitude(quotient) < whole
                       ? T(infinity)
                       : math::fma(-quotient, b.value, a.value) / b.value;
    const T nearest = magnitude(b.value) - b.error;
    const T moved = a.error + scaled(quotient, b.error);
    const T carried = moved == T(0) ? T(0) : nearest > T(0) ? moved / nearest : T(infinity);
    return {quotient, carried + smaller(lost, quotient), a.kink || b.kink};
  }
  constexpr BATCHGRAD_HD RunningError& operator+=(const RunningError& b) {
    return *this = *this + b;
  }
  constexpr BATCHGRAD_HD RunningError& operator-=(const RunningError& b) {
    return *this = *this - b;
  }
  BATCHGRAD_HD RunningError& operator*=(const RunningError& b) { return *this = *this * b; }
  BATCHGRAD_HD RunningError& operator/=(const RunningError& b) { return *this = *this / b; }

  friend constexpr BATCHGRAD_HD bool operator<(const RunningError& a, const RunningError& b) {
    return a.value < b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator>(const RunningError& a, const RunningError& b) {
    return a.value > b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator<=(const RunningError& a, const RunningError& b) {
    return a.value <= b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator>=(const RunningError& a, const RunningError& b) {
    return a.value >= b.value;
  }
  friend constexpr BATCHGRAD_HD bool operator==(const RunningError& a, const RunningError& b) {
    return a.value == b.value;
  }

 private:
  /// Above this the part that a product or quotient rounds off does not underflow.
  static constexpr T whole = Limits<T>::smallest_normal / Limits<T>::unit_roundoff;

  /// std::fabs is not constexpr.
  static constexpr BATCHGRAD_HD T magnitude(T a) { return a < T(0) ? -a : a; }
  /// No error stays none where a slope is infinite; no slope may be any.
  static constexpr BATCHGRAD_HD T scaled(T slope, T error) {
    const T product = magnitude(slope) * error;
    return error == T(0) ? T(0) : product == product ? product : T(infinity);
  }
  /// Of one rounding to `result`: half a unit in the last place, a whole one below the normal
  /// numbers.
  static constexpr BATCHGRAD_HD T rounding(T result) {
    return result == T(0) ? T(0)
                          : Limits<T>::unit_roundoff * magnitude(result) +
                                Limits<T>::smallest_normal * Limits<T>::epsilon;
  }
  /// `lost`, unless it is not known or an overflow spoilt it.
  static constexpr BATCHGRAD_HD T smaller(T lost, T result) {
    return magnitude(lost) <= rounding(result) ? magnitude(lost) : rounding(result);
  }
};

}  // namespace batchgrad
