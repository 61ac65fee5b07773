#pragma once

// The only header that knows which compiler reads it: a host compiler, nvcc, NVRTC, or a host
// compiler under the SIMT test layer, which runs CUDA kernels thread by thread on the CPU.

/// BATCHGRAD_HD marks scalar mathematics: callable on host and device, always inlined. Inlining is
/// part of the contract: the cpu backend compiles the same headers once per instruction set, and a
/// function emitted out of line could be merged across them by the linker. Nested dual numbers grow
/// fivefold with each level where all is inlined: files of the library that are compiled for them,
/// and once, leave it to the compiler by BATCHGRAD_INLINE_AS_NEEDED.
#if defined(__CUDACC__)
#define BATCHGRAD_HD __host__ __device__ __forceinline__
#elif defined(BATCHGRAD_INLINE_AS_NEEDED)
#define BATCHGRAD_HD inline
#else
#define BATCHGRAD_HD __attribute__((always_inline)) inline
#endif

/// BATCHGRAD_HD_LARGE marks templates and members that are too large to be copied into every
/// caller; no file that is compiled for one instruction set may call them.
#if defined(__CUDACC__)
#define BATCHGRAD_HD_LARGE __host__ __device__ __noinline__
#else
#define BATCHGRAD_HD_LARGE
#endif

/// BATCHGRAD_HD_CALLED marks what a GPU's compiler is to call, for want of time; elsewhere it is
/// BATCHGRAD_HD.
#if defined(__CUDACC__)
#define BATCHGRAD_HD_CALLED __host__ __device__ __noinline__
#else
#define BATCHGRAD_HD_CALLED BATCHGRAD_HD
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

/// The elementary functions of float and double; core/elementary.hpp has those of dual numbers.
namespace math {
#if defined(__CUDACC_RTC__)
using ::acos;
using ::acosh;
using ::asin;
using ::asinh;
using ::atan;
using ::atan2;
using ::atanh;
using ::cbrt;
using ::ceil;
using ::copysign;
using ::cos;
using ::cosh;
using ::erf;
using ::erfc;
using ::exp;
using ::expm1;
using ::fabs;
using ::floor;
using ::fma;
using ::frexp;
using ::hypot;
using ::ldexp;
using ::log;
using ::log10;
using ::log1p;
using ::log2;
using ::pow;
using ::sin;
using ::sinh;
using ::sqrt;
using ::tan;
using ::tanh;
#else
using std::acos;
using std::acosh;
using std::asin;
using std::asinh;
using std::atan;
using std::atan2;
using std::atanh;
using std::cbrt;
using std::ceil;
using std::copysign;
using std::cos;
using std::cosh;
using std::erf;
using std::erfc;
using std::exp;
using std::expm1;
using std::fabs;
using std::floor;
using std::fma;
using std::frexp;
using std::hypot;
using std::ldexp;
using std::log;
using std::log10;
using std::log1p;
using std::log2;
using std::pow;
using std::sin;
using std::sinh;
using std::sqrt;
using std::tan;
using std::tanh;
#endif
}  // namespace math

}  // namespace batchgrad
