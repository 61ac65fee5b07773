#include "random/portable_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace batchgrad::detail {
namespace {

constexpr double ln2_high =
    0x1.62e42feep-1;  // 32 bits, so that its multiples by |k| < 2^20 are exact
constexpr double ln2_low = 1.90821492927058770002e-10;

/// Horner's rule, highest power first.
template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double sum = coefficients[0];
  for (std::size_t i = 1; i < N; ++i) sum = sum * x + coefficients[i];
  return sum;
}

// Numerators and denominators of PPND16: near the middle, in the tails, far out in the tails.
constexpr std::array<double, 8> middle_top = {
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608};
constexpr std::array<double, 8> middle_bottom = {
    5226.495278852545925,  28729.085735721942674, 39307.89580009271061,  21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083,  42.313330701600911252, 1.0};
constexpr std::array<double, 8> tail_top = {7.7454501427834140764e-4, 0.0227238449892691845833,
                                            0.24178072517745061177,   1.27045825245236838258,
                                            3.64784832476320460504,   5.7694972214606914055,
                                            4.6303378461565452959,    1.42343711074968357734};
constexpr std::array<double, 8> tail_bottom = {1.05075007164441684324e-9, 5.475938084995344946e-4,
                                               0.0151986665636164571966,  0.14810397642748007459,
                                               0.68976733498510000455,    1.6763848301838038494,
                                               2.05319162663775882187,    1.0};
constexpr std::array<double, 8> far_top = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                           0.0012426609473880784386,  0.026532189526576123093,
                                           0.29656057182850489123,    1.7848265399172913358,
                                           5.4637849111641143699,     6.6579046435011037772};
constexpr std::array<double, 8> far_bottom = {2.04426310338993978564e-15, 1.4215117583164458887e-7,
                                              1.8463183175100546818e-5,   7.868691311456132591e-4,
                                              0.0148753612908506148525,   0.13692988092273580531,
                                              0.59983220655588793769,     1.0};

}  // namespace

// x = 2^k m with m between sqrt(1/2) and sqrt(2):  ln m = 2 artanh(s), s = (m - 1) / (m + 1).
double portable_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  // Each term adds s^2 < 0.0295 of the one before: 11 reach 2^-53.
  constexpr std::array<double, 11> series = {2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15,
                                             2.0 / 13, 2.0 / 11, 2.0 / 9,  2.0 / 7,
                                             2.0 / 5,  2.0 / 3,  2.0};
  const double s = (m - 1) / (m + 1);
  const auto k = static_cast<double>(exponent);
  return k * ln2_high + (s * polynomial(series, s * s) + k * ln2_low);
}

// x = k ln 2 + r with |r| <= ln 2 / 2:  e^x = 2^k e^r, e^r by its Taylor series.
double portable_exp(double x) {
  constexpr std::array<double, 14> series = {1.0 / 6227020800,
                                             1.0 / 479001600,
                                             1.0 / 39916800,
                                             1.0 / 3628800,
                                             1.0 / 362880,
                                             1.0 / 40320,
                                             1.0 / 5040,
                                             1.0 / 720,
                                             1.0 / 120,
                                             1.0 / 24,
                                             1.0 / 6,
                                             0.5,
                                             1.0,
                                             1.0};
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - k * ln2_high) - k * ln2_low;
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023);
  return polynomial(series, r) * std::bit_cast<double>(exponent << 52);
}

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(middle_top, r) / polynomial(middle_bottom, r);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? polynomial(tail_top, r - 1.6) / polynomial(tail_bottom, r - 1.6)
                          : polynomial(far_top, r - 5) / polynomial(far_bottom, r - 5);
  return q < 0 ? -x : x;
}

}  // namespace batchgrad::detail
