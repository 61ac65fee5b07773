#include <batchgrad/error.hpp>

#include <algorithm>
#include <string>

#include "cuda/cuda_backend.hpp"
#include "cuda/device.hpp"
#include "cuda/gradient.hpp"
#include "cuda/loss_sums.hpp"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {
namespace {

constexpr int oldest_capability = 90;  // major * 10 + minor: what the kernels are compiled for

class CudaBackend final : public Backend {
 public:
  CudaBackend(const Device& device, std::string description)
      : device_(device),
        name_("cuda:" + std::to_string(device.ordinal)),
        description_(std::move(description)) {}

  [[nodiscard]] std::string_view device() const override { return name_; }
  [[nodiscard]] std::string description() const override { return description_; }

  [[nodiscard]] std::unique_ptr<LossSums<float>> loss_sums(const Samples<float>& samples,
                                                           const Loss& loss) override {
    return make_loss_sums(device_, samples, loss);
  }
  [[nodiscard]] std::unique_ptr<LossSums<double>> loss_sums(const Samples<double>& samples,
                                                            const Loss& loss) override {
    return make_loss_sums(device_, samples, loss);
  }
  void gradient(const GradientTask<float>& task) override { run_gradient(device_, task); }
  void gradient(const GradientTask<double>& task) override { run_gradient(device_, task); }
  void for_each_range(index_t, const std::function<void(index_t, index_t)>&) override {
    throw BackendUnavailable(
        "a host functor cannot run on the cuda backend (it was compiled for the host) use a "
        "built-in function, or a context on cpu");
  }

 private:
  Device device_;
  std::string name_;
  std::string description_;
};

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

}  // namespace

void Device::select() const { check(cudaSetDevice(ordinal)); }

index_t Device::grid_size(index_t wanted) const {
  return limits.most_blocks > 0 ? std::min<index_t>(wanted, limits.most_blocks) : wanted;
}

std::vector<DeviceInfo> list_devices() {
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

std::unique_ptr<Backend> make_backend(int ordinal, int /*threads*/, const LaunchLimits& limits) {
  const auto all = list_devices();
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
  Device device{ordinal, 1, 0, limits};
  int shared_bytes = 0;
  check(cudaDeviceGetAttribute(&device.processors, cudaDevAttrMultiProcessorCount, ordinal));
  check(cudaDeviceGetAttribute(&shared_bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, ordinal));
  device.shared_bytes_block = shared_bytes;
  return std::make_unique<CudaBackend>(device, found->description);
}

}  // namespace batchgrad::cuda
