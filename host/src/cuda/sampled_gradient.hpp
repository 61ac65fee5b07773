#pragma once

#include "cuda/device.hpp"
#include "sampled_piece.hpp"

namespace batchgrad::cuda {

/// Copies a piece to the device, line by line as many as fit, and its derivatives back.
void run_sampled_gradient(const Device& device, const SampledPiece<float>& piece);
void run_sampled_gradient(const Device& device, const SampledPiece<double>& piece);

}  // namespace batchgrad::cuda
