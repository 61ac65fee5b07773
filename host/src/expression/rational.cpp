#include "expression/rational.hpp"

#include <cmath>
#include <cstdint>
#include <numeric>

namespace batchgrad::detail {

namespace {

bool is_exact_integer(double value) {
  return std::fabs(value) <= 0x1p53 && value == std::trunc(value);
}

double common_divisor(double a, double b) {
  return static_cast<double>(std::gcd(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b)));
}

}  // namespace

Rational::Rational(double numerator, double denominator)
    : numerator_(numerator), denominator_(denominator) {
  if (is_exact_integer(numerator) && is_exact_integer(denominator) && denominator != 0) {
    const double divisor = std::copysign(common_divisor(numerator, denominator), denominator);
    numerator_ = numerator / divisor;
    denominator_ = denominator / divisor;
  } else {
    numerator_ = numerator / denominator;
    denominator_ = 1;
  }
}

Rational operator*(const Rational& a, const Rational& b) {
  // Reduced crosswise first: the products are as small as they can be.
  const Rational left(a.numerator_, b.denominator_);
  const Rational right(b.numerator_, a.denominator_);
  const double numerator = left.numerator_ * right.numerator_;
  const double denominator = left.denominator_ * right.denominator_;
  if (is_exact_integer(denominator) && (denominator == 1 || is_exact_integer(numerator))) {
    return {numerator, denominator};
  }
  return {a.value() * b.value()};
}

Rational operator+(const Rational& a, const Rational& b) {
  const double left = a.numerator_ * b.denominator_;
  const double right = b.numerator_ * a.denominator_;
  const double denominator = a.denominator_ * b.denominator_;
  if (is_exact_integer(left) && is_exact_integer(right) && is_exact_integer(denominator)) {
    return {left + right, denominator};
  }
  return {a.value() + b.value()};
}

}  // namespace batchgrad::detail
