#pragma once

#include <batchgrad/regression/samples.hpp>

#include "cuda/device.hpp"
#include "cuda/epoch_order.hpp"
#include "cuda/gather_samples.cuh"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// A mini-batch on the device, of samples that are there already.
template <class T>
class DeviceBatch {
 public:
  /// The views are valid until the next call; `rows`, where they are of the host, must be until the
  /// stream is synchronised.
  Samples<T> gather(const Device& device, const Samples<T>& from, BatchRows batch,
                    const Stream& stream) {
    const index_t count = batch.rows.size();
    const index_t columns = from.feature_count();
    if (!batch.are_on_device) {
      rows_.reserve(count);
      copy_to_device(rows_.data(), batch.rows.data(), count, stream);
      batch.rows = {rows_.data(), count};
    }
    features_.reserve(count * columns);
    target_.reserve(count);
    if (!from.weight.empty()) weight_.reserve(count);
    if (!from.offset.empty()) offset_.reserve(count);
    if (!from.fold.empty()) fold_.reserve(count);
    const index_t items = count * (columns + 1);
    const index_t blocks = (items + gather_threads - 1) / gather_threads;
    launch_kernel(gather_samples_kernel<T>, {device.grid_size(blocks), gather_threads}, stream,
                  items,
                  GatherItem<T>{from, batch.rows, features_.data(), target_.data(), weight_.data(),
                                offset_.data(), fold_.data()});
    return {{features_.data(), count, columns},
            {target_.data(), count},
            {weight_.data(), from.weight.empty() ? 0 : count},
            {offset_.data(), from.offset.empty() ? 0 : count},
            from.centre,
            {fold_.data(), from.fold.empty() ? 0 : count}};
  }

 private:
  DeviceBuffer<index_t> rows_;
  DeviceBuffer<T> features_;
  DeviceBuffer<computing_t<T>> target_;
  DeviceBuffer<computing_t<T>> weight_;
  DeviceBuffer<computing_t<T>> offset_;
  DeviceBuffer<fold_t> fold_;
};

}  // namespace batchgrad::cuda
