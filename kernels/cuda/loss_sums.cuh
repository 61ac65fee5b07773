#pragma once

#include <batchgrad/core/reduce.hpp>
#include <batchgrad/regression/parameter_sets.hpp>

#include "cuda/block_sum.cuh"
#include "cuda/widening_load.cuh"

namespace batchgrad::cuda {

inline constexpr int loss_sums_threads = 256;
inline constexpr index_t loss_sums_tile_rows = loss_sums_threads;  ///< at most: a thread a row

/// Whether rows of X pass through shared memory, or are read from the second-level cache again
/// for the gradient because a single one does not fit.
enum class Staging { shared, none };

/// Sums over the virtual blocks [first_block, first_block + block_count) of a data set.
/// All pointers are of the device; the samples hold just the rows of these blocks.
template <class T>
struct LossSumsTask {
  Samples<T> samples;     ///< by rows, D elements apart, or by columns
  ParameterSets<T> sets;  ///< compact
  VirtualBlocks blocks;
  index_t first_block;
  index_t block_count;
  double* partials;   ///< [block][row][D + LossSumColumns::count], of all virtual blocks
  index_t tile_rows;  ///< 1 .. loss_sums_tile_rows; a tile fits shared memory
};

/// Loss, gradient and their relatives for S parameter sets, X read once from memory.
///   a block of threads    one virtual block of rows at a time, tile by tile
///   a tile                copied to shared memory, then for each set:
///     prediction          a group of lanes a row; computing_t<T> within a lane, double across
///     lanes loss, derivative    a thread a row, in double gradient            a thread a column
///     (several rows' groups where D is small); T within a
///                         tile, double across tiles, groups in order
/// Bytes moved: X, target, weight, offset, fold once; 8 S (D + 4) twice a tile, in cache.
template <class T, Staging staging>
class LossSumsBlock {
 public:
  using Computing = computing_t<T>;

  __device__ LossSumsBlock(const LossSumsTask<T>& task, index_t block, T* tile, double* row_values,
                           double* scratch)
      : task_(task),
        features_(task.samples.feature_count()),
        origin_(task.blocks.first(task.first_block)),
        block_(block),
        tile_(tile),
        row_values_(row_values),
        scratch_(scratch) {
    pass_columns_ = features_ < loss_sums_threads ? features_ : loss_sums_threads;
    if (pass_columns_ == 0) pass_columns_ = 1;  // a model of an intercept alone
    groups_ = loss_sums_threads / pass_columns_;
    group_ = threadIdx.x / pass_columns_;
    column_ = threadIdx.x % pass_columns_;
  }

  __device__ void operator()() {
    for_each_set([this](index_t s) { add_set(s); });
  }

 protected:
  /// Calls add(s) for every set of every tile, between barriers.
  template <class Add>
  __device__ void for_each_set(Add&& add) {
    clear();
    const index_t last = task_.blocks.last(block_);
    for (index_t m = task_.blocks.first(block_); m < last; m += task_.tile_rows) {
      row_ = m - origin_;
      rows_ = m + task_.tile_rows < last ? task_.tile_rows : last - m;
      load_tile();
      __syncthreads();
      for (index_t s = 0; s < task_.sets.count(); ++s) add(s);
    }
  }

  /// Entry j of the sums of a row of the sets in this block's part of the partial sums.
  __device__ double& partial(index_t row, index_t j) const {
    const index_t width = features_ + LossSumColumns::count;
    return task_.partials[(block_ * task_.sets.rows() + row) * width + j];
  }

  /// A barrier lies between this and what is added.
  __device__ void clear() {
    for (index_t row = 0; row < task_.sets.rows(); ++row) {
      if (group_ == 0)
        for (index_t j = column_; j < features_; j += pass_columns_) partial(row, j) = 0;
      if (threadIdx.x == 0)
        for (index_t k = 0; k < LossSumColumns::count; ++k) partial(row, features_ + k) = 0;
    }
  }

  /// 16 bytes a thread where the tile's first element is aligned to them: always when its first
  /// row is a multiple of 4.
  __device__ void load_tile() {
    if constexpr (staging == Staging::shared) {
      if (task_.samples.features.layout() == Layout::columns) return transpose_tile();
      struct alignas(16) Vector {
        T element[16 / sizeof(T)];
      };
      constexpr index_t width = 16 / sizeof(T);
      const T* from = task_.samples.features.data() + row_ * features_;
      const index_t size = rows_ * features_;
      const bool is_aligned = reinterpret_cast<unsigned long long>(from) % 16 == 0;
      const index_t vectors = is_aligned ? size / width : 0;
      for (index_t i = threadIdx.x; i < vectors; i += loss_sums_threads)
        reinterpret_cast<Vector*>(tile_)[i] = reinterpret_cast<const Vector*>(from)[i];
      for (index_t i = vectors * width + threadIdx.x; i < size; i += loss_sums_threads)
        tile_[i] = from[i];
    }
  }

  /// Neighbouring threads read neighbouring rows of a column.
  __device__ void transpose_tile() {
    for (index_t i = threadIdx.x; i < rows_ * features_; i += loss_sums_threads) {
      const index_t r = i % rows_;
      const index_t j = i / rows_;
      tile_[r * features_ + j] = task_.samples.features(row_ + r, j);
    }
  }

