#pragma once

#include <batchgrad/core/view.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include "random/philox.hpp"

namespace batchgrad::detail {

/// Independent orders of one seed; the last word of Philox's counter, beyond those of made-up data.
enum class Order : std::uint32_t { holdout = 16, epoch, folds };

/// Puts `values` into the random order number `round`: every one of them is as likely, but for the
/// remainder of 64-bit numbers, less than one in 2^64 / values.size().
/// Reference: D. E. Knuth, The Art of Computer Programming 2 (1997), 3.4.2, algorithm P.
inline void shuffle(std::uint64_t seed, Order order, std::uint32_t round,
                    std::vector<index_t>& values) {
  const Philox random(seed);
  for (std::uint64_t i = values.size(); i > 1; --i) {
    const Philox::Counter bits =
        random({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32), round,
                static_cast<std::uint32_t>(order)});
    const std::uint64_t drawn = (std::uint64_t{bits[0]} << 32) | bits[1];
    std::swap(values[static_cast<std::size_t>(i - 1)], values[static_cast<std::size_t>(drawn % i)]);
  }
}

}  // namespace batchgrad::detail
