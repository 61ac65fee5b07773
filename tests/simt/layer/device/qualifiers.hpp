#pragma once

// Function and variable qualifiers, built-in variables. Comes before any toolkit header: those
// respect existing definitions.

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __managed__ simt_error_managed_memory_is_not_supported
#define __shared__ simt_error_use_BATCHGRAD_SHARED_instead_of_plain_shared
#define __grid_constant__
#define __launch_bounds__(...)
#define __cluster_dims__(...) simt_error_clusters_need_a_primitive
#define BATCHGRAD_SIMT 1

#include <cstdlib>
#include <cstring>
#include <math.h>  // NOLINT(modernize-deprecated-headers): the overloads in the global namespace
#include <vector_functions.h>
#include <vector_types.h>

#include "layer/engine.hpp"

// Code of the layer that the kernels' instrumentation must not count as the kernel's own.
#if defined(__SANITIZE_THREAD__)
#define SIMT_UNINSTRUMENTED __attribute__((no_sanitize("thread")))
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIMT_UNINSTRUMENTED __attribute__((no_sanitize("thread")))
#endif
#endif
#if !defined(SIMT_UNINSTRUMENTED)
#define SIMT_UNINSTRUMENTED
#endif

// Trailing parameters of every operation that reports where it stands; defaults are evaluated at
// the call.
#define SIMT_HERE const char *simt_file = __builtin_FILE(), int simt_line = __builtin_LINE()
#define SIMT_SITE (::simt::Site{simt_file, simt_line})

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
constexpr int warpSize = 32;
