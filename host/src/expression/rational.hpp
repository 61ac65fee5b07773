#pragma once

namespace batchgrad::detail {

/// A coefficient: numerator / denominator, exact while both are integers that a double holds, so
/// that the derivative of x^3/3 is x^2; else a rounded double over 1.
class Rational {
 public:
  Rational(double numerator = 1, double denominator = 1);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] double numerator() const { return numerator_; }
  [[nodiscard]] double denominator() const { return denominator_; }  ///< positive
  [[nodiscard]] double value() const { return numerator_ / denominator_; }
  [[nodiscard]] Rational inverse() const { return {denominator_, numerator_}; }

  friend Rational operator*(const Rational& a, const Rational& b);
  friend Rational operator+(const Rational& a, const Rational& b);

 private:
  double numerator_;
  double denominator_;
};

}  // namespace batchgrad::detail
