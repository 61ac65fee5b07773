#pragma once

// The only header that knows which compiler reads it: a host compiler, nvcc, NVRTC, or a host
// compiler under the SIMT test layer, which runs CUDA kernels thread by thread on the CPU.

/// BATCHGRAD_HD marks scalar mathematics: callable on host and device, always inlined. Inlining is
/// part of the contract: the cpu backend compiles the same headers once per instruction set, and a
/// function emitted out of line could be merged across them by the linker.
#if defined(__CUDACC__)
#define BATCHGRAD_HD __host__ __device__ __forceinline__
#else
#define BATCHGRAD_HD __attribute__((always_inline)) inline
#endif

#if !defined(__CUDACC_RTC__)
#include <cmath>
#endif

/// Shared memory of a block, in the one spelling that nvcc and the SIMT layer both read.
///   BATCHGRAD_SHARED(type, name)              one object
///   BATCHGRAD_SHARED_ARRAY(type, name, size)  an array
///   BATCHGRAD_DYNAMIC_SHARED(type, name)      `type* name`, the launch's dynamic part, 16-byte
///                                             aligned
#if defined(BATCHGRAD_SIMT)
#define BATCHGRAD_SHARED(type, name) \
  struct name##_simt_tag {};         \
  auto& name = ::simt::shared_object<type, name##_simt_tag>(#name)
#define BATCHGRAD_SHARED_ARRAY(type, name, size) \
  struct name##_simt_tag {};                     \
  auto& name = ::simt::shared_object<type[size], name##_simt_tag>(#name)
#define BATCHGRAD_DYNAMIC_SHARED(type, name) \
  type* name = static_cast<type*>(::simt::dynamic_shared())
#else
#define BATCHGRAD_SHARED(type, name) __shared__ type name
#define BATCHGRAD_SHARED_ARRAY(type, name, size) __shared__ type name[size]
#define BATCHGRAD_DYNAMIC_SHARED(type, name)                                \
  extern __shared__ __align__(16) unsigned char batchgrad_dynamic_shared[]; \
  type* name = reinterpret_cast<type*>(batchgrad_dynamic_shared)
#endif

namespace batchgrad {

/// Every size and index: signed, 64 bits.
using index_t = decltype(static_cast<char*>(nullptr) - static_cast<char*>(nullptr));
static_assert(sizeof(index_t) == 8);

/// The elementary functions, overloaded for float and double (core/dual.hpp adds dual numbers).
namespace math {
#if defined(__CUDACC_RTC__)
using ::copysign;
using ::cos;
using ::exp;
using ::expm1;
using ::fabs;
using ::floor;
using ::fma;
using ::frexp;
using ::ldexp;
using ::log;
using ::log1p;
using ::pow;
using ::sin;
using ::sqrt;
using ::tan;
using ::tanh;
#else
using std::copysign;
using std::cos;
using std::exp;
using std::expm1;
using std::fabs;
using std::floor;
using std::fma;
using std::frexp;
using std::ldexp;
using std::log;
using std::log1p;
using std::pow;
using std::sin;
using std::sqrt;
using std::tan;
using std::tanh;
#endif
}  // namespace math

}  // namespace batchgrad
