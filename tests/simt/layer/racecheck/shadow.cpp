#include "layer/racecheck/shadow.hpp"

#include <utility>

namespace simt::racecheck {

void Shadow::declare(std::uintptr_t base, std::size_t size, const char* name,
                     AccessChecker::Space space) {
  last_found_ = nullptr;
  Region& region = regions_[base];
  region = {base, size, name, space, std::move(region.words)};
  region.words.assign((size + 3) / 4, Word{});
}

void Shadow::forget(std::uintptr_t base) {
  last_found_ = nullptr;
  regions_.erase(base);
}

Region* Shadow::find(std::uintptr_t address) {
  if (last_found_ && address - last_found_->base < last_found_->size) return last_found_;
  auto position = regions_.upper_bound(address);
  if (position == regions_.begin()) return nullptr;
  --position;
  if (address - position->second.base >= position->second.size) return nullptr;
  return last_found_ = &position->second;
}

}  // namespace simt::racecheck
