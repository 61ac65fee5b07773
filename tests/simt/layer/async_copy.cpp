#include <cstdint>
#include <cstring>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

bool aligned(const void* p, std::size_t size) {
  return reinterpret_cast<std::uintptr_t>(p) % size == 0;
}

// Reads the source now, for AddressSanitizer's interceptor to judge; the copy itself comes later.
void touch(const void* from, std::size_t size) {
  char bytes[16];
  std::memcpy(bytes, from, size);
  asm volatile("" : : "r"(bytes) : "memory");
}

void land(const AsyncCopy& copy) {
  const std::size_t moved = copy.size - copy.zero_fill;
  std::memcpy(copy.to, copy.from, moved);
  std::memset(static_cast<char*>(copy.to) + moved, 0, copy.zero_fill);
}

std::vector<std::vector<AsyncCopy>>& groups() {
  auto& groups = engine.current->copy_groups;
  if (groups.empty()) groups.emplace_back();
  return groups;
}

}  // namespace

void async_copy(void* to, const void* from, std::size_t size, std::size_t zero_fill) {
  const void* program_counter = __builtin_return_address(0);
  if ((size != 4 && size != 8 && size != 16) || zero_fill > size)
    fault([] { return "cp.async copies 4, 8 or 16 bytes"; });
  if (!aligned(to, size) || !aligned(from, size)) fault([] { return "misaligned cp.async"; });
  if (access_checker) {
    access_checker->read(from, size - zero_fill, program_counter);
    access_checker->write(to, size, program_counter);
    access_checker->uninitialised(to, size);
  }
  const InEngine scope;
  touch(from, size - zero_fill);
  std::memset(to, 0xff, size);  // whoever reads before the wait finds NaN
  groups().back().push_back({to, from, size, zero_fill, program_counter});
}

void async_commit() {
  const InEngine scope;
  groups().emplace_back();
}

void async_wait(std::size_t groups_still_allowed) {
  auto& open = engine.current->copy_groups;
  while (open.size() > groups_still_allowed + 1) {
    for (const AsyncCopy& copy : open.front()) {
      {
        const InEngine scope;
        land(copy);
      }
      if (access_checker) access_checker->write(copy.to, copy.size, copy.program_counter);
    }
    open.erase(open.begin());
  }
}

}  // namespace simt
