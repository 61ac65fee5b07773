#pragma once

#include <batchgrad/error.hpp>

#include <optional>

#include "cuda/device_algorithms.hpp"
#include "cuda/random_order.cuh"
#include "solver/batches.hpp"

namespace batchgrad::cuda {

/// The rows of a batch, in the memory of the device or of the host.
struct BatchRows {
  VectorView<const index_t> rows;
  bool are_on_device;
};

/// The order of an epoch, made on the device; on the host where the device has no room for it. It
/// is the same: detail::Batches'.
class EpochOrder {
 public:
  EpochOrder(detail::Batches& batches, bool on_device, const Stream& stream) : batches_(batches) {
    if (!on_device) return;
    try {
      buffers_.emplace(static_cast<index_t>(batches.rows().size()));
    } catch (const OutOfDeviceMemory&) {
      return;
    }
    copy_to_device(buffers_->rows.data(), batches.rows().data(), buffers_->rows.size(), stream);
  }

  [[nodiscard]] const detail::Batches* batches() const { return &batches_; }
  [[nodiscard]] index_t count() const { return batches_.count(); }

  /// The host's rows stay as they are until the next call.
  void shuffle(index_t epoch, const Stream& stream) {
    if (!buffers_) return batches_.shuffle(epoch);
    const index_t rows = buffers_->rows.size();
    const Exchanges lists{buffers_->partner.data(), buffers_->last.data(), buffers_->next.data()};
    static_assert(no_exchange == ~0ULL);
    check(cudaMemsetAsync(lists.last, 0xff, static_cast<std::size_t>(rows) * sizeof(*lists.last),
                          stream.handle()));
    for_each_item_on_device(rows, LinkExchange{batches_.order_of(epoch), lists}, stream);
    for_each_item_on_device(
        rows, FollowExchanges{lists, buffers_->rows.data(), buffers_->order.data()}, stream);
  }

  [[nodiscard]] BatchRows operator[](index_t batch) const {
    if (!buffers_) return {batches_[batch], false};
    return {batches_.batch_of({buffers_->order.data(), buffers_->order.size()}, batch), true};
  }

 private:
  struct Buffers {
    DeviceBuffer<index_t> rows;
    DeviceBuffer<index_t> order;
    DeviceBuffer<index_t> partner;
    DeviceBuffer<unsigned long long> last;
    DeviceBuffer<unsigned long long> next;

    explicit Buffers(index_t size)
        : rows(size), order(size), partner(size), last(size), next(size) {}
  };

  detail::Batches& batches_;
  std::optional<Buffers> buffers_;
};

}  // namespace batchgrad::cuda
