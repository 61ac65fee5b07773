#include <algorithm>
#include <vector>

#include "cuda/curvature_sums.cuh"
#include "cuda/curvature_sums.hpp"
#include "cuda/device_samples.hpp"
#include "cuda/runtime.hpp"
#include "cuda/tree_sum.cuh"

namespace batchgrad::cuda {
namespace {

template <class T>
class CudaCurvatureSums final : public CurvatureSums<T> {
 public:
  CudaCurvatureSums(const Device& device, const Samples<T>& samples, const Loss& loss)
      : device_((device.select(), device)),
        loss_(std::visit([](const auto& l) { return AnyLoss(l); }, loss)),
        features_(samples.feature_count()),
        pairs_(CurvaturePairs::of(features_)),
        blocks_(curvature_blocks(samples.count(), features_, sizeof(T))),
        samples_(device, samples, blocks_, most_chunk_blocks()) {
    if (samples_.capacity() >= blocks_.count) {
      resident_ = samples_.copy_blocks(0, blocks_.count, stream_);
      stream_.synchronize();
    }
  }

  void evaluate(Curvature curvature, VectorView<const computing_t<T>> coefficients,
                computing_t<T> intercept, MatrixView<double> sums) override {
    device_.select();
    const index_t width = pairs_.count() * curvature_side * curvature_side;
    coefficients_.reserve(features_);
    factors_.reserve(std::min(samples_.capacity() * blocks_.rows, blocks_.samples));
    partials_.reserve(blocks_.count * width);
    totals_.reserve(width);
    copy_to_device(coefficients_.data(), coefficients.data(), coefficients.size(), stream_);
    CurvatureTask<T> task{resident_,
                          loss_,
                          curvature,
                          blocks_,
                          0,
                          blocks_.count,
                          coefficients_.data(),
                          static_cast<double>(intercept),
                          factors_.data(),
                          partials_.data()};
    if (resident_.count() > 0) {
      launch_blocks(task);
    } else {
      for (index_t b = 0; b < blocks_.count; b += samples_.capacity()) {
        task.first_block = b;
        task.block_count = std::min(samples_.capacity(), blocks_.count - b);
        task.samples = samples_.copy_blocks(b, task.block_count, stream_);
        launch_blocks(task);
      }
    }
    const index_t columns = (width + tree_sum_columns - 1) / tree_sum_columns;
    launch_kernel(tree_sum_kernel, {columns, tree_sum_threads}, stream_, partials_.data(),
                  totals_.data(), blocks_.count, width);
    std::vector<double> totals(static_cast<std::size_t>(width));
    copy_to_host(totals.data(), totals_.data(), width, stream_);
    stream_.synchronize();
    for (index_t i = 0; i < sums.rows(); ++i)
      for (index_t j = i; j < sums.columns(); ++j)
        sums(i, j) = sums(j, i) = totals[static_cast<std::size_t>(place(i, j))];
  }

 private:
  [[nodiscard]] index_t most_chunk_blocks() const {
    const index_t limit = device_.limits.most_chunk_blocks;
    return limit > 0 ? std::min(limit, blocks_.count) : blocks_.count;
  }

  /// Where entry (i, j) is in a row of partial sums; i <= j.
  [[nodiscard]] index_t place(index_t i, index_t j) const {
    const index_t pair = pairs_.index(i / curvature_side, j / curvature_side);
    return (pair * curvature_side + i % curvature_side) * curvature_side + j % curvature_side;
  }

  void launch_blocks(const CurvatureTask<T>& task) {
    const index_t wanted = index_t{device_.processors} * 4;
    const index_t rows = std::min(wanted, (task.samples.count() + 7) / 8);
    launch_kernel(curvature_factors_kernel<T>, {device_.grid_size(rows), curvature_threads},
                  stream_, task);
    const index_t items = std::min(wanted, task.block_count * pairs_.count());
    launch_kernel(curvature_sums_kernel<T>, {device_.grid_size(items), curvature_threads}, stream_,
                  task);
  }

  Device device_;
  AnyLoss loss_;
  index_t features_;
  CurvaturePairs pairs_;
  VirtualBlocks blocks_;
  Stream stream_;
  DeviceSamples<T> samples_;
  Samples<T> resident_;  // of the device; empty where not all of it fits
  DeviceBuffer<computing_t<T>> coefficients_;
  DeviceBuffer<double> factors_;
  DeviceBuffer<double> partials_;
  DeviceBuffer<double> totals_;
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                          \
  std::unique_ptr<CurvatureSums<T>> make_curvature_sums(                   \
      const Device& device, const Samples<T>& samples, const Loss& loss) { \
    return std::make_unique<CudaCurvatureSums<T>>(device, samples, loss);  \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cuda
