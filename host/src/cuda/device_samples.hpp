#pragma once

#include <batchgrad/core/reduce.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/regression/samples.hpp>

#include <algorithm>

#include "cuda/device_features.hpp"

namespace batchgrad::cuda {

/// Room on the device for the samples of a number of virtual blocks, and the copying of them.
template <class T>
class DeviceSamples {
 public:
  /// Room for `most_blocks` virtual blocks, or half of them, and so on, as the memory allows.
  /// Throws OutOfDeviceMemory where not even one fits.
  DeviceSamples(const Device& device, const Samples<T>& host, const VirtualBlocks& blocks,
                index_t most_blocks)
      : device_(device), host_(host), blocks_(blocks) {
    for (capacity_ = most_blocks;; capacity_ = (capacity_ + 1) / 2) {
      try {
        allocate(std::min(capacity_ * blocks.rows, blocks.samples));
        return;
      } catch (const OutOfDeviceMemory&) {
        release();
        if (capacity_ == 1) throw;
      }
    }
  }

  /// Virtual blocks that fit at a time.
  [[nodiscard]] index_t capacity() const { return capacity_; }

  /// Copies the samples of blocks [first, first + count); the views are of the device.
  Samples<T> copy_blocks(index_t first, index_t count, const Stream& stream) const {
    const index_t row = blocks_.first(first);
    const index_t rows = blocks_.last(first + count - 1) - row;
    return {features_.copy(row, rows, stream),
            copy(target_, host_.target, row, rows, stream),
            copy(weight_, host_.weight, row, rows, stream),
            copy(offset_, host_.offset, row, rows, stream),
            copy(centre_, host_.centre, 0, host_.centre.size(), stream),
            copy(fold_, host_.fold, row, rows, stream)};
  }

 private:
  void allocate(index_t rows) {
    features_ = DeviceFeatures<T>(device_, host_.features, rows);
    target_ = DeviceBuffer<computing_t<T>>(rows);
    if (!host_.weight.empty()) weight_ = DeviceBuffer<computing_t<T>>(rows);
    if (!host_.offset.empty()) offset_ = DeviceBuffer<computing_t<T>>(rows);
    if (!host_.fold.empty()) fold_ = DeviceBuffer<fold_t>(rows);
    centre_ = DeviceBuffer<computing_t<T>>(host_.centre.size());
  }
  void release() {
    features_ = DeviceFeatures<T>();
    for (auto* buffer : {&target_, &weight_, &offset_, &centre_})
      *buffer = DeviceBuffer<computing_t<T>>();
    fold_ = DeviceBuffer<fold_t>();
  }
  template <class Element>
  static VectorView<const Element> copy(const DeviceBuffer<Element>& to,
                                        VectorView<const Element> from, index_t first,
                                        index_t count, const Stream& stream) {
    if (from.empty()) return {};
    copy_to_device(to.data(), from.data() + first, count, stream);
    return {to.data(), count};
  }

  Device device_;
  Samples<T> host_;
  VirtualBlocks blocks_;
  index_t capacity_ = 0;
  DeviceFeatures<T> features_;
  DeviceBuffer<computing_t<T>> target_;
  DeviceBuffer<computing_t<T>> weight_;
  DeviceBuffer<computing_t<T>> offset_;
  DeviceBuffer<computing_t<T>> centre_;
  DeviceBuffer<fold_t> fold_;
};

}  // namespace batchgrad::cuda
