#pragma once

#include "layer/device.hpp"

inline void __pipeline_memcpy_async(void* to, const void* from, size_t size, size_t zero_fill = 0) {
  simt::async_copy(to, from, size, zero_fill);
}
inline void __pipeline_commit() { simt::async_commit(); }
inline void __pipeline_wait_prior(size_t groups) { simt::async_wait(groups); }
