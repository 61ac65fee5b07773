#pragma once

#include "layer/device/qualifiers.hpp"

inline void __syncthreads(SIMT_HERE) { simt::block_barrier(SIMT_SITE); }
inline int __syncthreads_count(int predicate, SIMT_HERE) {
  return simt::block_barrier(SIMT_SITE, simt::Vote::count, predicate);
}
inline int __syncthreads_and(int predicate, SIMT_HERE) {
  return simt::block_barrier(SIMT_SITE, simt::Vote::all, predicate);
}
inline int __syncthreads_or(int predicate, SIMT_HERE) {
  return simt::block_barrier(SIMT_SITE, simt::Vote::any, predicate);
}

inline void __threadfence() { simt::memory_fence(); }
inline void __threadfence_block() {}
inline void __threadfence_system() { simt::memory_fence(); }
inline void __nanosleep(unsigned) { simt::preempt(); }

[[noreturn]] inline void __trap() {
  simt::fault([] { return "__trap()"; });
}
