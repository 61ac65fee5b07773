#pragma once

// Atomics: sequential here, but another thread may run before each.

#include "layer/access_checker.hpp"
#include "layer/device/qualifiers.hpp"

namespace simt {

template <class T, class Change>
SIMT_UNINSTRUMENTED T atomic_update(T* p, Change change) {
  preempt();
  if (access_checker) access_checker->atomic(p, sizeof(T), __builtin_return_address(0));
  const T old = *p;
  *p = change(old);
  return old;
}

// A parameter of this type takes no part in deducing T.
template <class T>
using Same = std::common_type_t<T>;

// T is one of the types the hardware has this operation for. Sums of floats are not: their order,
// and so their bits, would change from run to run.
template <class T>
concept AtomicInteger = std::is_integral_v<T> &&(sizeof(T) == 4 || sizeof(T) == 8);

}  // namespace simt

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicAdd(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return static_cast<T>(old + value); });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicSub(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return static_cast<T>(old - value); });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicMax(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return old < value ? value : old; });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicMin(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return value < old ? value : old; });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicAnd(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return static_cast<T>(old & value); });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicOr(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return static_cast<T>(old | value); });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicXor(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return static_cast<T>(old ^ value); });
}

template <class T>
SIMT_UNINSTRUMENTED T atomicExch(T* p, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T) { return value; });
}

template <simt::AtomicInteger T>
SIMT_UNINSTRUMENTED T atomicCAS(T* p, simt::Same<T> expected, simt::Same<T> value) {
  return simt::atomic_update(p, [=](T old) { return old == expected ? value : old; });
}

inline unsigned atomicInc(unsigned* p, unsigned last) {
  return simt::atomic_update(p, [=](unsigned old) { return old >= last ? 0U : old + 1; });
}
