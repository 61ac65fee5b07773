#include <batchgrad/error.hpp>

#include <algorithm>

#include "cuda/runtime.hpp"
#include "cuda/sampled_gradient.cuh"
#include "cuda/sampled_gradient.hpp"

namespace batchgrad::cuda {
namespace {

template <class T>
class SampledLauncher {
 public:
  SampledLauncher(const Device& device, const SampledPiece<T>& piece)
      : device_((device.select(), device)), piece_(piece), item_(piece.item) {}

  void run() {
    prepare_weights();
    const index_t row = piece_.item.inner;
    const index_t sample_size = piece_.window_places() * row;
    const index_t derivative_size = item_.places * row;
    const index_t chunk = reserve(sample_size, derivative_size);
    item_.samples = samples_.data();
    item_.derivatives = derivatives_.data();
    item_.sample_stride = sample_size;
    item_.derivative_stride = derivative_size;
    for (index_t line = 0; line < piece_.lines; line += chunk) {
      const index_t count = std::min(chunk, piece_.lines - line);
      const SampledItem<T>& host = piece_.item;
      copy_rows_to_device(samples_.data(),
                          MatrixView<const T>(host.samples + line * host.sample_stride, count,
                                              sample_size, host.sample_stride),
                          stream_);
      for_each(item_, count * derivative_size);
      copy_rows_to_host(MatrixView<T>(host.derivatives + line * host.derivative_stride, count,
                                      derivative_size, host.derivative_stride),
                        derivatives_.data(), stream_);
    }
    stream_.synchronize();
  }

 private:
  template <class Item>
  void for_each(const Item& item, index_t items) {
    const index_t blocks = (items + sampled_threads - 1) / sampled_threads;
    launch_kernel(sampled_gradient_kernel<Item>,
                  {std::min(blocks, device_.item_blocks()), sampled_threads}, stream_, items, item);
  }

  void prepare_weights() {
    const SampledItem<T>& host = piece_.item;
    const index_t rows = host.has_weights_of_places ? host.places : host.window.points;
    const index_t scales = host.has_weights_of_places ? host.places : 1;
    weights_.reserve(rows * host.window.points);
    scales_.reserve(scales);
    item_.weights = weights_.data();
    item_.scales = scales_.data();
    if (piece_.weigh.coordinates == nullptr) {
      copy_to_device(weights_.data(), host.weights, rows * host.window.points, stream_);
      copy_to_device(scales_.data(), host.scales, scales, stream_);
      return;
    }
    coordinates_.reserve(piece_.window_places());
    copy_to_device(coordinates_.data(), piece_.weigh.coordinates, piece_.window_places(), stream_);
    SampledWeightsItem weigh = piece_.weigh;
    weigh.coordinates = coordinates_.data();
    weigh.weights = weights_.data();
    weigh.scales = scales_.data();
    for_each(weigh, host.places);
  }

  /// Room for a chunk of lines, smaller ones where memory is short; returns how many lines.
  index_t reserve(index_t sample_size, index_t derivative_size) {
    constexpr index_t chunk_size = index_t{1} << 23;
    index_t lines = std::clamp<index_t>(chunk_size / sample_size, 1, piece_.lines);
    if (device_.limits.most_points > 0) lines = std::min(lines, device_.limits.most_points);
    for (;; lines = (lines + 1) / 2) {
      try {
        samples_.reserve(lines * sample_size);
        derivatives_.reserve(lines * derivative_size);
        return lines;
      } catch (const OutOfDeviceMemory&) {
        samples_ = {};
        derivatives_ = {};
        if (lines == 1) throw;
      }
    }
  }

  Device device_;
  const SampledPiece<T>& piece_;
  SampledItem<T> item_;
  Stream stream_;
  DeviceBuffer<double> coordinates_;
  DeviceBuffer<double> weights_;
  DeviceBuffer<double> scales_;
  DeviceBuffer<T> samples_;
  DeviceBuffer<T> derivatives_;
};

}  // namespace

void run_sampled_gradient(const Device& device, const SampledPiece<float>& piece) {
  SampledLauncher<float>(device, piece).run();
}
void run_sampled_gradient(const Device& device, const SampledPiece<double>& piece) {
  SampledLauncher<double>(device, piece).run();
}

}  // namespace batchgrad::cuda
