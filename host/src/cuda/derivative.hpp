#pragma once

#include <memory>

#include "cuda/compiled_kernel.hpp"
#include "cuda/device.hpp"

namespace batchgrad::cuda {

/// Both stream the points through a fixed amount of device memory; see DerivativeMemory.
std::unique_ptr<DerivativeKernel> make_function_derivative(const Device& device, const Function& f,
                                                           const detail::DerivativePlan& plan);
/// Compiles when it is first evaluated, for the points' type and with or without estimates.
std::unique_ptr<DerivativeKernel> make_expression_derivative(
    const Device& device, std::shared_ptr<KernelCompiler> compiler, const Expression& f,
    const detail::DerivativePlan& plan);

}  // namespace batchgrad::cuda
