#pragma once

// A kernel on primitive/cluster.cuh, right or with one of the ways to misuse it.

#include "cuda/primitive/cluster.cuh"

namespace batchgrad::test {

enum class ClusterBug { none, begins_at_once, reads_too_early, announces_too_much, ends_at_once };

/// The two blocks of a cluster, of 32 threads, send each other their numbers.
template <ClusterBug bug>
__global__ void cluster_kernel(const double* in, double* out) {
  BATCHGRAD_SHARED_ARRAY(double, inbox, 32);
  BATCHGRAD_SHARED(cuda::CopyBarrier, received);
  const unsigned i = blockIdx.x * 32 + threadIdx.x;
  if (threadIdx.x == 0) received.make(1);
  if (bug != ClusterBug::begins_at_once) cuda::Cluster::wait_for_all();
  if (threadIdx.x == 0)
    received.arrive_announcing(bug == ClusterBug::announces_too_much ? 264 : 256);
  cuda::Cluster::send(inbox[threadIdx.x], in[i], received, 1 - cuda::Cluster::rank());
  if (bug == ClusterBug::ends_at_once) return;
  if (bug != ClusterBug::reads_too_early) cuda::Cluster::wait(received, 0);
  out[i] = inbox[threadIdx.x];
  if (bug == ClusterBug::reads_too_early) cuda::Cluster::wait(received, 0);
  cuda::Cluster::wait_for_all();
}

}  // namespace batchgrad::test
