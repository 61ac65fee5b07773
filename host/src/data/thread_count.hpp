#pragma once

#include <batchgrad/core/view.hpp>

#include <algorithm>
#include <thread>

namespace batchgrad::detail {

/// The threads to use where `wanted` are asked for; 0: as many as the machine has cores.
inline index_t thread_count(index_t wanted) {
  if (wanted > 0) return wanted;
  return std::max<index_t>(1, static_cast<index_t>(std::thread::hardware_concurrency()));
}

}  // namespace batchgrad::detail
