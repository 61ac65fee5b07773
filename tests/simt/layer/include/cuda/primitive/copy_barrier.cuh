#pragma once

// Stands in for kernels/cuda/primitive/copy_barrier.cuh, whose comments it implements.

#include "layer/device.hpp"

namespace batchgrad::cuda {

class CopyBarrier {
 public:
  void make(unsigned arrivals) { simt::copy_barrier_make(this, arrivals); }
  void arrive() { simt::copy_barrier_arrive(this, 0); }
  void arrive_announcing(unsigned bytes) { simt::copy_barrier_arrive(this, bytes); }
  void wait(unsigned parity, SIMT_HERE) { simt::copy_barrier_wait(this, parity, SIMT_SITE); }
  void copy(void* to_shared, const void* from_global, unsigned bytes) {
    simt::bulk_copy(this, to_shared, from_global, bytes);
  }
  static void fence() {}

 private:
  [[maybe_unused]] unsigned long long state_;
};
static_assert(sizeof(CopyBarrier) == 8);

}  // namespace batchgrad::cuda
