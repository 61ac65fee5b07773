#pragma once

#include <batchgrad/core/view.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "random/shuffle.hpp"

namespace batchgrad::detail {

/// Mini-batches drawn without replacement: in each epoch the rows in a new random order, a function
/// of the seed and the epoch alone, cut into ceil(rows / size) batches. The last may be smaller.
/// Memory: 16 bytes a row.
class Batches {
 public:
  Batches(std::vector<index_t> rows, index_t size, std::uint64_t seed)
      : rows_(std::move(rows)), size_(size), seed_(seed) {}

  /// Draws the order of an epoch, which the batches are valid for; nothing changes where it is
  /// drawn already, by another fit that takes the same batches.
  void shuffle(index_t epoch) {
    if (epoch == epoch_) return;
    epoch_ = epoch;
    order_ = rows_;
    detail::shuffle(seed_, Order::epoch, static_cast<std::uint32_t>(epoch), order_);
  }

  [[nodiscard]] index_t count() const {
    const auto rows = static_cast<index_t>(rows_.size());
    return rows / size_ + (rows % size_ != 0 ? 1 : 0);
  }
  [[nodiscard]] VectorView<const index_t> operator[](index_t batch) const {
    const index_t first = batch * size_;
    return {order_.data() + first, std::min(size_, static_cast<index_t>(order_.size()) - first)};
  }

 private:
  std::vector<index_t> rows_;
  std::vector<index_t> order_;
  index_t size_;
  std::uint64_t seed_;
  index_t epoch_ = -1;
};

}  // namespace batchgrad::detail
