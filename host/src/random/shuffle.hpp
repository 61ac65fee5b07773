#pragma once

#include <batchgrad/core/philox.hpp>
#include <batchgrad/core/view.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace batchgrad::detail {

/// Kinds of random orders of one seed; the last word of Philox's counter, beyond those of made-up
/// data.
enum class Order : std::uint32_t { holdout = 16, epoch, folds };

inline RandomOrder random_order(std::uint64_t seed, Order kind, std::uint32_t round) {
  return {seed, static_cast<Philox::Word>(kind), round};
}

/// Puts `values` into a random order.
inline void shuffle(const RandomOrder& order, std::vector<index_t>& values) {
  for (auto i = static_cast<index_t>(values.size()); i > 1; --i)
    std::swap(values[static_cast<std::size_t>(i - 1)],
              values[static_cast<std::size_t>(order.partner(i))]);
}
inline void shuffle(std::uint64_t seed, Order kind, std::uint32_t round,
                    std::vector<index_t>& values) {
  shuffle(random_order(seed, kind, round), values);
}

}  // namespace batchgrad::detail
