#pragma once

// Stands in for kernels/cuda/primitive/cluster.cuh, whose comments it implements: stores land as
// bulk copies do, as late as the barrier allows.

#include "cuda/primitive/copy_barrier.cuh"

namespace batchgrad::cuda {

class Cluster {
 public:
  static unsigned rank() { return simt::cluster_rank(); }
  static unsigned size() { return simt::cluster_size(); }
  static void wait_for_all(SIMT_HERE) { simt::cluster_barrier(SIMT_SITE); }
  static void send(double& to, double value, CopyBarrier& barrier, unsigned rank) {
    simt::cluster_send(&barrier, &to, value, rank);
  }
  static void wait(CopyBarrier& barrier, unsigned parity, SIMT_HERE) {
    barrier.wait(parity, simt_file, simt_line);
  }
};

}  // namespace batchgrad::cuda
