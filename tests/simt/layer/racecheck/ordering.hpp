#pragma once

// Which accesses of a kernel CUDA orders: within a block __syncthreads and objects that threads
// release and acquire, within a warp also __syncwarp, between blocks only a fence and an atomic on
// one address. Shuffles order nothing.

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "layer/racecheck/shadow.hpp"

namespace simt::racecheck {

class Ordering {
 public:
  void begin_launch();
  void begin_block(std::uint32_t block);
  void block_barrier() { ++epoch_; }
  /// Of one block, while others of its cluster run.
  void barrier_among_others(unsigned first, unsigned count);
  void warp_barrier(unsigned warp, unsigned lanes);
  void fence(std::uint16_t thread);
  void release(std::uint16_t thread, const void* object);
  void acquire(std::uint16_t thread, const void* object);
  void merge(const void* to, const void* from) { join(objects_[to], objects_[from]); }
  void forget(const void* object) { objects_.erase(object); }
  /// An atomic publishes what its thread fenced, and receives what others published at `address`.
  void atomic(std::uint16_t thread, std::uintptr_t address);

  [[nodiscard]] bool before(const Access& earlier, std::uint16_t thread) const;
  [[nodiscard]] bool same_epoch(const Access& access) const { return access.epoch == epoch_; }
  [[nodiscard]] Access stamp(std::uint16_t thread) const;

 private:
  static constexpr unsigned most_threads = 2048;  // of a cluster
  using LaneClocks = std::array<std::uint32_t, 32>;
  using Clocks = std::vector<std::uint32_t>;  // of the block's threads, as many as are known

  static void join(Clocks& clocks, const Clocks& others);

  // A block's accesses of earlier epochs, and those of one thread in this epoch.
  struct Published {
    std::uint64_t epoch = 0;
    std::uint16_t thread = 0;
  };
  using PublishedBlocks = std::map<std::uint32_t, Published>;

  std::uint64_t launch_ = 0;
  std::uint64_t epoch_ = 0;
  std::uint32_t block_ = 0;
  std::array<std::uint32_t, most_threads> clock_{};
  std::array<LaneClocks, most_threads> seen_{};  // of the lanes of the thread's own warp
  std::vector<Clocks> acquired_;                 // by each thread; empty in a block without objects
  std::map<const void*, Clocks> objects_;
  std::array<std::uint64_t, most_threads> fenced_{};  // the epoch of the thread's last fence
  std::map<std::uintptr_t, PublishedBlocks> published_at_;
  PublishedBlocks received_;
};

}  // namespace simt::racecheck
