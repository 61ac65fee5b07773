#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "layer/access_checker.hpp"
#include "layer/cudart/state.hpp"
#include "layer/sanitizer.hpp"

namespace simt::cudart {
namespace {

constexpr std::align_val_t alignment{256};  // what cudaMalloc promises

template <class Visit>
void each_device_allocation(Visit visit) {
  for (const auto& [p, allocation] : state.memory)
    if (allocation.where == Where::device) visit(p, allocation.size);
}

bool inside_device(const void* p, std::size_t size) {
  const auto* found = find(p);
  return found && found->second.where == Where::device &&
         static_cast<const char*>(p) + size <= found->first + found->second.size;
}

bool on_device(const void* p, cudaMemcpyKind kind, cudaMemcpyKind one, cudaMemcpyKind other) {
  return kind == one || kind == other || (kind == cudaMemcpyDefault && is_device_pointer(p));
}

cudaError_t allocate(void** p, std::size_t size, Where where) {
  if (size == 0) {
    *p = nullptr;
    return cudaSuccess;
  }
  if (where == Where::device && state.device_used + size > state.config.device_memory)
    return fail(cudaErrorMemoryAllocation);
  auto* memory = static_cast<char*>(::operator new(size, alignment));
  std::memset(memory, 0xff, size);
  state.memory[memory] = {size, where};
  if (where == Where::device) {
    state.device_used += size;
    if (access_checker)
      access_checker->region(memory, size, "device allocation", AccessChecker::Space::device);
    asan::poison(memory, size);
  }
  *p = memory;
  return cudaSuccess;
}

// One transfer: `height` rows of `width` bytes.
struct Transfer {
  char* to;
  std::size_t to_pitch;
  const char* from;
  std::size_t from_pitch;
  std::size_t width, height;

  [[nodiscard]] bool empty() const { return width == 0 || height == 0; }
  [[nodiscard]] std::size_t to_extent() const { return (height - 1) * to_pitch + width; }
  [[nodiscard]] std::size_t from_extent() const { return (height - 1) * from_pitch + width; }

  void run() const {
    const DeviceAccess access;
    for (std::size_t row = 0; row < height; ++row) {
      std::memcpy(to + row * to_pitch, from + row * from_pitch, width);
      if (access_checker)
        access_checker->copied(to + row * to_pitch, from + row * from_pitch, width);
    }
  }
};

enum class Returns { when_done, when_enqueued };

cudaError_t copy(const Transfer& transfer, cudaMemcpyKind kind, cudaStream_t stream,
                 Returns returns) {
  if (transfer.empty()) return state.sticky;
  const bool from_device =
      on_device(transfer.from, kind, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice);
  const bool to_device =
      on_device(transfer.to, kind, cudaMemcpyHostToDevice, cudaMemcpyDeviceToDevice);
  if ((from_device && !inside_device(transfer.from, transfer.from_extent())) ||
      (to_device && !inside_device(transfer.to, transfer.to_extent())))
    return fail(cudaErrorInvalidValue);
  const bool pageable =
      (from_device != to_device) && !find(from_device ? transfer.to : transfer.from);
  if (returns == Returns::when_enqueued && pageable && to_device) {
    // returns once the source is staged; the transfer itself may come later
    drain(resolve(stream));
    auto staged =
        std::make_shared<std::vector<char>>(transfer.from, transfer.from + transfer.from_extent());
    Transfer from_staged = transfer;
    from_staged.from = staged->data();
    enqueue(stream, [staged, from_staged] { from_staged.run(); });
    return state.sticky;
  }
  enqueue(stream, [transfer] { transfer.run(); });
  if (returns == Returns::when_done || pageable) drain(resolve(stream));
  return state.sticky;
}

Transfer plain(void* to, const void* from, std::size_t size) {
  return {static_cast<char*>(to), size, static_cast<const char*>(from), size, size, 1};
}

cudaError_t set(void* p, int value, std::size_t size, cudaStream_t stream) {
  if (size == 0) return state.sticky;
  if (!inside_device(p, size)) return fail(cudaErrorInvalidValue);
  enqueue(stream, [=] {
    const DeviceAccess access;
    std::memset(p, value, size);
    if (access_checker) access_checker->initialised(p, size);
  });
  return state.sticky;
}

}  // namespace

DeviceAccess::DeviceAccess() {
  if (state.device_work++ == 0) each_device_allocation(asan::unpoison);
}
DeviceAccess::~DeviceAccess() {
  if (--state.device_work == 0) each_device_allocation(asan::poison);
}

const std::pair<const char* const, Allocation>* find(const void* p) {
  const auto* byte = static_cast<const char*>(p);
  auto position = state.memory.upper_bound(byte);
  if (position == state.memory.begin()) return nullptr;
  --position;
  return byte < position->first + position->second.size ? &*position : nullptr;
}

cudaError_t release(void* p, Where where) {
  if (!p) return state.sticky;
  const auto position = state.memory.find(static_cast<char*>(p));
  if (position == state.memory.end() || position->second.where != where)
    return fail(cudaErrorInvalidValue);
  if (where == Where::device) {
    state.device_used -= position->second.size;
    asan::unpoison(p, position->second.size);
    if (access_checker) access_checker->forget(p);
  }
  state.memory.erase(position);
  ::operator delete(p, alignment);
  return state.sticky;
}

}  // namespace simt::cudart

