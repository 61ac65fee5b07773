#include "layer/racecheck/ordering.hpp"

#include <algorithm>

namespace simt::racecheck {

void Ordering::begin_launch() {
  ++launch_;
  published_at_.clear();
}

void Ordering::begin_block(std::uint32_t block) {
  block_ = block;
  ++epoch_;
  clock_.fill(1);
  for (LaneClocks& lanes : seen_) lanes.fill(0);
  acquired_.clear();
  objects_.clear();
  fenced_.fill(0);
  received_.clear();
}

void Ordering::barrier_among_others(unsigned first, unsigned count) {
  const char barrier = 0;  // an object for the moment
  const auto thread = [=](unsigned i) { return static_cast<std::uint16_t>(first + i); };
  for (unsigned i = 0; i < count; ++i) release(thread(i), &barrier);
  for (unsigned i = 0; i < count; ++i) acquire(thread(i), &barrier);
  forget(&barrier);
}

void Ordering::warp_barrier(unsigned warp, unsigned lanes) {
  LaneClocks joined{};
  const auto taking_part = [=](unsigned lane) { return (lanes >> lane & 1) != 0; };
  for (unsigned lane = 0; lane < 32; ++lane) {
    if (!taking_part(lane)) continue;
    const unsigned thread = warp * 32 + lane;
    for (unsigned k = 0; k < 32; ++k) joined[k] = std::max(joined[k], seen_[thread][k]);
    joined[lane] = std::max(joined[lane], clock_[thread]);
  }
  for (unsigned lane = 0; lane < 32; ++lane) {
    if (!taking_part(lane)) continue;
    seen_[warp * 32 + lane] = joined;
    ++clock_[warp * 32 + lane];
  }
  if (acquired_.empty()) return;
  Clocks all;
  for (unsigned lane = 0; lane < 32; ++lane)
    if (taking_part(lane)) join(all, acquired_[warp * 32 + lane]);
  for (unsigned lane = 0; lane < 32; ++lane)
    if (taking_part(lane)) acquired_[warp * 32 + lane] = all;
}

void Ordering::join(Clocks& clocks, const Clocks& others) {
  if (clocks.size() < others.size()) clocks.resize(others.size());
  for (std::size_t i = 0; i < others.size(); ++i) clocks[i] = std::max(clocks[i], others[i]);
}

void Ordering::release(std::uint16_t thread, const void* object) {
  if (acquired_.empty()) acquired_.resize(most_threads);
  Clocks& clocks = objects_[object];
  join(clocks, acquired_[thread]);
  const unsigned first = thread / 32 * 32U;
  if (clocks.size() < first + 32) clocks.resize(first + 32);
  for (unsigned lane = 0; lane < 32; ++lane)
    clocks[first + lane] = std::max(clocks[first + lane], seen_[thread][lane]);
  clocks[thread] = std::max(clocks[thread], clock_[thread]);
  ++clock_[thread];  // what the thread does from now on comes after
}

void Ordering::acquire(std::uint16_t thread, const void* object) {
  if (acquired_.empty()) acquired_.resize(most_threads);
  join(acquired_[thread], objects_[object]);
}

void Ordering::fence(std::uint16_t thread) { fenced_[thread] = epoch_; }

void Ordering::atomic(std::uint16_t thread, std::uintptr_t address) {
  const bool publishes = fenced_[thread] != 0;
  if (!publishes && published_at_.empty()) return;
  PublishedBlocks& published = published_at_[address];
  received_.insert(published.begin(), published.end());
  if (!publishes) return;
  published.insert(received_.begin(), received_.end());
  published[block_] = {fenced_[thread], thread};
}

bool Ordering::before(const Access& earlier, std::uint16_t thread) const {
  if (earlier.launch != launch_) return true;
  if (earlier.block != block_) {
    const auto found = received_.find(earlier.block);
    if (found == received_.end()) return false;
    const Published& published = found->second;
    return earlier.epoch < published.epoch ||
           (earlier.epoch == published.epoch && earlier.thread == published.thread);
  }
  if (earlier.epoch != epoch_ || earlier.thread == thread) return true;
  if (earlier.thread / 32 == thread / 32 && earlier.clock <= seen_[thread][earlier.thread % 32])
    return true;
  return !acquired_.empty() && earlier.thread < acquired_[thread].size() &&
         earlier.clock <= acquired_[thread][earlier.thread];
}

Access Ordering::stamp(std::uint16_t thread) const {
  Access access;
  access.launch = launch_;
  access.epoch = epoch_;
  access.block = block_;
  access.clock = clock_[thread];
  access.thread = thread;
  return access;
}

}  // namespace simt::racecheck
