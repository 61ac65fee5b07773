#pragma once

#include "cuda/device.hpp"

namespace batchgrad::cuda {

/// Copies the samples to the device; where they do not fit, evaluations stream them through the
/// largest part that does, with the same bits.
#define BATCHGRAD_WITH_STORAGE(T) \
  std::unique_ptr<LossSums<T>> make_loss_sums(const Device& device, const Samples<T>& samples);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cuda
