#pragma once

#include <batchgrad/regression/feature_view.hpp>

#include <algorithm>

#include "cuda/device.hpp"
#include "cuda/loss_kernel_choice.hpp"
#include "cuda/runtime.hpp"
#include "cuda/transpose.cuh"

namespace batchgrad::cuda {

/// Room on the device for the features of some rows, and the copying of them. By columns they stay
/// by columns where there are few, each aligned to 16 bytes, and are transposed otherwise.
template <class T>
class DeviceFeatures {
 public:
  DeviceFeatures() = default;
  /// Room for `rows` of these features.
  DeviceFeatures(const Device& device, FeatureView<const T> host, index_t rows)
      : device_(device), host_(host) {
    // A single column is stored as a row of each; none, as anything.
    if (host.columns() < 2 && host.layout() == Layout::columns)
      host_ = {host.data(), host.rows(), host.columns(), 1};
    const index_t columns = host.columns();
    if (host_.layout() == Layout::rows) {
      values_ = DeviceBuffer<T>(rows * columns);
    } else if (keeps_columns(columns, sizeof(T))) {
      constexpr index_t line = 16 / static_cast<index_t>(sizeof(T));
      column_stride_ = (rows + line - 1) / line * line;
      values_ = DeviceBuffer<T>(column_stride_ * columns);
    } else {
      const index_t limit = device.limits.most_piece_rows;
      piece_rows_ = std::min(
          rows, limit > 0 ? limit : std::max<index_t>(piece_bytes / (columns * element_size), 64));
      values_ = DeviceBuffer<T>(rows * columns);
      piece_ = DeviceBuffer<T>(piece_rows_ * columns);
    }
  }

  /// Copies rows [first, first + count); the view is of the device.
  FeatureView<const T> copy(index_t first, index_t count, const Stream& stream) const {
    const index_t columns = host_.columns();
    if (column_stride_ > 0) {
      copy_rows_to_device(values_.data(), column_stride_, host_.row_range(first, count).as_stored(),
                          stream);
      return FeatureView<const T>::by_columns(values_.data(), count, columns, column_stride_);
    }
    if (host_.layout() == Layout::rows)
      copy_rows_to_device(values_.data(), host_.row_range(first, count).as_stored(), stream);
    else
      for (index_t m = 0; m < count; m += piece_rows_)
        copy_transposed(first + m, std::min(piece_rows_, count - m), values_.data() + m * columns,
                        stream);
    return {values_.data(), count, columns};
  }

 private:
  static constexpr auto element_size = static_cast<index_t>(sizeof(T));
  static constexpr index_t piece_bytes = 64 * 1024 * 1024;  // of X, transposed at a time

  void copy_transposed(index_t first, index_t count, T* to, const Stream& stream) const {
    const index_t columns = host_.columns();
    copy_rows_to_device(piece_.data(), host_.row_range(first, count).as_stored(), stream);
    const index_t wanted =
        std::min(transpose_tiles(columns, count), index_t{device_.processors} * 8);
    launch_kernel(transpose_kernel<T>, {device_.grid_size(wanted), transpose_threads}, stream,
                  MatrixView<const T>(piece_.data(), columns, count), to);
  }

  Device device_;
  FeatureView<const T> host_;
  index_t column_stride_ = 0;  // 0: by rows on the device
  index_t piece_rows_ = 0;
  DeviceBuffer<T> values_;
  DeviceBuffer<T> piece_;  // by columns, on its way to values_
};

}  // namespace batchgrad::cuda
