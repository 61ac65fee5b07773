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
    detail::shuffle(order_of(epoch), order_);
  }

  // For whoever draws the order elsewhere.
  [[nodiscard]] const std::vector<index_t>& rows() const { return rows_; }
  [[nodiscard]] RandomOrder order_of(index_t epoch) const {
    return random_order(seed_, Order::epoch, static_cast<std::uint32_t>(epoch));
  }

  [[nodiscard]] index_t count() const {
    const auto rows = static_cast<index_t>(rows_.size());
    return rows / size_ + (rows % size_ != 0 ? 1 : 0);
  }
  [[nodiscard]] VectorView<const index_t> operator[](index_t batch) const {
    return batch_of({order_.data(), static_cast<index_t>(order_.size())}, batch);
  }
  /// A batch of rows in the order of an epoch.
  [[nodiscard]] VectorView<const index_t> batch_of(VectorView<const index_t> order,
                                                   index_t batch) const {
    const index_t first = batch * size_;
    return {order.data() + first, std::min(size_, order.size() - first)};
  }

 private:
  std::vector<index_t> rows_;
  std::vector<index_t> order_;
  index_t size_;
  std::uint64_t seed_;
  index_t epoch_ = -1;
};

}  // namespace batchgrad::detail
