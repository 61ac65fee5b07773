#pragma once

#include "cuda/loss_family/thread_gradient.cuh"
#include "cuda/loss_family/tile_ring.cuh"

namespace batchgrad::cuda {

inline constexpr int row_thread_warps = 7;  ///< that consume; the eighth produces
inline constexpr int row_thread_threads = 32 * (row_thread_warps + 1);
inline constexpr index_t row_thread_ring_bytes = 92 * 1024;  ///< two blocks a multiprocessor

/// Rows of a tile: one a thread, or more where rows are so short that a tile would be below 16 KiB.
constexpr BATCHGRAD_HD index_t row_thread_tile_rows(index_t row_bytes) {
  constexpr index_t threads = 32 * row_thread_warps;
  const index_t turns = 16 * 1024 / (threads * row_bytes);
  return threads * (turns < 1 ? 1 : turns);
}

/// One set of few features, up to Columns: where Width, of a load from shared memory, is above 1
/// just as many, and X aligned to it.
///   a block of threads   virtual blocks in turn, whose tiles pass through a ring in shared memory
///   a thread             a row of each tile, or several in turn: product, loss and gradient
///   gradient             in registers; 128 rows in the type they are computed in, then shared out
///                        among the warp's lanes and carried on in double
/// Bytes moved: X, target, weight, offset, fold once.
template <class T, int Columns, int Width>
class RowThreadLoss {
  using Value = computing_t<T>;
  // Long rows are read again for the gradient, for want of registers.
  static constexpr bool keeps_row = Columns * sizeof(Value) <= 32;

 public:
  using Model = ThreadModel<Value, Columns>;

  __device__ RowThreadLoss(const OneSetTask<T>& task, const TileRing<T>& ring, const Model& model)
      : task_(task),
        ring_(ring),
        model_(model),
        features_(static_cast<int>(task.samples.feature_count())) {}

  __device__ void operator()(index_t tile_rows, double* warp_sums, CopyBarrier& summed) {
    const index_t all_sums = row_thread_warps * task_.width();
    unsigned turn = 0;
    for (TileWalk<T> tile(task_, tile_rows); !tile.is_done(); tile.advance()) {
      ring_.wait();
      add_tile(tile.row(), static_cast<int>(tile.count()));
      ring_.release();
      if (!tile.is_last_of_block()) continue;
      write_warp(warp_sums + turn * all_sums);
      __syncwarp();
      if (threadIdx.x % 32 == 0) summed.arrive();
      summed.wait(turn);
      // The other half of warp_sums is written next, and this one only when all have been here.
      add_warps<row_thread_warps>(warp_sums + turn * all_sums, task_.width(),
                                  task_.sums(tile.block()), threadIdx.x, 32 * row_thread_warps);
      turn ^= 1;
    }
  }

 private:
  __device__ void add_tile(index_t first, int count) {
    const int thread = static_cast<int>(threadIdx.x);
    for (int begin = 0; begin < count; begin += 32 * row_thread_warps) {
      if (begin + thread < count) add_row(first, begin + thread);
      gradient_.count_rows(1);
    }
  }

  __device__ __forceinline__ void add_row(index_t first, int r) {
    const T* features = ring_.features(first) + r * features_;
    Value kept[Columns] = {};
    Value product = 0;
    for_each_feature(features, [&](int j, Value x) {
      kept[j] = x;
      product += x * model_.coefficients[j];
    });
    const auto slope = static_cast<Value>(
        totals_.add(task_, static_cast<double>(product), ring_.facts(first, r, task_.held_out)));
    if constexpr (keeps_row) {
#pragma unroll
      for (int j = 0; j < Columns; ++j) gradient_.add(j, kept[j] * slope);
    } else {
      for_each_feature(features, [&](int j, Value x) { gradient_.add(j, x * slope); });
    }
  }

  /// use(j, feature j minus the centre)
  template <class Use>
  __device__ __forceinline__ void for_each_feature(const T* features, const Use& use) const {
#pragma unroll
    for (int j = 0; j < Columns; j += Width) {
      if (Width == 1 && j >= features_) continue;
      const auto loaded = load<Width>(features + j);
#pragma unroll
      for (int e = 0; e < Width; ++e) use(j + e, widen(loaded.element[e]) - model_.centre[j + e]);
    }
  }

  __device__ void write_warp(double* warp_sums) {
    double* sums = warp_sums + threadIdx.x / 32 * task_.width();
    gradient_.write_warp(sums, features_);
    totals_.write_warp(sums + features_);
    totals_ = {};
  }

  const OneSetTask<T>& task_;
  TileRing<T> ring_;
  const Model& model_;
  int features_;
  ThreadGradient<Value, Columns> gradient_;
  LossTotals totals_;
};

/// Dynamic shared memory: `stages` times the layout's bytes, for tiles of row_thread_tile_rows.
template <class T, int Columns, int Width>
__global__ void __launch_bounds__(row_thread_threads, 2)
    row_thread_loss_kernel(const __grid_constant__ OneSetTask<T> task,
                           const __grid_constant__ TileLayout<T> layout, int stages) {
  using Model = typename RowThreadLoss<T, Columns, Width>::Model;
  constexpr int width = Columns + static_cast<int>(LossSumColumns::count);
  BATCHGRAD_DYNAMIC_SHARED(unsigned char, memory);
  BATCHGRAD_SHARED(typename TileRing<T>::Barriers, barriers);
  BATCHGRAD_SHARED(CopyBarrier, summed);
  BATCHGRAD_SHARED_ARRAY(double, warp_sums, 2 * row_thread_warps * width);
  BATCHGRAD_SHARED(Model, model);
  TileRing<T> ring(task, layout, stages, barriers, memory);
  if (threadIdx.x == 0) {
    ring.make(row_thread_warps);
    summed.make(row_thread_warps);
  }
  if (threadIdx.x < Columns) model.load(task, threadIdx.x);
  __syncthreads();
  if (threadIdx.x / 32 < row_thread_warps) {
    RowThreadLoss<T, Columns, Width>(task, ring, model)(layout.rows, warp_sums, summed);
  } else {
    for (TileWalk<T> tile(task, layout.rows); !tile.is_done(); tile.advance())
      ring.fill(tile.row(), tile.count());
  }
}

}  // namespace batchgrad::cuda
