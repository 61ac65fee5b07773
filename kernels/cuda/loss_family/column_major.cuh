#pragma once

#include "cuda/loss_family/thread_gradient.cuh"

namespace batchgrad::cuda {

inline constexpr int column_major_warps = 4;
inline constexpr int column_major_threads = 32 * column_major_warps;

/// One set of up to Columns features that are stored by columns.
///   a block of threads   one virtual block at a time
///   a thread             Width neighbouring rows: one load a column, all of them asked for before
///                        the first is used; product, loss and gradient of its rows. Lanes exchange
///                        nothing but their sums
///   gradient             in registers, as ThreadGradient says
/// X and all that has an entry a sample are aligned to 16 bytes, and so is every column; virtual
/// blocks are of a multiple of 16 rows. Bytes moved: X, target, weight, offset, fold once.
template <class T, int Width, int Columns>
class ColumnMajorLoss {
  using Value = computing_t<T>;
  using Piece = Elements<T, Width>;
  using Facts = SampleFacts<Value>;

 public:
  using Model = ThreadModel<Value, Columns>;
  /// Of threads that share a multiprocessor: as many as leave the registers for X and the gradient,
  /// beside those that a loss needs.
  static constexpr int held_registers =
      Columns * static_cast<int>(sizeof(Piece) + sizeof(Value)) / 4;
  static constexpr int blocks_a_processor = held_registers <= 48 ? 3 : 2;

  __device__ ColumnMajorLoss(const OneSetTask<T>& task, const Model& model)
      : task_(task), model_(model), features_(static_cast<int>(task.samples.feature_count())) {}

  /// Leaves the warp's sums over the b-th block to sums[0 ... D + LossSumColumns::count].
  __device__ void operator()(index_t b, double* sums) {
    const index_t last = task_.last_row(b);
    for (index_t row = task_.first_row(b); row < last; row += column_major_threads * Width) {
      const index_t own = row + index_t{threadIdx.x} * Width;
      if (own + Width <= last)
        add_rows(own);
      else
        for (index_t m = own; m < last; ++m) add_row(m);
      gradient_.count_rows(Width);
    }
    gradient_.write_warp(sums, features_);
    totals_.write_warp(sums + features_);
    totals_ = {};
  }

 private:
  /// Width rows from m on.
  __device__ __forceinline__ void add_rows(index_t m) {
    Piece x[Columns] = {};
#pragma unroll
    for (int j = 0; j < Columns; ++j)
      if (j < features_) x[j] = load<Width>(column(j) + m);
    Facts facts[Width];
    load_facts(m, facts);
    Value products[Width] = {};
#pragma unroll
    for (int j = 0; j < Columns; ++j)
#pragma unroll
      for (int e = 0; e < Width; ++e)
        products[e] += (widen(x[j].element[e]) - model_.centre[j]) * model_.coefficients[j];
    Value slopes[Width];
#pragma unroll
    for (int e = 0; e < Width; ++e)
      slopes[e] =
          static_cast<Value>(totals_.add(task_, static_cast<double>(products[e]), facts[e]));
#pragma unroll
    for (int j = 0; j < Columns; ++j)
#pragma unroll
      for (int e = 0; e < Width; ++e)
        gradient_.add(j, (widen(x[j].element[e]) - model_.centre[j]) * slopes[e]);
  }

  __device__ __forceinline__ const T* column(int j) const {
    return task_.samples.features.data() + j * task_.samples.features.stride();
  }

  __device__ __forceinline__ void load_facts(index_t m, Facts (&facts)[Width]) const {
    const Samples<T>& samples = task_.samples;
    const auto target = load<Width>(samples.target.data() + m);
    Elements<Value, Width> weight{};
    Elements<Value, Width> offset{};
    Elements<fold_t, Width> fold{};
    if (!samples.weight.empty()) weight = load<Width>(samples.weight.data() + m);
    if (!samples.offset.empty()) offset = load<Width>(samples.offset.data() + m);
    if (!samples.fold.empty()) fold = load<Width>(samples.fold.data() + m);
#pragma unroll
    for (int e = 0; e < Width; ++e)
      facts[e] = {target.element[e], samples.weight.empty() ? Value(1) : weight.element[e],
                  offset.element[e], !samples.fold.empty() && fold.element[e] == task_.held_out};
  }

  /// One of the last rows, which do not fill a piece.
  __device__ void add_row(index_t m) {
    const auto feature = [&](int j) {
      return j < features_ ? widen(column(j)[m]) - model_.centre[j] : Value(0);
    };
    Value product = 0;
    for (int j = 0; j < features_; ++j) product += feature(j) * model_.coefficients[j];
    const auto slope =
        static_cast<Value>(totals_.add(task_, static_cast<double>(product), facts_of(task_, m)));
#pragma unroll
    for (int j = 0; j < Columns; ++j) gradient_.add(j, feature(j) * slope);
  }

  const OneSetTask<T>& task_;
  const Model& model_;
  int features_;
  ThreadGradient<Value, Columns> gradient_;
  LossTotals totals_;
};

template <class T, int Width, int Columns>
__global__ void __launch_bounds__(column_major_threads,
                                  (ColumnMajorLoss<T, Width, Columns>::blocks_a_processor))
    column_major_loss_kernel(const __grid_constant__ OneSetTask<T> task) {
  using Sum = ColumnMajorLoss<T, Width, Columns>;
  constexpr int width = Columns + static_cast<int>(LossSumColumns::count);
  BATCHGRAD_SHARED_ARRAY(double, warp_sums, column_major_warps* width);
  BATCHGRAD_SHARED(typename Sum::Model, model);
  if (threadIdx.x < Columns) model.load(task, threadIdx.x);
  __syncthreads();
  Sum sum(task, model);
  for (index_t b = blockIdx.x; b < task.block_count; b += gridDim.x) {
    sum(b, warp_sums + threadIdx.x / 32 * task.width());
    __syncthreads();
    add_warps<column_major_warps>(warp_sums, task.width(), task.sums(b), threadIdx.x,
                                  column_major_threads);
    __syncthreads();  // warp_sums are written next
  }
}

}  // namespace batchgrad::cuda
