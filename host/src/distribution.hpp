#pragma once

namespace batchgrad::detail {

// Tails of the distributions that estimates are judged by, to 12 digits and more.

/// P(|Z| > |z|) = erfc(|z| / sqrt 2), Z standard normal.
[[nodiscard]] double normal_two_sided(double z);

/// z >= 0 with P(|Z| > z) = tail; 0 < tail < 1. Formula 26.2.23 of M. Abramowitz, I. Stegun,
/// Handbook of Mathematical Functions (1964), improved by Newton's steps.
[[nodiscard]] double normal_two_sided_quantile(double tail);

/// P(|T| > |t|) for Student's t with `freedom` > 0 degrees of freedom: the incomplete beta function
/// I_x(freedom / 2, 1 / 2) at x = freedom / (freedom + t^2), by the continued fraction 8.17.22 of
/// NIST's Digital Library of Mathematical Functions, evaluated after W. J. Lentz, Appl. Opt. 15
/// (1976) 668-671; above 2000 degrees of freedom by the expansion of G. W. Hill, Comm. ACM 13
/// (1970) 617-619, algorithm 395.
[[nodiscard]] double student_two_sided(double t, double freedom);

/// t >= 0 with P(|T| > t) = tail; 0 < tail < 1.
[[nodiscard]] double student_two_sided_quantile(double tail, double freedom);

}  // namespace batchgrad::detail
