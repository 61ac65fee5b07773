#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// float and double; also what stands for a constant, as an int does.
template <class T>
concept Number = requires(const T& a) {
  static_cast<double>(a);
};

/// A value that carries more along: its derivatives (Dual), a bound of its error (RunningError).
/// core/elementary.hpp has every elementary function once for all of them, by what each can do:
///   A::Value, a.value                            the value, a number or itself a carrier
///   A(constant)
///   a.chain(f, slope, ulps)                      f(a), given f(a.value) and f'(a.value)
///   A::combine(f, a, slope_a, b, slope_b, ulps)  f(a, b), likewise
///   A::rounded(result, size)                     result, off by roundings of numbers of that size
///   A::tie(result, a, b, jump)                   result, which has a kink or a jump at a = b
///   a.vanishes()                                 a is 0, and nothing can make it something else
///   a.moves()                                    a is more than a constant
/// `ulps` bounds the error of the value, in units in the last place; 2 if left out.
template <class A>
concept Carrier = A::is_carrier;

template <class T>
constexpr BATCHGRAD_HD bool vanishes(const T& a) {
  if constexpr (Carrier<T>)
    return a.vanishes();
  else
    return a == T(0);
}

/// a where the condition is not 0, else b; the other, or an infinity in it, does not matter.
template <class T>
constexpr BATCHGRAD_HD T select(const T& condition, const T& a, const T& b) {
  if constexpr (Carrier<T>)
    return T::select(condition, a, b);
  else
    return condition == T(0) ? b : condition == condition ? a : condition;
}

template <class T>
constexpr BATCHGRAD_HD bool moves(const T& a) {
  if constexpr (Carrier<T>)
    return a.moves();
  else
    return false;
}

}  // namespace batchgrad
