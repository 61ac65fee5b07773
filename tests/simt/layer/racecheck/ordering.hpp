#pragma once

// Which accesses of a kernel CUDA orders: within a block __syncthreads, within a warp also
// __syncwarp, between blocks only a fence and an atomic on one address. Shuffles order nothing.

#include <array>
#include <cstdint>
#include <map>

#include "layer/racecheck/shadow.hpp"

namespace simt::racecheck {

class Ordering {
 public:
  void begin_launch();
  void begin_block(std::uint32_t block);
  void block_barrier() { ++epoch_; }
  void warp_barrier(unsigned warp, unsigned lanes);
  void fence(std::uint16_t thread);
  /// An atomic publishes what its thread fenced, and receives what others published at `address`.
  void atomic(std::uint16_t thread, std::uintptr_t address);

  [[nodiscard]] bool before(const Access& earlier, std::uint16_t thread) const;
  [[nodiscard]] bool same_epoch(const Access& access) const { return access.epoch == epoch_; }
  [[nodiscard]] Access stamp(std::uint16_t thread) const;

 private:
  static constexpr unsigned most_threads = 1024;
  using LaneClocks = std::array<std::uint32_t, 32>;

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
  std::array<LaneClocks, most_threads> seen_{};       // of the lanes of the thread's own warp
  std::array<std::uint64_t, most_threads> fenced_{};  // the epoch of the thread's last fence
  std::map<std::uintptr_t, PublishedBlocks> published_at_;
  PublishedBlocks received_;
};

}  // namespace simt::racecheck
