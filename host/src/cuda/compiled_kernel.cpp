#include "cuda/compiled_kernel.hpp"

#include "cuda/fingerprint.hpp"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

CompiledKernel::CompiledKernel(const std::string& image, const std::string& name) {
  check(cudaLibraryLoadData(&library_, image.data(), nullptr, nullptr, 0, nullptr, nullptr, 0));
  const cudaError_t status = cudaLibraryGetKernel(&kernel_, library_, name.c_str());
  if (status == cudaSuccess) return;
  static_cast<void>(cudaLibraryUnload(library_));  // the destructor is not called
  check(status);
}

void KernelCompiler::require() {
  if (nvrtc_) return;
  Nvrtc nvrtc;
  target_ = nvrtc.target(device_.capability);
  nvrtc_ = nvrtc;
}

std::shared_ptr<const CompiledKernel> KernelCompiler::kernel(const std::string& source,
                                                             const std::string& name) {
  require();
  auto& known = kernels_[source];
  if (known) return known;
  const std::string key =
      Fingerprint().add(nvrtc_->fingerprint(target_)).add(name).add(source).text();
  auto image = cache_.find(key);
  if (!image) {
    image = nvrtc_->compile(source, target_);
    cache_.store(key, *image);
  }
  known = std::make_shared<const CompiledKernel>(*image, name);
  return known;
}

}  // namespace batchgrad::cuda
