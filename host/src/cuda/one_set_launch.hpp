#pragma once

#include "cuda/device.hpp"
#include "cuda/loss_family/one_set.cuh"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// Queues the kernel of the family that choose_loss_kernel chose for the task: a place in
/// loss_kernel_table.
#define BATCHGRAD_WITH_STORAGE(T)                                                      \
  void launch_one_set(index_t chosen, const Device& device, const OneSetTask<T>& task, \
                      const Stream& stream);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cuda