using namespace simt::cudart;

extern "C" {

cudaError_t cudaMalloc(void** p, std::size_t size) {
  return call(__func__, [&] { return allocate(p, size, Where::device); });
}
cudaError_t cudaMallocAsync(void** p, std::size_t size, cudaStream_t) {
  return call(__func__, [&] { return allocate(p, size, Where::device); });
}
cudaError_t cudaMallocHost(void** p, std::size_t size) {
  return call(__func__, [&] { return allocate(p, size, Where::pinned_host); });
}
cudaError_t cudaHostAlloc(void** p, std::size_t size, unsigned) {
  return call(__func__, [&] { return allocate(p, size, Where::pinned_host); });
}

cudaError_t cudaFree(void* p) {
  drain_all();
  return release(p, Where::device);
}
cudaError_t cudaFreeAsync(void* p, cudaStream_t stream) {
  enqueue_always(stream, [p] { release(p, Where::device); });
  return state.sticky;
}
// Does not wait for the device: a copy still under way then touches freed memory, for
// AddressSanitizer to see.
cudaError_t cudaFreeHost(void* p) { return release(p, Where::pinned_host); }

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t size, cudaMemcpyKind kind) {
  return call(__func__,
              [&] { return copy(plain(to, from, size), kind, nullptr, Returns::when_done); });
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t size, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return call(__func__,
              [&] { return copy(plain(to, from, size), kind, stream, Returns::when_enqueued); });
}
cudaError_t cudaMemcpy2D(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                         std::size_t width, std::size_t height, cudaMemcpyKind kind) {
  return call(__func__, [&] {
    return copy({static_cast<char*>(to), to_pitch, static_cast<const char*>(from), from_pitch,
                 width, height},
                kind, nullptr, Returns::when_done);
  });
}
cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  return call(__func__, [&] {
    return copy({static_cast<char*>(to), to_pitch, static_cast<const char*>(from), from_pitch,
                 width, height},
                kind, stream, Returns::when_enqueued);
  });
}

cudaError_t cudaMemset(void* p, int value, std::size_t size) {
  return call(__func__, [&] { return set(p, value, size, nullptr); });
}
cudaError_t cudaMemsetAsync(void* p, int value, std::size_t size, cudaStream_t stream) {
  return call(__func__, [&] { return set(p, value, size, stream); });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* p) {
  return call(__func__, [&] {
    const auto* found = find(p);
    *attributes = {};
    attributes->type = !found                                 ? cudaMemoryTypeUnregistered
                       : found->second.where == Where::device ? cudaMemoryTypeDevice
                                                              : cudaMemoryTypeHost;
    return cudaSuccess;
  });
}

}  // extern "C"
