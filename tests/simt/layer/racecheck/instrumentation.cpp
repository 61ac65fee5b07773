// What the compiler calls under -fsanitize=thread, in place of ThreadSanitizer's runtime.

#include "layer/racecheck/instrumentation.hpp"

#include <cstring>

using simt::racecheck::Alignment;
using simt::racecheck::check;
using simt::racecheck::Kind;

#define SIMT_PC __builtin_return_address(0)

#define SIMT_SIZED(size)                                                                           \
  void __tsan_read##size(void* p) { check({p, size, SIMT_PC, Kind::read, Alignment::natural}); }   \
  void __tsan_write##size(void* p) { check({p, size, SIMT_PC, Kind::write, Alignment::natural}); } \
  void __tsan_unaligned_read##size(void* p) {                                                      \
    check({p, size, SIMT_PC, Kind::read, Alignment::any});                                         \
  }                                                                                                \
  void __tsan_unaligned_write##size(void* p) {                                                     \
    check({p, size, SIMT_PC, Kind::write, Alignment::any});                                        \
  }                                                                                                \
  void __tsan_volatile_read##size(void* p) {                                                       \
    check({p, size, SIMT_PC, Kind::read, Alignment::natural});                                     \
  }                                                                                                \
  void __tsan_volatile_write##size(void* p) {                                                      \
    check({p, size, SIMT_PC, Kind::write, Alignment::natural});                                    \
  }                                                                                                \
  void __tsan_unaligned_volatile_read##size(void* p) {                                             \
    check({p, size, SIMT_PC, Kind::read, Alignment::any});                                         \
  }                                                                                                \
  void __tsan_unaligned_volatile_write##size(void* p) {                                            \
    check({p, size, SIMT_PC, Kind::write, Alignment::any});                                        \
  }                                                                                                \
  void __tsan_read_write##size(void* p) {                                                          \
    check({p, size, SIMT_PC, Kind::read, Alignment::natural});                                     \
    check({p, size, SIMT_PC, Kind::write, Alignment::natural});                                    \
  }

// std::atomic in the host part of the tests
#define SIMT_ATOMIC(bits, T)                                                                       \
  T __tsan_atomic##bits##_load(const volatile T* p, int) {                                         \
    return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                                   \
  }                                                                                                \
  void __tsan_atomic##bits##_store(volatile T* p, T value, int) {                                  \
    __atomic_store_n(p, value, __ATOMIC_SEQ_CST);                                                  \
  }                                                                                                \
  T __tsan_atomic##bits##_exchange(volatile T* p, T value, int) {                                  \
    return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);                                        \
  }                                                                                                \
  T __tsan_atomic##bits##_fetch_add(volatile T* p, T value, int) {                                 \
    return __atomic_fetch_add(p, value, __ATOMIC_SEQ_CST);                                         \
  }                                                                                                \
  T __tsan_atomic##bits##_fetch_sub(volatile T* p, T value, int) {                                 \
    return __atomic_fetch_sub(p, value, __ATOMIC_SEQ_CST);                                         \
  }                                                                                                \
  T __tsan_atomic##bits##_fetch_and(volatile T* p, T value, int) {                                 \
    return __atomic_fetch_and(p, value, __ATOMIC_SEQ_CST);                                         \
  }                                                                                                \
  T __tsan_atomic##bits##_fetch_or(volatile T* p, T value, int) {                                  \
    return __atomic_fetch_or(p, value, __ATOMIC_SEQ_CST);                                          \
  }                                                                                                \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile T* p, T* expected, T value, int,      \
                                                    int) {                                         \
    return __atomic_compare_exchange_n(p, expected, value, false, __ATOMIC_SEQ_CST,                \
                                       __ATOMIC_SEQ_CST);                                          \
  }                                                                                                \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile T* p, T* expected, T value, int, int) { \
    return __atomic_compare_exchange_n(p, expected, value, false, __ATOMIC_SEQ_CST,                \
                                       __ATOMIC_SEQ_CST);                                          \
  }

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}

SIMT_SIZED(1)
SIMT_SIZED(2)
SIMT_SIZED(4)
SIMT_SIZED(8)
SIMT_SIZED(16)

void __tsan_read_range(void* p, unsigned long size) {
  check({p, size, SIMT_PC, Kind::read, Alignment::any});
}
void __tsan_write_range(void* p, unsigned long size) {
  check({p, size, SIMT_PC, Kind::write, Alignment::any});
}

SIMT_ATOMIC(8, unsigned char)
SIMT_ATOMIC(16, unsigned short)
SIMT_ATOMIC(32, unsigned)
SIMT_ATOMIC(64, unsigned long)
void __tsan_atomic_thread_fence(int) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

// Clang calls these where GCC calls the library's own.
void* __tsan_memcpy(void* to, const void* from, unsigned long size) {
  check({from, size, SIMT_PC, Kind::read, Alignment::any});
  check({to, size, SIMT_PC, Kind::write, Alignment::any});
  return std::memcpy(to, from, size);
}
void* __tsan_memmove(void* to, const void* from, unsigned long size) {
  check({from, size, SIMT_PC, Kind::read, Alignment::any});
  check({to, size, SIMT_PC, Kind::write, Alignment::any});
  return std::memmove(to, from, size);
}
void* __tsan_memset(void* p, int value, unsigned long size) {
  check({p, size, SIMT_PC, Kind::write, Alignment::any});
  return std::memset(p, value, size);
}

}  // extern "C"
