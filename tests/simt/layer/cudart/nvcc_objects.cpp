// What objects made by nvcc ask of the runtime beyond its API: with this they link with the layer.
// Their kernels are registered and do nothing; all around a launch is real.

#include "layer/cudart.hpp"

extern "C" {

void** __cudaRegisterFatBinary(void*) {
  static void* handle = nullptr;
  return &handle;
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
void __cudaRegisterFunction(void**, const char*, char*, const char*, int, uint3*, uint3*, dim3*,
                            dim3*, int*) {}
void __cudaRegisterVar(void**, char*, char*, const char*, int, std::size_t, int, int) {}
char __cudaInitModule(void**) { return 1; }

// The stubs that nvcc makes for <<<>>>, which of the library CUB alone uses.
unsigned __cudaPushCallConfiguration(dim3, dim3, std::size_t, void*) {
  return cudaErrorNotSupported;
}
cudaError_t __cudaPopCallConfiguration(dim3*, dim3*, std::size_t*, void*) {
  return cudaErrorNotSupported;
}
cudaError_t __cudaGetKernel(cudaKernel_t*, const void*) { return cudaErrorNotSupported; }
cudaError_t __cudaLaunchKernel(cudaKernel_t, dim3, dim3, void**, std::size_t, cudaStream_t) {
  return cudaErrorNotSupported;
}

}  // extern "C"

namespace {
[[maybe_unused]] const bool installed = simt::cudart::unknown_kernels_do_nothing = true;
}
