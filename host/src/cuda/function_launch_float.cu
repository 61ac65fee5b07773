#include <batchgrad/device_derivative.cuh>

#include "cuda/function_launch.hpp"

namespace batchgrad::cuda {

void launch_function(const detail::DerivativePlan& plan, const AnyFunctor& f,
                     const DerivativeRequest<float>& request, index_t most_blocks,
                     const Stream& stream) {
  launch_derivative(plan, f, request, most_blocks, stream.handle());
}

}  // namespace batchgrad::cuda
