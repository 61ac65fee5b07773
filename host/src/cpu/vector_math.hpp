#pragma once

#include <batchgrad/core/limits.hpp>

#include <bit>
#include <cstdint>

// Elementary functions without branches or calls, which a compiler turns into loops over packs.
// Each rounding is that of the written operation, so no result depends on the instruction set; they
// are within 1 unit in the last place where nothing else is said. Constants and, where the
// polynomial is not said to be of least error, polynomials: FreeBSD's msun (Sun Microsystems, 1993;
// e_exp.c, e_log.c, k_sin.c, k_cos.c).
namespace batchgrad::cpu::vector_math {

/// Adding it rounds to an integer, which then stands in the low bits.
inline constexpr double integer_shift = 0x1.8p52;

/// 2^k for -1022 <= k <= 1023, k as the low bits of a two's complement.
BATCHGRAD_HD double power_of_two(std::uint64_t k) {
  return std::bit_cast<double>((k + 1023U) << 52U);
}

/// c_0 + c_1 x + ... + c_9 x^9 in pairs: few operations wait for each other.
BATCHGRAD_HD double polynomial(const double (&c)[10], double x) {
  const double x2 = x * x;
  const double x4 = x2 * x2;
  const double low = (c[0] + c[1] * x) + x2 * (c[2] + c[3] * x);
  const double middle = (c[4] + c[5] * x) + x2 * (c[6] + c[7] * x);
  return low + x4 * (middle + x4 * (c[8] + c[9] * x));
}

/// exp(x) = 2^k (1 + excess), k as the low bits of a two's complement.
struct Exponential {
  std::uint64_t k;
  double excess;
};

/// |x| <= 746. excess = exp(r) - 1 = r + r^2 q(r), |r| <= ln 2 / 2; q is the polynomial of least
/// error there, 0.11 units in the last place of exp(r).
BATCHGRAD_HD Exponential split_exp(double x) {
  constexpr double inverse_ln2 = 1.44269504088896338700e+00;
  constexpr double ln2_high = 6.93147180369123816490e-01;  // 33 bits: k ln2_high is exact
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr double q[10] = {5.00000000000000111022e-01, 1.66666666666666740682e-01,
                            4.16666666666241497508e-02, 8.33333333332221537493e-03,
                            1.38888889172021547797e-03, 1.98412698865665205290e-04,
                            2.48015213147492782192e-05, 2.75572423643731418631e-06,
                            2.76200792088121138147e-07, 2.51100394565879721458e-08};
  const double shifted = x * inverse_ln2 + integer_shift;
  const double k = shifted - integer_shift;
  const double high = x - k * ln2_high;
  const double low = k * ln2_low;
  const double r = high - low;
  // Unsigned: the bits of what is not a number wrap around.
  return {std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(integer_shift),
          high + (r * r * polynomial(q, r) - low)};
}

/// exp(x), infinite above 709.78, 0 below -745.13.
BATCHGRAD_HD double exp(double x) {
  double inside = x > 710 ? 710.0 : x;
  inside = inside < -746 ? -746.0 : inside;
  const Exponential split = split_exp(inside);
  // In two steps, so that neither leaves the range; the first is exact.
  const auto half = ((split.k + 4096U) >> 1U) - 2048U;
  return (1 + split.excess) * power_of_two(half) * power_of_two(split.k - half);
}

/// exp(-|x|); where |x| > 708 that of 708, the last with all its digits.
BATCHGRAD_HD double decay(double x) {
  const double exponent = -math::fabs(x);
  const Exponential split = split_exp(exponent < -708 ? -708.0 : exponent);
  return (1 + split.excess) * power_of_two(split.k);
}

/// exp(-|x|) - 1, within 2 units in the last place.
BATCHGRAD_HD double decay_minus_1(double x) {
  const double exponent = -math::fabs(x);
  const Exponential split = split_exp(exponent < -60 ? -60.0 : exponent);  // rounds to -1
  const double power = power_of_two(split.k);
  return power * split.excess + (power - 1);
}

/// log(x) = k ln 2 + log(1 + f), sqrt(1/2) <= 1 + f < sqrt(2); not a number below 0.
BATCHGRAD_HD double log(double x) {
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr std::uint64_t root_half = 0x3fe6a09e00000000;
  const bool is_small = x < Limits<double>::smallest_normal;
  // Unsigned: the bits of what has no logarithm wrap around.
  const auto bits = std::bit_cast<std::uint64_t>(is_small ? x * 0x1p54 : x) - root_half;
  // As a number of doubles between: an arithmetic shift that every instruction set has.
  const auto exponent =
      static_cast<std::int64_t>((bits + (std::uint64_t{2048} << 52U)) >> 52U) - 2048;
  const double f =
      std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52U) + root_half) - 1;
  const double k = std::bit_cast<double>(exponent + std::bit_cast<std::int64_t>(integer_shift)) -
                   integer_shift - (is_small ? 54.0 : 0.0);
  const double s = f / (2 + f);
  const double z = s * s;
  const double w = z * z;
  const double odd = w * (3.999999999940941908e-01 +
                          w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double even = z * (6.666666666666735130e-01 +
                           w * (2.857142874366239149e-01 +
                                w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  const double result =
      k * ln2_high - ((half_square - (s * (half_square + odd + even) + k * ln2_low)) - f);
  const double finite = x < infinity ? result : x;
  const double edge = x == 0 ? -infinity : quiet_nan;
  return x > 0 ? finite : edge;
}

/// log(1 + x), within 2 units in the last place: what 1 + x loses is a small share of it.
BATCHGRAD_HD double log1p(double x) {
  const double sum = 1 + x;
  const double lost = x < 1 ? x - (sum - 1) : 1 - (sum - x);
  double correction = sum > 0 ? lost / sum : 0.0;
  correction = sum < infinity ? correction : 0.0;
  return log(sum) + correction;
}

/// log(1 + x) for 0 <= x <= 1, within 2 units in the last place:
///   x - (x^2 / 2 - s (x^2 / 2 + R(s^2))),   s = x / (2 + x),   log((1 + s) / (1 - s)) = s (2 + R)
/// R(z) = z r(z), the polynomial of least error for z <= 1/9.
BATCHGRAD_HD double log1p_of_share(double x) {
  constexpr double r[10] = {6.66666666666666629659e-01, 4.00000000000152511337e-01,
                            2.85714285669476153462e-01, 2.22222227323478876970e-01,
                            1.81817887443505937783e-01, 1.53855880782677562069e-01,
                            1.33138687352764906180e-01, 1.20035277016142749584e-01,
                            8.78894262879530013821e-02, 1.61876597854293979850e-01};
  const double s = x / (2 + x);
  const double z = s * s;
  const double half_square = 0.5 * x * x;
  return x - (half_square - s * (half_square + z * polynomial(r, z)));
}

/// log(cosh(x)) and, below, tanh(x) by u = exp(-|x|) - 1, from which neither cancels:
///   |x| - log(2) + log1p((1 + u)^2)       for |x| >= 1
///   log1p(u^2 / (2 (1 + u)))              otherwise
/// within 6 units in the last place.
BATCHGRAD_HD double log_cosh(double x) {
  constexpr double ln2 = 6.93147180559945286227e-01;
  const double size = math::fabs(x);
  const double u = decay_minus_1(x);
  const double power = 1 + u;
  const bool is_near = size < 1;
  const double share = is_near ? u * u / (2 * power) : power * power;
  return (is_near ? 0.0 : size - ln2) + log1p_of_share(share);
}

/// tanh(|x|) = -u (2 + u) / (1 + (1 + u)^2), within 4 units in the last place.
BATCHGRAD_HD double tanh(double x) {
  constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
  const double u = decay_minus_1(x);
  const double power = 1 + u;
  const double size = -u * (2 + u) / (1 + power * power);
  return std::bit_cast<double>((std::bit_cast<std::uint64_t>(size) & ~sign) |
                               (std::bit_cast<std::uint64_t>(x) & sign));
}

/// x - n pi / 2 as a sum of two numbers, and n.
struct Reduced {
  double high;
  double low;
  std::int64_t quadrant;
  double is_good;  ///< 0 where |x| is too large, or x so near a multiple that digits are missing
};
BATCHGRAD_HD Reduced reduce(double x) {
  constexpr double two_over_pi = 6.36619772367581382433e-01;
  constexpr double first = 1.57079632673412561417e+00;  // 33 bits each of pi / 2, and the rest
  constexpr double second = 6.07710050630396597660e-11;
  constexpr double rest = 2.02226624879595063154e-21;
  constexpr double largest = 1e5;
  constexpr double nearest = 0x1p-20;
  double inside = x > largest ? 0.0 : x;
  inside = inside < -largest ? 0.0 : inside;
  const double shifted = inside * two_over_pi + integer_shift;
  const double n = shifted - integer_shift;
  const double once = inside - n * first;
  const double product = n * second;
  const double twice = once - product;
  const double low = n * rest - ((once - twice) - product);
  const double high = twice - low;
  // Products and sums, not logic: what compilers make packs of.
  const double magnitude = high < 0 ? -high : high;
  const double is_far = magnitude >= nearest ? 1.0 : 0.0;
  const double is_first = n == 0 ? 1.0 : 0.0;
  const double is_inside = x == inside ? 1.0 : 0.0;
  return {high, (twice - high) - low, std::bit_cast<std::int64_t>(shifted),
          (is_far + is_first) * is_inside};
}

BATCHGRAD_HD double sin_of_reduced(double x, double y) {
  const double z = x * x;
  const double w = z * z;
  const double r = 8.33333333332248946124e-03 +
                   z * (-1.98412698298579493134e-04 + z * 2.75573137070700676789e-06) +
                   z * w * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
  const double v = z * x;
  return x - ((z * (0.5 * y - v * r) - y) - v * -1.66666666666666324348e-01);
}

BATCHGRAD_HD double cos_of_reduced(double x, double y) {
  const double z = x * x;
  const double w = z * z;
  const double r = z * (4.16666666666666019037e-02 +
                        z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)) +
                   w * w *
                       (-2.75573143513906633035e-07 +
                        z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
  const double half = 0.5 * z;
  const double difference = 1 - half;
  return difference + (((1 - difference) - half) + (z * r - x * y));
}

/// sin(x + turns pi / 2) of what was reduced. Bits are chosen by bits: compilers make packs of
/// that.
BATCHGRAD_HD double sin_of(const Reduced& x, std::int64_t turns) {
  const auto quadrant = static_cast<std::uint64_t>(x.quadrant) + static_cast<std::uint64_t>(turns);
  const auto sine = std::bit_cast<std::uint64_t>(sin_of_reduced(x.high, x.low));
  const auto cosine = std::bit_cast<std::uint64_t>(cos_of_reduced(x.high, x.low));
  const std::uint64_t is_odd = std::uint64_t{0} - (quadrant & 1U);  // all bits or none
  const std::uint64_t sign = (quadrant & 2U) << 62U;
  return std::bit_cast<double>(((cosine & is_odd) | (sine & ~is_odd)) ^ sign);
}

}  // namespace batchgrad::cpu::vector_math
