#pragma once

namespace batchgrad::detail {

// Elementary functions made of +, -, *, / and sqrt alone, which IEEE 754 rounds in one way only:
// unlike those of the C library they have the same bits on every platform, provided the compiler
// does not contract a * b + c. Accurate to a few units in the last place.

/// ln(x) for a normal x > 0.
[[nodiscard]] double portable_log(double x);

/// e^x for |x| <= 700.
[[nodiscard]] double portable_exp(double x);

/// The x below which a standard normal variable lies with probability p, 0 < p < 1.
/// Relative error about 1e-16 of the approximation alone.
/// Source: M. J. Wichura, Algorithm AS 241 (PPND16), Appl. Statist. 37 (1988) 477-484.
[[nodiscard]] double normal_quantile(double p);

}  // namespace batchgrad::detail
