#pragma once

#include <batchgrad/derivative/derivative_item.hpp>
#include <batchgrad/device_plan.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>

#include "cuda/device.hpp"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// Room on the device for some points and what is computed at them, kept between calls, and the
/// streaming of any number of points through it.
template <class T>
class DerivativeMemory {
 public:
  /// Calls launch(request) for one chunk of the points after another, and copies what it writes.
  /// `stream` is where launch queues its kernels. Blocks until all results are there. The chunk is
  /// as large as the device's memory allows; results do not depend on it.
  template <class Launch>
  void stream_through(const Device& device, const Stream& stream, const DevicePlan& plan,
                      MatrixView<const T> points, const DerivativeOutput<T>& output,
                      const Launch& launch) {
    const index_t chunk = reserve(device, points, output);
    for (index_t first = 0; first < points.rows(); first += chunk) {
      const index_t count = std::min(chunk, points.rows() - first);
      copy_rows_to_device(points_.data(), points.row_range(first, count), stream);
      launch(plan.request<T>({points_.data(), count, points.columns()}, views(output, count)));
      for_each_view(output, [&](const auto& view, const auto& buffer) {
        if (!view.empty()) copy_rows_to_host(view.row_range(first, count), buffer.data(), stream);
      });
    }
    stream.synchronize();
  }

 private:
  static constexpr index_t chunk_bytes = 64 * 1024 * 1024;

  /// visit(host's view, device's buffer) for each kind of result.
  template <class Visit>
  void for_each_view(const DerivativeOutput<T>& output, const Visit& visit) {
    visit(output.derivatives, derivatives_);
    visit(output.values, values_);
    visit(output.errors, errors_);
    visit(output.statuses, statuses_);
    visit(output.steps, steps_);
    visit(output.left_slopes, left_slopes_);
    visit(output.right_slopes, right_slopes_);
  }

  /// Room for a chunk, smaller ones where memory is short; returns its points.
  index_t reserve(const Device& device, MatrixView<const T> points,
                  const DerivativeOutput<T>& output) {
    index_t bytes = points.columns() * static_cast<index_t>(sizeof(T));
    for_each_view(output, [&](const auto& view, const auto&) {
      bytes += view.columns() * static_cast<index_t>(sizeof(*view.data()));
    });
    index_t chunk =
        std::clamp<index_t>(chunk_bytes / std::max<index_t>(bytes, 1), 1, points.rows());
    if (device.limits.most_points > 0) chunk = std::min(chunk, device.limits.most_points);
    for (;; chunk = (chunk + 1) / 2) {
      try {
        points_.reserve(chunk * points.columns());
        for_each_view(output, [&](const auto& view, auto& buffer) {
          if (!view.empty()) buffer.reserve(chunk * view.columns());
        });
        return chunk;
      } catch (const OutOfDeviceMemory&) {
        release();
        if (chunk == 1) throw;
      }
    }
  }

  void release() {
    points_ = {};
    for_each_view({}, [](const auto&, auto& buffer) { buffer = {}; });
  }

  /// The device's views of `count` points for those that the host wants.
  DerivativeOutput<T> views(const DerivativeOutput<T>& output, index_t count) const {
    const auto view = [&](const auto& wanted, const auto& buffer) {
      using View = std::decay_t<decltype(wanted)>;
      return wanted.empty() ? View() : View(buffer.data(), count, wanted.columns());
    };
    return {view(output.derivatives, derivatives_),
            view(output.values, values_),
            view(output.errors, errors_),
            view(output.statuses, statuses_),
            view(output.steps, steps_),
            view(output.left_slopes, left_slopes_),
            view(output.right_slopes, right_slopes_)};
  }

  DeviceBuffer<T> points_;
  DeviceBuffer<T> derivatives_;
  DeviceBuffer<T> values_;
  DeviceBuffer<T> errors_;
  DeviceBuffer<Status> statuses_;
  DeviceBuffer<T> steps_;
  DeviceBuffer<T> left_slopes_;
  DeviceBuffer<T> right_slopes_;
};

}  // namespace batchgrad::cuda
