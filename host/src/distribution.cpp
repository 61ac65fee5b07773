#include "distribution.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace batchgrad::detail {
namespace {

/// log(Gamma(a + 1/2) / Gamma(a)). From 20 on by its asymptotic series (Digital Library of
/// Mathematical Functions, 5.11.8), where a difference of logarithms would cancel.
double log_gamma_ratio(double a) {
  if (a < 20) return std::lgamma(a + 0.5) - std::lgamma(a);
  const double r = 1 / (a * a);
  return 0.5 * std::log(a) - (1.0 / 8 - r * (1.0 / 192 - r * (1.0 / 640 - r * (17.0 / 14336)))) / a;
}

/// The continued fraction of I_x(a, b), to be multiplied with x^a (1 - x)^b / (a B(a, b)).
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  constexpr double precision = 1e-16;
  constexpr int most_terms = 1'000'000;  // about sqrt(max(a, b)) are needed
  const auto nonzero = [](double value) { return std::fabs(value) < tiny ? tiny : value; };
  double c = 1;
  double d = 1 / nonzero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m < most_terms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    fraction *= d * c;
    if (std::fabs(d * c - 1) <= precision) break;
  }
  return fraction;
}

/// The normal variable with the tail of t, by G. W. Hill's expansion.
double hill_normal(double t, double freedom) {
  const double a = freedom - 0.5;
  const double b = 48 * a * a;
  const double y = a * std::log1p(t * t / freedom);
  const double correction =
      (((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3;
  return (correction / b + 1) * std::sqrt(y);
}

}  // namespace

double normal_two_sided(double z) { return std::erfc(std::fabs(z) / std::numbers::sqrt2); }

double normal_two_sided_quantile(double tail) {
  const double t = std::sqrt(-2 * std::log(tail / 2));
  double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                     (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (int k = 0; k < 4; ++k) {
    const double density = std::sqrt(2 / std::numbers::pi) * std::exp(-z * z / 2);
    z += (std::erfc(z / std::numbers::sqrt2) - tail) / density;
  }
  return z;
}

double student_two_sided(double t, double freedom) {
  if (std::isnan(t)) return t;
  const double square = t * t;
  if (square == 0) return 1;
  if (!std::isfinite(square)) return 0;
  constexpr double large = 2000;  // the fraction loses a digit for each of freedom's
  if (freedom > large) return normal_two_sided(hill_normal(t, freedom));
  const double a = freedom / 2;
  const double b = 0.5;
  const double x = freedom / (freedom + square);
  const double rest = square / (freedom + square);  // 1 - x
  // x^a (1 - x)^b / B(a, b)
  const double factor = std::exp(-a * std::log1p(square / freedom) + b * std::log(rest) +
                                 log_gamma_ratio(a) - 0.5 * std::log(std::numbers::pi));
  if (x < (a + 1) / (a + b + 2)) return factor * beta_fraction(a, b, x) / a;
  return 1 - factor * beta_fraction(b, a, rest) / b;
}

double student_two_sided_quantile(double tail, double freedom) {
  double high = 1;
  while (student_two_sided(high, freedom) > tail && high < 1e300) high *= 2;
  double low = 0;
  for (int k = 0; k < 200; ++k) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (student_two_sided(middle, freedom) > tail ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace batchgrad::detail
