#include <algorithm>

#include "cuda/for_each_item.cuh"
#include "cuda/gradient.hpp"
#include "cuda/gradient_item.cuh"
#include "cuda/runtime.hpp"

namespace batchgrad::cuda {
namespace {

constexpr int block_size = 256;
constexpr index_t chunk_bytes = 64 * 1024 * 1024;  // of points, held on the device at a time

template <class Scalar, class T>
void launch_gradient(const Device& device, const Stream& stream,
                     const GradientItem<Scalar, T>& item) {
  const index_t points = item.points.rows();
  const index_t wanted =
      std::min<index_t>((points + block_size - 1) / block_size, index_t{device.processors} * 8);
  launch_kernel(for_each_item_kernel<GradientItem<Scalar, T>>,
                {device.grid_size(wanted), block_size}, stream, points, item);
}

template <class Scalar, class T>
void run(const Device& device, const GradientTask<T>& task) {
  device.select();
  const Stream stream;
  const index_t parameters = task.points.columns();
  const index_t chunk = std::clamp<index_t>(
      chunk_bytes / (parameters * static_cast<index_t>(sizeof(T))), 1, task.points.rows());
  const DeviceBuffer<T> points(chunk * parameters);
  const DeviceBuffer<T> gradients(chunk * parameters);
  const DeviceBuffer<T> values(task.values.empty() ? 0 : chunk);
  const auto function = std::visit([](const auto& f) { return AnyFunction(f); }, task.function);
  const auto stencil =
      std::visit([](const auto& s) { return AnyStencil(s); }, task.options.stencil);

  for (index_t first = 0; first < task.points.rows(); first += chunk) {
    const index_t count = std::min(chunk, task.points.rows() - first);
    copy_rows_to_device(points.data(), task.points.row_range(first, count), stream);
    launch_gradient(device, stream,
                    GradientItem<Scalar, T>{function,
                                            stencil,
                                            task.options.step,
                                            {points.data(), count, parameters},
                                            {gradients.data(), count, parameters},
                                            values.data()});
    copy_rows_to_host(task.gradients.row_range(first, count), gradients.data(), stream);
    if (values.size() > 0) copy_to_host(task.values.data() + first, values.data(), count, stream);
  }
  stream.synchronize();
}

}  // namespace

void run_gradient(const Device& device, const GradientTask<float>& task) {
  if (task.options.arithmetic == Arithmetic::wide)
    run<double>(device, task);
  else
    run<float>(device, task);
}
void run_gradient(const Device& device, const GradientTask<double>& task) {
  run<double>(device, task);
}

}  // namespace batchgrad::cuda
