#pragma once

#include "backend.hpp"

namespace batchgrad::detail {

/// Derivatives of a built-in function on a backend that can call host code: the loops of
/// functor_derivative.hpp. The backend outlives the kernel.
[[nodiscard]] std::unique_ptr<DerivativeKernel> make_function_kernel(Backend& backend,
                                                                     const Function& f,
                                                                     const DerivativePlan& plan);

}  // namespace batchgrad::detail
