#pragma once

#include <array>
#include <cstdint>

namespace batchgrad::detail {

/// Philox4x32-10: a bijection of 128-bit counters for each 64-bit key. A random number is a
/// function of its place alone, so any thread can make any of them in any order.
/// Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC11 (2011).
class Philox {
 public:
  using Counter = std::array<std::uint32_t, 4>;

  explicit constexpr Philox(std::uint64_t key)
      : key_{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)} {}

  [[nodiscard]] constexpr Counter operator()(Counter counter) const {
    std::array<std::uint32_t, 2> key = key_;
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t even = std::uint64_t{0xD2511F53} * counter[0];
      const std::uint64_t odd = std::uint64_t{0xCD9E8D57} * counter[2];
      counter = {static_cast<std::uint32_t>(odd >> 32) ^ counter[1] ^ key[0],
                 static_cast<std::uint32_t>(odd),
                 static_cast<std::uint32_t>(even >> 32) ^ counter[3] ^ key[1],
                 static_cast<std::uint32_t>(even)};
      key[0] += 0x9E3779B9;  // the golden ratio, then sqrt(3) - 1: Weyl sequences of round keys
      key[1] += 0xBB67AE85;
    }
    return counter;
  }

 private:
  std::array<std::uint32_t, 2> key_;
};

/// A number strictly between 0 and 1: the midpoints of 2^52 equal intervals.
[[nodiscard]] constexpr double uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = ((std::uint64_t{high} << 32) | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

}  // namespace batchgrad::detail
