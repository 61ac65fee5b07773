#pragma once

// A subset of cub::BlockReduce. The order of the operations is CUB's: a tree in each warp, then the
// warps in order.

#include "layer/device.hpp"

namespace cub {

template <class T, int Threads>
class BlockReduce {
  static_assert(Threads % 32 == 0);

 public:
  struct TempStorage {
    T warp_results[32];
  };

  explicit BlockReduce(TempStorage& storage) : storage_(storage) {}

  /// The result is thread 0's; other threads get a partial one.
  template <class Operation>
  T Reduce(T value, Operation operation, SIMT_HERE) {
    for (unsigned delta = 1; delta < 32; delta *= 2) {
      const T other = __shfl_down_sync(0xffffffffU, value, delta, 32, simt_file, simt_line);
      if (simt::lane() + delta < 32) value = operation(value, other);
    }
    const auto thread = static_cast<unsigned>(simt::current_thread());
    if (simt::lane() == 0) storage_.warp_results[thread / 32] = value;
    simt::block_barrier(SIMT_SITE);
    if (thread != 0) return value;
    for (int warp = 1; warp < Threads / 32; ++warp)
      value = operation(value, storage_.warp_results[warp]);
    return value;
  }

  T Sum(T value, SIMT_HERE) {
    return Reduce(
        value, [](T a, T b) { return a + b; }, simt_file, simt_line);
  }

 private:
  TempStorage& storage_;
};

}  // namespace cub
