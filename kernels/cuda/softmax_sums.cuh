#pragma once

#include <batchgrad/loss/softmax.hpp>

#include "cuda/loss_sums.cuh"

namespace batchgrad::cuda {

/// Shared memory for a number of each class and row of a tile; a multiple of 16.
constexpr BATCHGRAD_HD index_t class_values_bytes(index_t classes, index_t rows) {
  return (classes * rows + 1) / 2 * 16;
}

/// The same for softmax: a sample has a prediction for each of C classes.
///   a tile                copied to shared memory, then for each set:
///     predictions         of each class as those of a set, side by side in shared memory
///     loss, derivatives   a thread a row, in their place, in double
///     slopes, squares     a warp a class
///     gradient            of each class as that of a set
/// A tile has fewer rows where C is large: one row of C doubles has to fit.
/// Bytes moved: X, target, weight, fold once; 8 S C (D + 4) twice a tile, in cache.
template <class T, Staging staging>
class SoftmaxSumsBlock : private LossSumsBlock<T, staging> {
  using Base = LossSumsBlock<T, staging>;

 public:
  __device__ SoftmaxSumsBlock(const LossSumsTask<T>& task, index_t block, T* tile,
                              double* row_values, double* class_values, double* scratch)
      : Base(task, block, tile, row_values, scratch), class_values_(class_values) {}

  __device__ void operator()() {
    this->for_each_set([this](index_t s) { add_set(s); });
  }

 private:
  __device__ double* values_of(index_t c) const { return class_values_ + c * task_.tile_rows; }

  __device__ void add_set(index_t s) {
    const index_t classes = task_.sets.classes;
    for (index_t c = 0; c < classes; ++c) this->predict(s * classes + c, values_of(c));
    __syncthreads();
    add_losses(s);
    add_slopes(s);
    for (index_t c = 0; c < classes; ++c) {
      __syncthreads();  // the gradient uses scratch_ again
      this->add_gradient(s * classes + c, values_of(c));
    }
    __syncthreads();  // class_values_, and after the last set the tile, are written next
  }

  /// Turns class_values_ from predictions into weighted derivatives, row_values_ into weights; ends
  /// with a barrier.
  __device__ void add_losses(index_t s) {
    const Samples<T>& samples = task_.samples;
    const index_t first = s * task_.sets.classes;
    double loss_value = 0;
    double held_out_loss = 0;
    const index_t r = threadIdx.x;
    if (r < rows_) {
      const index_t m = row_ + r;
      const SoftmaxLoss loss{task_.sets.classes};
      for (index_t c = 0; c < loss.classes; ++c)
        values_of(c)[r] += static_cast<double>(task_.sets.intercepts[first + c]);
      const double weight = samples.weight.empty() ? 1.0 : double(samples.weight[m]);
      const bool is_held_out = task_.sets.holds_out(s, samples, m);
      const double value = weight * loss.evaluate(class_values_ + r, task_.tile_rows,
                                                  static_cast<index_t>(samples.target[m]));
      (is_held_out ? held_out_loss : loss_value) = value;
      row_values_[r] = weight;
      if (is_held_out)
        for (index_t c = 0; c < loss.classes; ++c) values_of(c)[r] = 0;
    }
    loss_value = block_sum<loss_sums_threads>(loss_value, scratch_);
    if (!task_.sets.held_out.empty())
      held_out_loss = block_sum<loss_sums_threads>(held_out_loss, scratch_ + 32);
    if (threadIdx.x == 0) {
      this->partial(first, features_ + LossSumColumns::loss) += loss_value;
      this->partial(first, features_ + LossSumColumns::held_out_loss) += held_out_loss;
    }
    __syncthreads();
  }

  /// The sums of each class's derivatives and their squares, and the weights put into the former.
  __device__ void add_slopes(index_t s) {
    constexpr index_t warps = loss_sums_threads / 32;
    const index_t lane = threadIdx.x % 32;
    for (index_t base = 0; base < task_.sets.classes; base += warps) {
      const index_t c = base + threadIdx.x / 32;
      double slope = 0;
      double square = 0;
      for (index_t r = lane; r < rows_ && c < task_.sets.classes; r += 32) {
        double& value = values_of(c)[r];
        const double derivative = value;
        value *= row_values_[r];
        slope += value;
        square += value * derivative;
      }
      slope = lane_group_sum(slope, 32);
      square = lane_group_sum(square, 32);
      if (lane > 0 || c >= task_.sets.classes) continue;
      const index_t row = s * task_.sets.classes + c;
      this->partial(row, features_ + LossSumColumns::slope) += slope;
      this->partial(row, features_ + LossSumColumns::square) += square;
    }
  }

  using Base::features_;
  using Base::row_;
  using Base::row_values_;
  using Base::rows_;
  using Base::scratch_;
  using Base::task_;

  double* class_values_;  // [class][row of the tile]
};

/// Dynamic shared memory: class_values_bytes(C, tile rows), then the tile.
template <class T, Staging staging>
__global__ void __launch_bounds__(loss_sums_threads)
    softmax_sums_kernel(const __grid_constant__ LossSumsTask<T> task) {
  BATCHGRAD_DYNAMIC_SHARED(double, class_values);
  BATCHGRAD_SHARED_ARRAY(double, row_values, loss_sums_tile_rows);
  BATCHGRAD_SHARED_ARRAY(double, scratch, loss_sums_threads);
  auto* tile = reinterpret_cast<T*>(
      class_values + class_values_bytes(task.sets.classes, task.tile_rows) / sizeof(double));
  for (index_t b = blockIdx.x; b < task.block_count; b += gridDim.x)
    SoftmaxSumsBlock<T, staging>(task, task.first_block + b, tile, row_values, class_values,
                                 scratch)();
}

}  // namespace batchgrad::cuda
