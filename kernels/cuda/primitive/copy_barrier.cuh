#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::cuda {

/// A barrier in shared memory that threads and bulk copies arrive at (PTX: mbarrier, sm_90).
///
/// It goes from phase to phase, counted from 0. A phase ends when as many threads as it was made
/// for have arrived and all bytes that were announced to it have been copied. Who waits with the
/// parity of a phase (0, 1, 0, ...) goes on when that phase has ended; none may lag by two phases.
/// What a thread did before it arrived, and what the copies wrote, is seen by all who waited. Eight
/// bytes of shared memory, aligned to them.
class CopyBarrier {
 public:
  /// By one thread, before a __syncthreads that all who use it pass.
  __device__ void make(unsigned arrivals) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(address(this)), "r"(arrivals)
                 : "memory");
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }

  __device__ void arrive() {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(address(this)) : "memory");
  }

  /// Arrives, and announces `bytes` to the phase. They may be 0.
  __device__ void arrive_announcing(unsigned bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(address(this)),
                 "r"(bytes)
                 : "memory");
  }

  __device__ void wait(unsigned parity) {
    asm volatile(
        "{\n"
        ".reg .pred done;\n"
        "again:\n"
        "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
        "@!done bra again;\n"
        "}" ::"r"(address(this)),
        "r"(parity)
        : "memory");
  }

  /// Starts a copy of `bytes`, a multiple of 16, between addresses that are multiples of 16. It
  /// lands some time before the phase it was announced to ends; until then nobody may touch `to`,
  /// nor write `from`. The block must not end before.
  __device__ void copy(void* to_shared, const void* from_global, unsigned bytes) {
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
            "r"(address(to_shared)),
        "l"(from_global), "r"(bytes), "r"(address(this))
        : "memory");
  }

  /// Orders what the calling thread has read or written in shared memory, and what it has seen of
  /// others, before bulk copies that it starts from now on.
  static __device__ void fence() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

 private:
  static __device__ unsigned address(const void* shared) {
    return static_cast<unsigned>(__cvta_generic_to_shared(shared));
  }

  unsigned long long state_;
};

}  // namespace batchgrad::cuda
