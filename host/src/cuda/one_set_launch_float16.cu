#include "cuda/one_set_launch_of.hpp"

namespace batchgrad::cuda {

void launch_one_set(index_t chosen, const Device& device, const OneSetTask<Float16>& task,
                    const Stream& stream) {
  OneSetLaunch<Float16>(device, task, stream)(chosen);
}

}  // namespace batchgrad::cuda
