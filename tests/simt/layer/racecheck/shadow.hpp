#pragma once

// What racecheck remembers of every word of shared and device memory.

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "layer/access_checker.hpp"

namespace simt::racecheck {

struct Access {
  std::uint64_t launch = 0;
  std::uint64_t epoch = 0;  // counts block barriers, over all blocks and launches
  std::uint32_t block = 0;
  std::uint32_t clock = 0;  // counts the thread's warp barriers within the epoch
  std::uint16_t thread = 0;
  std::uint8_t bytes = 0;  // of the word: bit i for byte i
  bool atomic = false;
  const void* program_counter = nullptr;
};

/// Four bytes. Two readers suffice: a conflicting writer differs from one of them.
struct Word {
  Access write, read, other_read;
  std::uint8_t initialised = 0;
};

struct Region {
  std::uintptr_t base;
  std::size_t size;
  const char* name;
  AccessChecker::Space space;
  std::vector<Word> words;

  [[nodiscard]] std::uintptr_t end() const { return base + size; }
};

/// The part of one word that an access touches.
struct Piece {
  Word* word;
  std::uintptr_t address;
  std::uint8_t bytes;
};

class Shadow {
 public:
  void declare(std::uintptr_t base, std::size_t size, const char* name, AccessChecker::Space space);
  void forget(std::uintptr_t base);
  Region* find(std::uintptr_t address);

  /// visit(piece) for the words of [address, address + size) within the region.
  template <class Visit>
  static void for_pieces(Region& region, std::uintptr_t address, std::size_t size, Visit visit) {
    const std::uintptr_t end = address + size < region.end() ? address + size : region.end();
    while (address < end) {
      const std::uintptr_t offset = address - region.base;
      const auto first = static_cast<unsigned>(offset % 4);
      const std::uintptr_t left = end - address;
      const auto count = static_cast<unsigned>(left < 4 - first ? left : 4 - first);
      const auto bytes = static_cast<std::uint8_t>(((1U << count) - 1) << first);
      visit(Piece{&region.words[offset / 4], address, bytes});
      address += count;
    }
  }

 private:
  std::map<std::uintptr_t, Region> regions_;
  Region* last_found_ = nullptr;
};

}  // namespace simt::racecheck
