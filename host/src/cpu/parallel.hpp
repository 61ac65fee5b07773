#pragma once

#include <batchgrad/core/portability.hpp>

#include <algorithm>
#include <exception>
#include <omp.h>

namespace batchgrad::cpu {

/// Calls body(item, thread) for every item in [0, items), each on one of `threads` threads, in no
/// particular order. The first exception that a body throws is thrown here, after all have ended.
template <class Body>
void parallel_for(index_t items, int threads, const Body& body) {
  std::exception_ptr failure;
  const int team = static_cast<int>(std::clamp<index_t>(items, 1, threads));
#pragma omp parallel for schedule(dynamic, 1) num_threads(team)
  for (index_t item = 0; item < items; ++item) {
    try {
      body(item, omp_get_thread_num());
    } catch (...) {
#pragma omp critical(batchgrad_parallel_for)
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

/// Calls body(first, last) on ranges of at most `grain` items that together cover [0, items).
template <class Body>
void parallel_ranges(index_t items, index_t grain, int threads, const Body& body) {
  parallel_for((items + grain - 1) / grain, threads, [&](index_t range, int) {
    body(range * grain, std::min(items, (range + 1) * grain));
  });
}

}  // namespace batchgrad::cpu
