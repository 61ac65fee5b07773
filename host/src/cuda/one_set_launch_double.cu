#include "cuda/one_set_launch_of.hpp"

namespace batchgrad::cuda {

void launch_one_set(index_t chosen, const Device& device, const OneSetTask<double>& task,
                    const Stream& stream) {
  OneSetLaunch<double>(device, task, stream)(chosen);
}

}  // namespace batchgrad::cuda
