#pragma once

#include <batchgrad/core/carrier.hpp>

// Every elementary function of carriers (dual numbers, running errors), each with its slope, in the
// form that neither cancels nor overflows. The slope is an expression of a.value, which may be a
// carrier itself: that is where higher derivatives come from, so slopes contain no branch on the
// argument and no absolute value. Errors in ulps are the largest that the documentation of CUDA and
// of glibc states, for float and double.

namespace batchgrad {

namespace math {

/// -1, 0 or 1.
template <Number T>
BATCHGRAD_HD T sign(T a) {
  return a > T(0) ? T(1) : a < T(0) ? T(-1) : a;
}

/// 1 / (1 + exp(-a))
template <Number T>
BATCHGRAD_HD T logistic(T a) {
  const T decay = exp(-fabs(a));
  return (a < T(0) ? decay : T(1)) / (T(1) + decay);
}

/// log(exp(a) + exp(b))
template <Number T>
BATCHGRAD_HD T log_add_exp(T a, T b) {
  const T distance = a == b ? T(0) : fabs(a - b);  // equal infinities are 0 apart
  return (a > b ? a : b) + log1p(exp(-distance));
}

/// exp(-a^2). The rounding of a^2 would be a^2 ulps of the result: its error is put back.
template <Number T>
BATCHGRAD_HD T gauss(T a) {
  const T square = a * a;
  if (square > T(746)) return T(0);
  const T bell = exp(-square);
  return bell - bell * fma(a, a, -square);
}

}  // namespace math

/// The slope at the kink 0 is 0, the middle of the one-sided slopes.
template <Carrier A>
BATCHGRAD_HD_CALLED A fabs(const A& a) {
  using math::fabs, math::sign;
  return A::tie(a.chain(fabs(a.value), sign(a.value), 0), a, A(0), 0);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A sign(const A& a) {
  using math::sign;
  return A::tie(A(sign(a.value)), a, A(0), 2);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A floor(const A& a) {
  using math::floor;
  return A::tie(A(floor(a.value)), a, A(floor(a.value + typename A::Value(0.5))), 1);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A ceil(const A& a) {
  using math::ceil, math::floor;
  return A::tie(A(ceil(a.value)), a, A(floor(a.value + typename A::Value(0.5))), 1);
}

template <Carrier A>
BATCHGRAD_HD_CALLED A sqrt(const A& a) {
  using math::sqrt;
  const auto root = sqrt(a.value);
  return A::tie(a.chain(root, typename A::Value(0.5) / root, 1), a, A(0), 0);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A cbrt(const A& a) {
  using math::cbrt;
  const auto root = cbrt(a.value);
  return A::tie(a.chain(root, typename A::Value(1) / (typename A::Value(3) * root * root), 4), a,
                A(0), 0);
}

template <Carrier A>
BATCHGRAD_HD_CALLED A exp(const A& a) {
  using math::exp;
  const auto e = exp(a.value);
  return a.chain(e, e);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A expm1(const A& a) {
  using math::exp, math::expm1;
  return a.chain(expm1(a.value), exp(a.value));
}
template <Carrier A>
BATCHGRAD_HD_CALLED A log(const A& a) {
  using math::log;
  return a.chain(log(a.value), typename A::Value(1) / a.value);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A log1p(const A& a) {
  using math::log1p;
  using V = typename A::Value;
  return a.chain(log1p(a.value), V(1) / (V(1) + a.value));
}
template <Carrier A>
BATCHGRAD_HD_CALLED A log2(const A& a) {
  using math::log2;
  return a.chain(log2(a.value), typename A::Value(1.4426950408889634) / a.value);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A log10(const A& a) {
  using math::log10;
  return a.chain(log10(a.value), typename A::Value(0.43429448190325183) / a.value);
}

template <Carrier A>
BATCHGRAD_HD_CALLED A sin(const A& a) {
  using math::cos, math::sin;
  return a.chain(sin(a.value), cos(a.value));
}
template <Carrier A>
BATCHGRAD_HD_CALLED A cos(const A& a) {
  using math::cos, math::sin;
  return a.chain(cos(a.value), -sin(a.value));
}
/// It jumps where 1 / tan is 0.
template <Carrier A>
BATCHGRAD_HD_CALLED A tan(const A& a) {
  using math::tan;
  const auto t = tan(a.value);
  const A result = a.chain(t, typename A::Value(1) + t * t, 4);
  return A::tie(result, A(1) / result, A(0), 0);
}
/// 1 - a^2 as a product: near 1 the difference of squares cancels.
template <Carrier A>
BATCHGRAD_HD_CALLED A asin(const A& a) {
  using math::asin, math::sqrt;
  using V = typename A::Value;
  const A result = a.chain(asin(a.value), V(1) / sqrt((V(1) - a.value) * (V(1) + a.value)));
  return A::tie(A::tie(result, a, A(1), 0), a, A(-1), 0);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A acos(const A& a) {
  using math::acos, math::sqrt;
  using V = typename A::Value;
  const A result = a.chain(acos(a.value), V(-1) / sqrt((V(1) - a.value) * (V(1) + a.value)));
  return A::tie(A::tie(result, a, A(1), 0), a, A(-1), 0);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A atan(const A& a) {
  using math::atan;
  using V = typename A::Value;
  return a.chain(atan(a.value), V(1) / (V(1) + a.value * a.value));
}

template <Carrier A>
BATCHGRAD_HD_CALLED A sinh(const A& a) {
  using math::cosh, math::sinh;
  return a.chain(sinh(a.value), cosh(a.value), 3);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A cosh(const A& a) {
  using math::cosh, math::sinh;
  return a.chain(cosh(a.value), sinh(a.value));
}
/// 1 / cosh(a)^2 = 4 logistic(2 a) logistic(-2 a), for 1 - tanh^2 cancels and cosh overflows.
template <Carrier A>
BATCHGRAD_HD_CALLED A tanh(const A& a) {
  using math::logistic, math::tanh;
  const auto twice = a.value + a.value;
  return a.chain(tanh(a.value), typename A::Value(4) * logistic(twice) * logistic(-twice));
}
template <Carrier A>
BATCHGRAD_HD_CALLED A asinh(const A& a) {
  using math::asinh, math::hypot;
  using V = typename A::Value;
  return a.chain(asinh(a.value), V(1) / hypot(a.value, V(1)), 3);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A acosh(const A& a) {
  using math::acosh, math::sqrt;
  using V = typename A::Value;
  const V slope = V(1) / (sqrt(a.value - V(1)) * sqrt(a.value + V(1)));
  return A::tie(a.chain(acosh(a.value), slope, 4), a, A(1), 0);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A atanh(const A& a) {
  using math::atanh;
  using V = typename A::Value;
  return a.chain(atanh(a.value), V(1) / ((V(1) - a.value) * (V(1) + a.value)), 3);
}

template <Carrier A>
BATCHGRAD_HD_CALLED A gauss(const A& a) {
  using math::gauss;
  const auto bell = gauss(a.value);
  return a.chain(bell, typename A::Value(-2) * a.value * bell, 4);
}
/// 2 / sqrt(pi) exp(-a^2)
template <Carrier A>
BATCHGRAD_HD_CALLED A erf(const A& a) {
  using math::erf, math::gauss;
  return a.chain(erf(a.value), typename A::Value(1.1283791670955126) * gauss(a.value));
}
template <Carrier A>
BATCHGRAD_HD_CALLED A erfc(const A& a) {
  using math::erfc, math::gauss;
  return a.chain(erfc(a.value), typename A::Value(-1.1283791670955126) * gauss(a.value), 5);
}

template <Carrier A>
BATCHGRAD_HD_CALLED A logistic(const A& a) {
  using math::logistic;
  const auto share = logistic(a.value);
  return a.chain(share, share * logistic(-a.value), 4);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A log_add_exp(const A& a, const A& b) {
  using math::log_add_exp, math::logistic;
  using V = typename A::Value;
  const V distance = a.value - b.value;
  const bool both_infinite = a.value == b.value && distance != distance;
  const V share_a = both_infinite ? V(0.5) : logistic(distance);
  const V share_b = both_infinite ? V(0.5) : logistic(-distance);
  const A result = A::combine(log_add_exp(a.value, b.value), a, share_a, b, share_b);
  return A::rounded(result, a.value > b.value ? a.value : b.value);
}

/// At (0, 0) the slopes are 0, the middle of the one-sided ones.
template <Carrier A>
BATCHGRAD_HD_CALLED A hypot(const A& a, const A& b) {
  using math::hypot;
  using V = typename A::Value;
  const V h = hypot(a.value, b.value);
  const bool origin = h == V(0);
  const V slope_a = origin ? V(0) : a.value / h;
  const V slope_b = origin ? V(0) : b.value / h;
  const A result = A::combine(h, a, slope_a, b, slope_b, 3);
  return A::tie(result, result, A(0), 0);
}
/// The angle of (x, y) = (b, a); it jumps on the negative x axis.
template <Carrier A>
BATCHGRAD_HD_CALLED A atan2(const A& a, const A& b) {
  using math::atan2, math::hypot;
  const auto h = hypot(a.value, b.value);
  const A result =
      A::combine(atan2(a.value, b.value), a, b.value / h / h, b, -(a.value / h / h), 3);
  return b > A(0) ? result : A::tie(result, a, A(0), 7);
}

/// a^b. The logarithm of the base appears only where the exponent moves; 0^b is flat in b > 0.
/// A slope in b that is itself to be differentiated in a (at a = 0) is flat only for large b.
template <Carrier A>
BATCHGRAD_HD_CALLED A pow(const A& a, const A& b) {
  using math::floor, math::log, math::pow;
  using V = typename A::Value;
  const V power = pow(a.value, b.value);
  const V slope_a = vanishes(b.value) ? V(0) : b.value * pow(a.value, b.value - V(1));
  const bool flat = !b.moves() || (a.value == V(0) && b.value > V(moves(a.value) ? 3 : 0));
  const V slope_b = flat ? V(0) : power * log(a.value);
  const A result = A::combine(power, a, slope_a, b, slope_b, 4);
  const bool smooth = !b.moves() && b.value == floor(b.value);
  return smooth ? result : A::tie(result, a, A(0), 0);
}
template <Carrier A>
BATCHGRAD_HD_CALLED A pow(const A& a, const typename A::Value& exponent) {
  return pow(a, A(exponent));
}

}  // namespace batchgrad
