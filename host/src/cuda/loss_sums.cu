#include <algorithm>
#include <vector>

#include "cuda/device_samples.hpp"
#include "cuda/loss_sums.cuh"
#include "cuda/loss_sums.hpp"
#include "cuda/runtime.hpp"
#include "cuda/tree_sum.cuh"

namespace batchgrad::cuda {
namespace {

constexpr index_t tile_bytes = 64 * 1024;  // of X in shared memory: three blocks a multiprocessor

template <class T>
class CudaLossSums final : public LossSums<T> {
 public:
  CudaLossSums(const Device& device, const Samples<T>& samples, const Loss& loss)
      : device_((device.select(), device)),
        loss_(std::visit([](const auto& l) { return AnyLoss(l); }, loss)),
        features_(samples.feature_count()),
        blocks_(VirtualBlocks::of(samples.count(), features_, sizeof(T))),
        samples_(samples, blocks_, most_chunk_blocks()) {
    if (samples_.capacity() >= blocks_.count) {
      resident_ = samples_.copy_blocks(0, blocks_.count, stream_);
      stream_.synchronize();
    }
  }

  void evaluate(MatrixView<const T> coefficients, VectorView<const T> intercepts,
                MatrixView<double> sums) override {
    device_.select();
    const index_t sets = sums.rows();
    const index_t width = sets * sums.columns();
    coefficients_.reserve(sets * features_);
    intercepts_.reserve(sets);
    partials_.reserve(blocks_.count * width);
    totals_.reserve(width);
    copy_rows_to_device(coefficients_.data(), coefficients, stream_);
    copy_to_device(intercepts_.data(), intercepts.data(), sets, stream_);
    if (resident_.count() > 0) {
      launch_blocks(resident_, 0, blocks_.count, sets);
    } else {
      for (index_t b = 0; b < blocks_.count; b += samples_.capacity()) {
        const index_t count = std::min(samples_.capacity(), blocks_.count - b);
        launch_blocks(samples_.copy_blocks(b, count, stream_), b, count, sets);
      }
    }
    const index_t columns = (width + tree_sum_columns - 1) / tree_sum_columns;
    launch_kernel(tree_sum_kernel, {columns, tree_sum_threads}, stream_, partials_.data(),
                  totals_.data(), blocks_.count, width);
    copy_rows_to_host(sums, totals_.data(), stream_);
    stream_.synchronize();
  }

 private:
  [[nodiscard]] index_t most_chunk_blocks() const {
    const index_t limit = device_.limits.most_chunk_blocks;
    return limit > 0 ? std::min(limit, blocks_.count) : blocks_.count;
  }

  void launch_blocks(const Samples<T>& samples, index_t first, index_t count, index_t sets) {
    const auto row_bytes = std::max<index_t>(features_, 1) * static_cast<index_t>(sizeof(T));
    constexpr index_t static_bytes = 8 * (loss_sums_tile_rows + loss_sums_threads) + 1024;
    const bool fits = row_bytes + static_bytes <= device_.shared_bytes_block;
    index_t rows = std::clamp<index_t>(fits ? tile_bytes / row_bytes : loss_sums_tile_rows, 1,
                                       loss_sums_tile_rows);
    if (rows > 4) rows -= rows % 4;  // so that every tile of X starts at a multiple of 16 bytes
    const LossSumsTask<T> task{samples,
                               loss_,
                               blocks_,
                               first,
                               count,
                               {coefficients_.data(), sets, features_},
                               {intercepts_.data(), sets},
                               partials_.data(),
                               rows};
    const auto kernel =
        fits ? loss_sums_kernel<T, Staging::shared> : loss_sums_kernel<T, Staging::none>;
    const index_t shared_bytes = fits ? rows * row_bytes : 0;
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared_bytes)));
    const index_t wanted = std::min(count, index_t{device_.processors} * 3);
    launch_kernel(kernel, {device_.grid_size(wanted), loss_sums_threads, shared_bytes}, stream_,
                  task);
  }

  Device device_;
  AnyLoss loss_;
  index_t features_;
  VirtualBlocks blocks_;
  Stream stream_;
  DeviceSamples<T> samples_;
  Samples<T> resident_;  // of the device; empty where not all of it fits
  DeviceBuffer<T> coefficients_;
  DeviceBuffer<T> intercepts_;
  DeviceBuffer<double> partials_;
  DeviceBuffer<double> totals_;
};

}  // namespace

std::unique_ptr<LossSums<float>> make_loss_sums(const Device& device, const Samples<float>& samples,
                                                const Loss& loss) {
  return std::make_unique<CudaLossSums<float>>(device, samples, loss);
}
std::unique_ptr<LossSums<double>> make_loss_sums(const Device& device,
                                                 const Samples<double>& samples, const Loss& loss) {
  return std::make_unique<CudaLossSums<double>>(device, samples, loss);
}

}  // namespace batchgrad::cuda
