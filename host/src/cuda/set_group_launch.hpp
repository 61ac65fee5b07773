#pragma once

#include "cuda/device.hpp"
#include "cuda/loss_family/set_group.cuh"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// Queues a kernel of set_group_table for the sets of a group.
#define BATCHGRAD_WITH_STORAGE(T)                                                          \
  void launch_set_group(index_t chosen, const Device& device, const SetGroupTask<T>& task, \
                        const Stream& stream);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cuda
