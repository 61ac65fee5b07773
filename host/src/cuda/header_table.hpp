#pragma once

#include <span>

namespace batchgrad::cuda {

/// A header of kernels/batchgrad as NVRTC gets it: what an #include names, and its text.
struct EmbeddedHeader {
  const char* name;
  const char* text;
};

/// All of them, put into the library by host/cmake/batchgrad_header_table.cmake.
std::span<const EmbeddedHeader> embedded_headers();

}  // namespace batchgrad::cuda
