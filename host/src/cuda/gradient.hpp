#pragma once

#include "cuda/device.hpp"

namespace batchgrad::cuda {

/// Streams the points through a fixed amount of device memory; blocks until the gradients are back.
void run_gradient(const Device& device, const GradientTask<float>& task);
void run_gradient(const Device& device, const GradientTask<double>& task);

}  // namespace batchgrad::cuda
