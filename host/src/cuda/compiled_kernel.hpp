#pragma once

#include <cuda_runtime.h>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cuda/device.hpp"
#include "cuda/kernel_cache.hpp"
#include "cuda/nvrtc.hpp"

namespace batchgrad::cuda {

/// A kernel that was compiled at run time, loaded for the current device.
class CompiledKernel {
 public:
  /// The kernel `name` of an image. Errors: CudaError.
  CompiledKernel(const std::string& image, const std::string& name);
  CompiledKernel(const CompiledKernel&) = delete;
  CompiledKernel& operator=(const CompiledKernel&) = delete;
  ~CompiledKernel() { static_cast<void>(cudaLibraryUnload(library_)); }

  [[nodiscard]] cudaKernel_t handle() const { return kernel_; }

 private:
  cudaLibrary_t library_ = nullptr;
  cudaKernel_t kernel_ = nullptr;
};

/// Makes kernels of sources, each once in the life of a backend, and of the disk's cache if it can.
class KernelCompiler {
 public:
  explicit KernelCompiler(const Device& device)
      : device_(device), cache_(KernelCache::default_directory()) {}

  /// Loads NVRTC if it is not loaded yet. Errors: BackendUnavailable with what is missing.
  void require();

  /// The kernel `name` of a source, for the current device. Errors: BackendUnavailable, CudaError.
  std::shared_ptr<const CompiledKernel> kernel(const std::string& source, const std::string& name);

 private:
  Device device_;
  KernelCache cache_;
  std::optional<Nvrtc> nvrtc_;
  CompileTarget target_;
  std::unordered_map<std::string, std::shared_ptr<const CompiledKernel>> kernels_;  // by source
};

}  // namespace batchgrad::cuda
