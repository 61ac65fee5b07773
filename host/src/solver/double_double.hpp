#pragma once

#include <cmath>

namespace batchgrad::detail {

/// high + low, |low| <= half a unit in the last place of high: about 106 bits. Sums are D. E.
/// Knuth's (The Art of Computer Programming 2, section 4.2.2, theorem B), products exact by fma;
/// relative errors are below 2^-102 (M. Joldes, J.-M. Muller, V. Popescu, ACM Trans. Math. Softw.
/// 44 (2017) 15res: AccurateDWPlusDW, DWTimesDW1, DWDivDW2).
struct DoubleDouble {
  double high = 0;
  double low = 0;

  constexpr DoubleDouble() = default;
  constexpr DoubleDouble(double value) : high(value) {}  // NOLINT: numbers are numbers
  constexpr DoubleDouble(double h, double l) : high(h), low(l) {}

  explicit operator double() const { return high + low; }
};

/// a + b without an error.
inline DoubleDouble exact_sum(double a, double b) {
  const double sum = a + b;
  const double from_b = sum - a;
  return {sum, (a - (sum - from_b)) + (b - from_b)};
}

/// The same where |a| >= |b| or a is 0.
inline DoubleDouble exact_sum_ordered(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b without an error, where nothing underflows.
inline DoubleDouble exact_product(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = exact_sum(a.high, b.high);
  const DoubleDouble low = exact_sum(a.low, b.low);
  const DoubleDouble sum = exact_sum_ordered(high.high, high.low + low.high);
  return exact_sum_ordered(sum.high, sum.low + low.low);
}
inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = exact_product(a.high, b.high);
  return exact_sum_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}

inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double quotient = a.high / b.high;
  const DoubleDouble rest = a - b * DoubleDouble(quotient);
  return exact_sum_ordered(quotient, rest.high / b.high);
}

inline DoubleDouble& operator+=(DoubleDouble& a, DoubleDouble b) { return a = a + b; }
inline DoubleDouble& operator-=(DoubleDouble& a, DoubleDouble b) { return a = a - b; }

/// One step of Newton's from the root in double.
inline DoubleDouble sqrt(DoubleDouble a) {
  if (!(a.high > 0)) return {std::sqrt(a.high), 0};
  const double root = std::sqrt(a.high);
  const DoubleDouble rest = a - exact_product(root, root);
  return exact_sum_ordered(root, rest.high / (2 * root));
}

}  // namespace batchgrad::detail
