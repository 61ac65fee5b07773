#pragma once

// What a test controls in the stand-in for the CUDA runtime. The runtime's API itself is the
// toolkit's cuda_runtime_api.h.

#include <cstddef>
#include <cstdint>
#include <cuda_runtime_api.h>
#include <functional>
#include <string>
#include <type_traits>

#include "layer/engine.hpp"

namespace simt::cudart {

/// In what order queued work of several streams runs.
enum class Progress {
  immediate,  ///< at once, as if every call synchronised
  late,       ///< only when the program waits for it
  random      ///< some streams run ahead, others late, by the seed
};

struct Config {
  int devices = 1;
  std::size_t device_memory = std::size_t{1} << 30;
  Progress progress = Progress::random;
  std::uint64_t seed = 1;
  long fail_at_call = 0;  ///< which API call fails, from 1; 0: none
  /// What it fails with. cudaErrorIllegalAddress and cudaErrorLaunchFailure stay: every later call
  /// fails as well, as on a device.
  cudaError_t failure = cudaErrorMemoryAllocation;
  std::string fail_only;  ///< if not empty, only calls of this name are counted
};

/// Forgets all memory, streams, events, errors and faults.
void reset(const Config& config = {});

/// API calls since reset. Those that free or destroy do not count: they do not fail on a healthy
/// device.
long calls();

/// Whether kernels that the layer did not compile may be launched, which then does nothing.
inline bool unknown_kernels_do_nothing = false;

/// The allocations, streams, events and libraries still alive; empty if there are none.
std::string leaks();

bool is_device_pointer(const void* p);

/// Whether a word of a kernel argument can only be the address of host memory.
bool is_host_address(std::uintptr_t word);
void report_host_pointer();

/// A pointer given to a kernel, directly or within a struct, must be null or a device pointer.
/// Structs with padding, which may hold anything, are looked at where the compiler can clear it.
template <class T>
void check_argument(const T& argument) {
  static_assert(std::is_trivially_copyable_v<T>, "a kernel argument must be trivially copyable");
  T copy = argument;
#if __has_builtin(__builtin_clear_padding)
  __builtin_clear_padding(&copy);
#else
  if (!std::has_unique_object_representations_v<T>) return;
#endif
  const auto* bytes = reinterpret_cast<const unsigned char*>(&copy);
  for (std::size_t i = 0; i + sizeof(std::uintptr_t) <= sizeof(T); i += sizeof(std::uintptr_t)) {
    std::uintptr_t word = 0;
    __builtin_memcpy(&word, bytes + i, sizeof word);
    if (is_host_address(word)) report_host_pointer();
  }
}

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel,
                   std::function<bool(const Launch&)> body);

}  // namespace simt::cudart
