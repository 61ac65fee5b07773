#include <batchgrad/error.hpp>

#include <algorithm>
#include <string>

#include "cuda/cuda_backend.hpp"
#include "cuda/curvature_sums.hpp"
#include "cuda/derivative.hpp"
#include "cuda/device.hpp"
#include "cuda/loss_sums.hpp"
#include "cuda/runtime.hpp"
#include "cuda/sampled_gradient.hpp"

namespace batchgrad::cuda {
namespace {

constexpr int oldest_capability = 90;  // major * 10 + minor: what the kernels are compiled for

class CudaBackend final : public Backend {
 public:
  CudaBackend(const Device& device, std::string description)
      : device_(device),
        name_("cuda:" + std::to_string(device.ordinal)),
        description_(std::move(description)),
        compiler_(std::make_shared<KernelCompiler>(device)) {}

  [[nodiscard]] std::string_view device() const override { return name_; }
  [[nodiscard]] std::string description() const override { return description_; }

#define BATCHGRAD_WITH_STORAGE(T)                                                             \
  [[nodiscard]] std::unique_ptr<LossSums<T>> loss_sums(const Samples<T>& samples) override {  \
    return make_loss_sums(device_, samples);                                                  \
  }                                                                                           \
  [[nodiscard]] std::unique_ptr<CurvatureSums<T>> curvature_sums(const Samples<T>& samples,   \
                                                                 const Loss& loss) override { \
    return make_curvature_sums(device_, samples, loss);                                       \
  }
  BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE
  [[nodiscard]] std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Expression& f, const detail::DerivativePlan& plan) override {
    return make_expression_derivative(device_, compiler_, f, plan);
  }
  [[nodiscard]] std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Function& f, const detail::DerivativePlan& plan) override {
    return make_function_derivative(device_, f, plan);
  }
  void sampled_gradient(const SampledPiece<float>& piece) override {
    run_sampled_gradient(device_, piece);
  }
  void sampled_gradient(const SampledPiece<double>& piece) override {
    run_sampled_gradient(device_, piece);
  }
  void for_each_range(index_t, const std::function<void(index_t, index_t)>&) override {
    throw BackendUnavailable(
        "a host functor cannot run on the cuda backend (it was compiled for the host) use a "
        "built-in function, or a context on cpu");
  }

 private:
  Device device_;
  std::string name_;
  std::string description_;
  std::shared_ptr<KernelCompiler> compiler_;
};

/// Whether expressions can be compiled, for people.
std::string compiler_description() {
  try {
    return "NVRTC " + Nvrtc().version();
  } catch (const Error&) {
    return "no NVRTC (without it expressions run on the cpu only)";
  }
}

/// The device's name and memory, and why it cannot be used if it cannot.
DeviceInfo describe(int ordinal) {
  cudaDeviceProp properties{};
  const cudaError_t status = cudaGetDeviceProperties(&properties, ordinal);
  DeviceInfo info{"cuda:" + std::to_string(ordinal), "", false};
  if (status != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    info.description = cudaGetErrorString(status);
    return info;
  }
  const int capability = properties.major * 10 + properties.minor;
  info.description = std::string(properties.name) + ", " +
                     std::to_string(properties.totalGlobalMem >> 30) + " GiB, " +
                     std::to_string(properties.multiProcessorCount) + " multiprocessors";
  info.usable = capability >= oldest_capability;
  if (!info.usable)
    info.description += ", compute capability " + std::to_string(properties.major) + "." +
                        std::to_string(properties.minor) + " (too old: 9.0 is needed)";
  return info;
}

std::vector<DeviceInfo> find_devices() {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess || count == 0) {
    static_cast<void>(cudaGetLastError());
    return {{"cuda", status == cudaSuccess ? "no CUDA device" : cudaGetErrorString(status), false}};
  }
  std::vector<DeviceInfo> all;
  for (int i = 0; i < count; ++i) all.push_back(describe(i));
  return all;
}

}  // namespace

void Device::select() const { check(cudaSetDevice(ordinal)); }

index_t Device::grid_size(index_t wanted) const {
  return limits.most_blocks > 0 ? std::min<index_t>(wanted, limits.most_blocks) : wanted;
}

std::vector<DeviceInfo> list_devices() {
  auto all = find_devices();
  for (DeviceInfo& device : all)
    if (device.usable) device.description += ", " + compiler_description();
  return all;
}

std::unique_ptr<Backend> make_backend(int ordinal, int /*threads*/, const LaunchLimits& limits) {
  const auto all = find_devices();  // without loading the compiler, which fits do not need
  const std::string name = "cuda:" + std::to_string(ordinal);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const DeviceInfo& info) { return info.name == name; });
  if (found == all.end())
    throw BackendUnavailable(
        "there is no device " + name + " (" +
        (all.front().usable ? std::to_string(all.size()) + " found" : all.front().description) +
        ") use --device cpu");
  if (!found->usable)
    throw BackendUnavailable(name + " cannot be used (" + found->description +
                             ") use --device cpu");
  Device device;
  device.ordinal = ordinal;
  device.limits = limits;
  int major = 0;
  int minor = 0;
  int shared_bytes = 0;
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, ordinal));
  check(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, ordinal));
  device.capability = major * 10 + minor;
  check(cudaDeviceGetAttribute(&device.processors, cudaDevAttrMultiProcessorCount, ordinal));
  check(cudaDeviceGetAttribute(&shared_bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, ordinal));
  device.shared_bytes_block = shared_bytes;
  return std::make_unique<CudaBackend>(device, found->description);
}

}  // namespace batchgrad::cuda
