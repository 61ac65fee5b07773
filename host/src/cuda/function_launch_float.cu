#include <batchgrad/device_derivative.cuh>

#include "cuda/function_launch.hpp"

namespace batchgrad::cuda {

void launch_function(const detail::DerivativePlan& plan, const Function& f,
                     const DerivativeRequest<float>& request, index_t most_blocks,
                     const Stream& stream) {
  std::visit(
      [&](const auto& function) {
        launch_derivative(plan, function, request, most_blocks, stream.handle());
      },
      f);
}

}  // namespace batchgrad::cuda
