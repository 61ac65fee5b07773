#include "backends.hpp"

#include <batchgrad/error.hpp>

#include "cpu/cpu_backend.hpp"
#include "reference/reference_backend.hpp"
#if BATCHGRAD_HAS_CUDA
#include "cuda/cuda_backend.hpp"
#endif

// The only file that knows which backends were built.

namespace batchgrad::detail {

std::unique_ptr<Backend> make_reference() {
  return std::make_unique<reference::ReferenceBackend>();
}
std::unique_ptr<Backend> make_cpu(int threads) {
  return std::make_unique<cpu::CpuBackend>(threads);
}

#if BATCHGRAD_HAS_CUDA

std::unique_ptr<Backend> make_cuda(int ordinal, int threads) {
  return cuda::make_backend(ordinal, threads);
}
std::vector<DeviceInfo> cuda_devices() { return cuda::list_devices(); }

#else

namespace {
constexpr const char* not_built = "this build has no cuda backend (configured without CUDA)";
}

std::unique_ptr<Backend> make_cuda(int /*ordinal*/, int /*threads*/) {
  throw BackendUnavailable(std::string(not_built) +
                           " build with the preset 'cuda', or use --device cpu");
}
std::vector<DeviceInfo> cuda_devices() { return {{"cuda", not_built, false}}; }

#endif

}  // namespace batchgrad::detail
