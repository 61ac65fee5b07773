#pragma once

#include <batchgrad/context.hpp>

#include <memory>
#include <vector>

#include "backend.hpp"

namespace batchgrad::detail {

std::unique_ptr<Backend> make_reference();
std::unique_ptr<Backend> make_cpu(int threads);

/// Throws BackendUnavailable with the reason. `threads` serve the host's part of the work.
std::unique_ptr<Backend> make_cuda(int ordinal, int threads);

/// Every CUDA device; a single unusable entry with the reason where there is none.
std::vector<DeviceInfo> cuda_devices();

}  // namespace batchgrad::detail
