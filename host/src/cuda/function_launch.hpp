#pragma once

#include <batchgrad/derivative/derivative_item.hpp>
#include <batchgrad/derivative_plan.hpp>
#include <batchgrad/function.hpp>

#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// Queues the derivatives of a built-in function; a file of its own for each type of points,
/// because a GPU's compiler takes minutes for them.
void launch_function(const detail::DerivativePlan& plan, const Function& f,
                     const DerivativeRequest<float>& request, index_t most_blocks,
                     const Stream& stream);
void launch_function(const detail::DerivativePlan& plan, const Function& f,
                     const DerivativeRequest<double>& request, index_t most_blocks,
                     const Stream& stream);

}  // namespace batchgrad::cuda