  __device__ Computing feature(index_t r, index_t j) const {
    const Computing value = widen(staging == Staging::shared ? tile_[r * features_ + j]
                                                             : task_.samples.features(row_ + r, j));
    return task_.samples.centre.empty() ? value : value - task_.samples.centre[j];
  }

  __device__ void add_set(index_t s) {
    predict(s, row_values_);
    __syncthreads();
    add_losses(s);
    add_gradient(s, row_values_);
    __syncthreads();  // row_values_, and after the last set the tile, are written next
  }

  /// values[r] = x_r . w, w a row of the sets'
  __device__ void predict(index_t row, double* values) {
    int lanes = 1;
    while (lanes < 32 && lanes < features_) lanes *= 2;
    const index_t rows_at_once = loss_sums_threads / lanes;
    const auto w = task_.sets.coefficients.row(row);
    for (index_t base = 0; base < rows_; base += rows_at_once) {
      const index_t r = base + threadIdx.x / lanes;
      const index_t lane = threadIdx.x % lanes;
      Computing sum = 0;
      if (r < rows_)
        for (index_t j = lane; j < features_; j += lanes) sum += feature(r, j) * w[j];
      const double prediction = lane_group_sum(static_cast<double>(sum), lanes);
      if (r < rows_ && lane == 0) values[r] = prediction;
    }
  }

  /// Turns row_values_ from predictions into weighted derivatives; ends with a barrier.
  __device__ void add_losses(index_t s) {
    const Samples<T>& samples = task_.samples;
    double slope = 0;
    double loss_value = 0;
    double square = 0;
    double held_out_loss = 0;
    const index_t r = threadIdx.x;
    if (r < rows_) {
      const index_t m = row_ + r;
      const double prediction = row_values_[r] + static_cast<double>(task_.sets.intercepts[s]) +
                                (samples.offset.empty() ? 0.0 : double(samples.offset[m]));
      const auto target = static_cast<double>(samples.target[m]);
      const double weight = samples.weight.empty() ? 1.0 : double(samples.weight[m]);
      const bool is_held_out = task_.sets.holds_out(s, samples, m);
      task_.sets.losses[s].visit([&](const auto& loss) {
        const double value = weight * loss.value(prediction, target);
        const double derivative = is_held_out ? 0.0 : loss.derivative(prediction, target);
        slope = weight * derivative;
        square = slope * derivative;
        (is_held_out ? held_out_loss : loss_value) = value;
      });
      row_values_[r] = slope;
    }
    slope = block_sum<loss_sums_threads>(slope, scratch_);
    loss_value = block_sum<loss_sums_threads>(loss_value, scratch_ + 32);
    square = block_sum<loss_sums_threads>(square, scratch_ + 64);
    if (!task_.sets.held_out.empty())
      held_out_loss = block_sum<loss_sums_threads>(held_out_loss, scratch_ + 96);
    if (threadIdx.x == 0) {
      partial(s, features_ + LossSumColumns::slope) += slope;
      partial(s, features_ + LossSumColumns::loss) += loss_value;
      partial(s, features_ + LossSumColumns::square) += square;
      partial(s, features_ + LossSumColumns::held_out_loss) += held_out_loss;
    }
    __syncthreads();  // the gradient uses scratch_ again
  }

  /// Adds x_r slopes[r] to the sums of a row of the sets.
  __device__ void add_gradient(index_t row, const double* slopes) {
    const index_t passes = (features_ + pass_columns_ - 1) / pass_columns_;
    for (index_t pass = 0; pass < passes; ++pass) {
      const index_t j = pass * pass_columns_ + column_;
      const bool is_inside = j < features_ && group_ < groups_;
      Computing sum = 0;
      if (is_inside)
        for (index_t r = group_; r < rows_; r += groups_)
          sum += feature(r, j) * static_cast<Computing>(slopes[r]);
      auto total = static_cast<double>(sum);
      if (groups_ > 1) {
        scratch_[threadIdx.x] = total;
        __syncthreads();
        for (index_t g = 1; g < groups_ && group_ == 0; ++g)
          total += scratch_[g * pass_columns_ + column_];
      }
      if (is_inside && group_ == 0) partial(row, j) += total;
    }
  }

  const LossSumsTask<T>& task_;
  index_t features_;
  index_t origin_;  // first sample of the rows that the device holds
  index_t block_;
  T* tile_;
  double* row_values_;
  double* scratch_;
  index_t pass_columns_;  // columns that have a thread at the same time
  index_t groups_;        // of rows; each has its own thread for a column
  index_t group_;
  index_t column_;
  index_t row_ = 0;   // first row of the tile, counted from origin_
  index_t rows_ = 0;  // of the tile
};

template <class T, Staging staging>
__global__ void __launch_bounds__(loss_sums_threads)
    loss_sums_kernel(const __grid_constant__ LossSumsTask<T> task) {
  BATCHGRAD_DYNAMIC_SHARED(T, tile);
  BATCHGRAD_SHARED_ARRAY(double, row_values, loss_sums_tile_rows);
  BATCHGRAD_SHARED_ARRAY(double, scratch, loss_sums_threads);
  for (index_t b = blockIdx.x; b < task.block_count; b += gridDim.x)
    LossSumsBlock<T, staging>(task, task.first_block + b, tile, row_values, scratch)();
}

}  // namespace batchgrad::cuda
