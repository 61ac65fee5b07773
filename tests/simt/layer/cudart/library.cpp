// Libraries of kernels that are loaded at run time: shared objects, made by layer/nvrtc.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

#include "layer/cudart/state.hpp"

namespace simt::cudart {
namespace {

/// Loads a shared object that is in memory.
void* open(const char* bytes, std::size_t size) {
  std::string path = "/tmp/simt_library_XXXXXX";
  const int file = ::mkstemp(path.data());
  if (file < 0) return nullptr;
  std::size_t written = 0;
  while (written < size) {
    const ssize_t count = ::write(file, bytes + written, size - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  ::close(file);
  void* handle = written == size ? ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  ::unlink(path.c_str());
  return handle;
}

const CUkern_st* find_kernel(const void* kernel) {
  for (const auto& library : state.libraries)
    for (const auto& known : library->kernels)
      if (known.get() == kernel) return known.get();
  return nullptr;
}

cudaError_t load(cudaLibrary_t* library, const void* code) {
  LibraryHeader header;
  const LibraryHeader expected;
  std::memcpy(&header, code, sizeof header);
  if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0)
    return fail(cudaErrorInvalidKernelImage);
  void* handle = open(static_cast<const char*>(code) + sizeof header, header.size);
  if (handle == nullptr) return fail(cudaErrorInvalidKernelImage);
  auto& loaded = state.libraries.emplace_back(std::make_unique<CUlib_st>());
  loaded->handle = handle;
  *library = loaded.get();
  return cudaSuccess;
}

}  // namespace
}  // namespace simt::cudart

using namespace simt::cudart;

CUlib_st::~CUlib_st() { ::dlclose(handle); }

extern "C" {

cudaError_t cudaLibraryLoadData(cudaLibrary_t* library, const void* code, cudaJitOption*, void**,
                                unsigned, cudaLibraryOption*, void**, unsigned) {
  return call(__func__, [&] { return load(library, code); });
}

cudaError_t cudaLibraryGetKernel(cudaKernel_t* kernel, cudaLibrary_t library, const char* name) {
  return call(__func__, [&] {
    const std::string symbol = std::string(simt::runtime_kernel_prefix) + name;
    const void* found = ::dlsym(library->handle, symbol.c_str());
    if (found == nullptr) return fail(cudaErrorSymbolNotFound);
    auto& known = library->kernels.emplace_back(std::make_unique<CUkern_st>());
    known->kernel = *static_cast<const simt::RuntimeKernel*>(found);
    *kernel = known.get();
    return cudaSuccess;
  });
}

cudaError_t cudaLibraryUnload(cudaLibrary_t library) {
  drain_all();
  const auto position = std::find_if(state.libraries.begin(), state.libraries.end(),
                                     [=](const auto& loaded) { return loaded.get() == library; });
  if (position == state.libraries.end()) return fail(cudaErrorInvalidResourceHandle);
  state.libraries.erase(position);
  return state.sticky;
}

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* config, const void* kernel,
                                void** arguments) {
  if (const CUkern_st* known = find_kernel(kernel))
    return launch(*config, known->kernel.address,
                  known->kernel.bind(known->kernel.address, arguments));
  if (unknown_kernels_do_nothing)
    return launch(*config, kernel, [](const simt::Launch&) { return true; });
  return fail(cudaErrorInvalidDeviceFunction);
}

}  // extern "C"
