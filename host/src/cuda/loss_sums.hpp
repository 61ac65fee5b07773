#pragma once

#include "cuda/device.hpp"

namespace batchgrad::cuda {

/// Copies the samples to the device; where they do not fit, evaluations stream them through the
/// largest part that does, with the same bits.
std::unique_ptr<LossSums<float>> make_loss_sums(const Device& device, const Samples<float>& samples,
                                                const Loss& loss);
std::unique_ptr<LossSums<double>> make_loss_sums(const Device& device,
                                                 const Samples<double>& samples, const Loss& loss);

}  // namespace batchgrad::cuda
