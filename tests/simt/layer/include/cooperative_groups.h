#pragma once

// A subset of cooperative groups: thread_block, thread_block_tile, this_thread_block,
// tiled_partition.

#include "layer/device.hpp"

namespace cooperative_groups {

class thread_block {
 public:
  static unsigned thread_rank() { return static_cast<unsigned>(simt::current_thread()); }
  static unsigned size() { return blockDim.x * blockDim.y * blockDim.z; }
  static unsigned num_threads() { return size(); }
  static dim3 group_index() { return {blockIdx.x, blockIdx.y, blockIdx.z}; }
  static dim3 thread_index() { return {threadIdx.x, threadIdx.y, threadIdx.z}; }
  void sync(SIMT_HERE) const { simt::block_barrier(SIMT_SITE); }
};

inline thread_block this_thread_block() { return {}; }

template <unsigned Size, class Parent = thread_block>
class thread_block_tile {
  static_assert(Size <= 32 && (Size & (Size - 1)) == 0);

 public:
  static unsigned thread_rank() { return simt::lane() % Size; }
  static constexpr unsigned size() { return Size; }
  static constexpr unsigned num_threads() { return Size; }
  static unsigned meta_group_rank() { return thread_block::thread_rank() / Size; }
  static unsigned meta_group_size() { return thread_block::size() / Size; }

  void sync(SIMT_HERE) const { __syncwarp(mask(), simt_file, simt_line); }
  template <class T>
  T shfl(T value, int source, SIMT_HERE) const {
    return __shfl_sync(mask(), value, source, width, simt_file, simt_line);
  }
  template <class T>
  T shfl_down(T value, unsigned delta, SIMT_HERE) const {
    return __shfl_down_sync(mask(), value, delta, width, simt_file, simt_line);
  }
  template <class T>
  T shfl_up(T value, unsigned delta, SIMT_HERE) const {
    return __shfl_up_sync(mask(), value, delta, width, simt_file, simt_line);
  }
  template <class T>
  T shfl_xor(T value, unsigned bits, SIMT_HERE) const {
    return __shfl_xor_sync(mask(), value, static_cast<int>(bits), width, simt_file, simt_line);
  }
  int any(int predicate, SIMT_HERE) const {
    return __any_sync(mask(), predicate, simt_file, simt_line);
  }
  int all(int predicate, SIMT_HERE) const {
    return __all_sync(mask(), predicate, simt_file, simt_line);
  }
  unsigned ballot(int predicate, SIMT_HERE) const {
    return __ballot_sync(mask(), predicate, simt_file, simt_line) >> first_lane();
  }

 private:
  static constexpr int width = static_cast<int>(Size);
  static unsigned first_lane() { return simt::lane() / Size * Size; }
  static unsigned mask() { return (Size == 32 ? ~0U : (1U << Size % 32) - 1) << first_lane(); }
};

template <unsigned Size>
thread_block_tile<Size> tiled_partition(const thread_block&) {
  return {};
}

}  // namespace cooperative_groups
