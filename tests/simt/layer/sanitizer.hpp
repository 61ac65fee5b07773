#pragma once

// What AddressSanitizer and ThreadSanitizer must be told of fibers and device memory. Without a
// sanitizer these functions do nothing. The layer's own files are compiled without
// instrumentation, so the toolchain's macros cannot tell: SIMT_ASAN and SIMT_TSAN do.

#include <cstddef>

#if defined(SIMT_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(SIMT_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace simt::asan {

#if defined(SIMT_ASAN)
inline void start_switch(void** fake_stack, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
inline void finish_switch(void* fake_stack, const void** bottom, std::size_t* size) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
}
inline void poison(const void* p, std::size_t size) { __asan_poison_memory_region(p, size); }
inline void unpoison(const void* p, std::size_t size) { __asan_unpoison_memory_region(p, size); }
#else
inline void start_switch(void**, const void*, std::size_t) {}
inline void finish_switch(void*, const void**, std::size_t*) {}
inline void poison(const void*, std::size_t) {}
inline void unpoison(const void*, std::size_t) {}
#endif

}  // namespace simt::asan

namespace simt::tsan {

// Every CUDA thread is a TSan fiber of its own, ordered with others by barriers only. The engine's
// code, wherever it runs, counts as the fiber that launched the kernel.
#if defined(SIMT_TSAN)
constexpr bool enabled = true;
inline void* new_fiber() { return __tsan_create_fiber(0); }
inline void* this_fiber() { return __tsan_get_current_fiber(); }
inline void become(void* fiber) { __tsan_switch_to_fiber(fiber, __tsan_switch_to_fiber_no_sync); }
inline void release(void* p) { __tsan_release(p); }
inline void acquire(void* p) { __tsan_acquire(p); }
#else
constexpr bool enabled = false;
inline void* new_fiber() { return nullptr; }
inline void* this_fiber() { return nullptr; }
inline void become(void*) {}
inline void release(void*) {}
inline void acquire(void*) {}
#endif

}  // namespace simt::tsan
