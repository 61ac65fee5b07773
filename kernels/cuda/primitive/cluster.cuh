#pragma once

#include "cuda/primitive/copy_barrier.cuh"

namespace batchgrad::cuda {

/// The blocks of a cluster: up to 8 that run at the same time, neighbours in the grid, which store
/// to each other's shared memory (PTX: barrier.cluster, mapa, st.async, sm_90). What one block has
/// in static shared memory the others have at the same place.
class Cluster {
 public:
  /// Of this block, from 0 on.
  static __device__ unsigned rank() {
    unsigned rank;
    asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return rank;
  }
  /// Of blocks.
  static __device__ unsigned size() {
    unsigned size;
    asm volatile("mov.u32 %0, %%cluster_nctarank;" : "=r"(size));
    return size;
  }

  /// Waits for every thread of every block, none of which may have ended; what they did before is
  /// seen by all afterwards. The whole warp calls it. Before anything is sent to a block, and
  /// before a block that is sent to ends.
  static __device__ void wait_for_all() {
    asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
    asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
  }

  /// Starts a store of `value` to `to` as block `rank` has it, static shared memory there. It is 8
  /// bytes of those announced to that block's `barrier`: it lands some time before the phase ends;
  /// until then nobody there may touch it.
  static __device__ void send(double& to, double value, CopyBarrier& barrier, unsigned rank) {
    asm volatile(
        "{\n"
        ".reg .b32 value_there, barrier_there;\n"
        "mapa.shared::cluster.u32 value_there, %0, %3;\n"
        "mapa.shared::cluster.u32 barrier_there, %1, %3;\n"
        "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.f64 [value_there], %2, "
        "[barrier_there];\n"
        "}" ::"r"(static_cast<unsigned>(__cvta_generic_to_shared(&to))),
        "r"(static_cast<unsigned>(__cvta_generic_to_shared(&barrier))), "d"(value), "r"(rank)
        : "memory");
  }

  /// CopyBarrier::wait for what other blocks have sent.
  static __device__ void wait(CopyBarrier& barrier, unsigned parity) {
    asm volatile(
        "{\n"
        ".reg .pred done;\n"
        "again:\n"
        "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 done, [%0], %1;\n"
        "@!done bra again;\n"
        "}" ::"r"(static_cast<unsigned>(__cvta_generic_to_shared(&barrier))),
        "r"(parity)
        : "memory");
  }
};

}  // namespace batchgrad::cuda
