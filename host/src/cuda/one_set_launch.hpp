#pragma once

#include "cuda/device.hpp"
#include "cuda/loss_family/one_set.cuh"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// Queues the kernel of the family that choose_loss_kernel chose for the task: a place in
/// loss_kernel_table.
void launch_one_set(index_t chosen, const Device& device, const OneSetTask<float>& task,
                    const Stream& stream);
void launch_one_set(index_t chosen, const Device& device, const OneSetTask<double>& task,
                    const Stream& stream);

}  // namespace batchgrad::cuda
