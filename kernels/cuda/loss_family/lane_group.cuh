#pragma once

#include "cuda/loss_family/one_set.cuh"
#include "cuda/primitive/compute_anew.cuh"
#include "cuda/scatter_sum.cuh"

namespace batchgrad::cuda {

inline constexpr int lane_group_warps = 8;
inline constexpr int lane_group_threads = 32 * lane_group_warps;

/// One set of up to Lanes x Loads x Width features, a multiple of Width.
///   a block of threads   one virtual block at a time
///   a warp               32 / Lanes groups; each takes `rows` rows, and asks for all their loads
///                        before it uses the first
///   a lane               Loads pieces of Width elements of each row of its group; its part of the
///                        gradient in registers, and of the coefficients where they are few
///   products             shared out among the lanes of the group, so that each evaluates the loss
///                        of its own rows
///   gradient             128 rows in the type they are computed in, then in double, in shared
///                        memory
/// Width 1 takes any alignment and number of features; wider ones need X and the centre aligned to
/// a piece. Bytes moved: X, target, weight, offset, fold once.
template <class T, int Width, int Lanes, int Loads>
class LaneGroupLoss {
  using Value = computing_t<T>;
  using Piece = Elements<T, Width>;
  static constexpr int groups = 32 / Lanes;
  // As many rows as fill 128 bytes of registers a lane, where there are that many, and as leave a
  // lane no more than two losses to evaluate.
  static constexpr int lane_bytes =  // of a row; a register holds one piece at most
      Loads * static_cast<int>(sizeof(Piece) < 4 ? 4 : sizeof(Piece));
  static constexpr int full_rows = Width == 1 && lane_bytes > 16 ? 2 : 128 / lane_bytes;
  static constexpr int rows = full_rows < 2 * Lanes ? full_rows : 2 * Lanes;
  static constexpr index_t flush_period = chain_rows / rows;
  using Scatter = ScatterSum<Lanes, rows>;

  // For long rows the coefficients come from shared memory, for want of registers.
  static constexpr bool keeps_coefficients = Loads * Width * sizeof(Value) < 64;

 public:
  static constexpr int columns = Lanes * Loads * Width;

  /// The coefficients have zeros behind those of the features, up to `columns`.
  __device__ LaneGroupLoss(const OneSetTask<T>& task, const Value* coefficients)
      : task_(task),
        shared_coefficients_(coefficients),
        features_(static_cast<int>(task.samples.feature_count())),
        lane_(static_cast<int>(threadIdx.x) % Lanes),
        group_(static_cast<int>(threadIdx.x) % 32 / Lanes) {
    if constexpr (keeps_coefficients) {
#pragma unroll
      for (int i = 0; i < Loads; ++i) coefficients_[i] = load<Width>(coefficients + column(i));
    }
  }

  /// Leaves the warp's sums over the b-th block to sums[0 ... D + LossSumColumns::count].
  __device__ void operator()(index_t b, double* sums) {
    constexpr int step = rows * groups;
    const index_t warp = threadIdx.x / 32;
    const index_t last = task_.last_row(b);
    is_flushed_ = false;
    int steps = 0;
    for (index_t row = task_.first_row(b) + warp * step; row < last;
         row += index_t{lane_group_warps} * step) {
      add_rows(row, static_cast<int>(last - row < step ? last - row : step));
      if (++steps % flush_period == 0) flush(sums);
    }
    flush(sums);
    totals_.write_warp(sums + features_);
    totals_ = {};
  }

 private:
  __device__ __forceinline__ int column(int load) const { return (load * Lanes + lane_) * Width; }
  /// The group's u-th row, of those that the warp takes together.
  __device__ __forceinline__ int row_of(int u) const { return u * groups + group_; }

  /// `count` rows that begin with `first`.
  __device__ __forceinline__ void add_rows(index_t first, int count) {
    Piece x[rows][Loads];
    const T* from = task_.samples.features.data() + first * features_;
#pragma unroll
    for (int u = 0; u < rows; ++u)
#pragma unroll
      for (int i = 0; i < Loads; ++i) {
        x[u][i] = Piece{};
        if (row_of(u) < count && column(i) < features_)
          x[u][i] = load<Width>(from + (row_of(u) * features_ + column(i)));
      }
    const int own = row_of(Scatter::first_of_lane(lane_));  // the first whose loss is this lane's
    const int owned = lane_ % Scatter::sharers == 0 ? count : 0;
    SampleFacts<Value> facts[Scatter::held];
#pragma unroll
    for (int i = 0; i < Scatter::held; ++i)
      if (own + i * groups < owned) facts[i] = facts_of(task_, first + own + i * groups);

    Value products[rows] = {};
#pragma unroll
    for (int i = 0; i < Loads; ++i) {
      const auto centre = centre_of(i);
      const auto coefficients = coefficients_of(i);
#pragma unroll
      for (int u = 0; u < rows; ++u)
#pragma unroll
        for (int e = 0; e < Width; ++e)
          products[u] += (widen(x[u][i].element[e]) - centre.element[e]) * coefficients.element[e];
    }
    Scatter()(products);
    Value slopes[Scatter::held] = {};
#pragma unroll
    for (int i = 0; i < Scatter::held; ++i)
      if (own + i * groups < owned)
        slopes[i] =
            static_cast<Value>(totals_.add(task_, static_cast<double>(products[i]), facts[i]));
    forget_widened(x);
    Value slope[rows];
#pragma unroll
    for (int u = 0; u < rows; ++u)
      slope[u] = __shfl_sync(0xffffffffU, slopes[u % Scatter::held], Scatter::lane_of(u), Lanes);
#pragma unroll
    for (int i = 0; i < Loads; ++i) {
      const auto centre = centre_of(i);
#pragma unroll
      for (int u = 0; u < rows; ++u)
#pragma unroll
        for (int e = 0; e < Width; ++e)
          gradient_[i][e] += (widen(x[u][i].element[e]) - centre.element[e]) * slope[u];
    }
  }

  /// Pieces of 16 bits are widened again for the gradient, and their places found again: kept from
  /// the products on, through the call of the loss, these would not fit the registers.
  __device__ __forceinline__ void forget_widened(Piece (&x)[rows][Loads]) {
    if constexpr (sizeof(T) == 2 && Width > 1) {
      compute_anew(lane_);
      compute_anew(group_);
      compute_anew(features_);
#pragma unroll
      for (int u = 0; u < rows; ++u)
#pragma unroll
        for (int i = 0; i < Loads; ++i)
#pragma unroll
          for (unsigned& word : reinterpret_cast<unsigned(&)[sizeof(Piece) / 4]>(x[u][i]))
            compute_anew(word);
    }
  }

  __device__ __forceinline__ Elements<Value, Width> coefficients_of(int load) const {
    if constexpr (keeps_coefficients) return coefficients_[load];
    return cuda::load<Width>(shared_coefficients_ + column(load));
  }

  __device__ __forceinline__ Elements<Value, Width> centre_of(int load) const {
    const auto& centre = task_.samples.centre;
    if (centre.empty() || column(load) >= features_) return {};
    return cuda::load<Width>(centre.data() + column(load));
  }

  /// Carries the gradient on in double: the groups of the warp first, by a butterfly.
  __device__ void flush(double* sums) {
#pragma unroll
    for (int i = 0; i < Loads; ++i)
#pragma unroll
      for (int e = 0; e < Width; ++e) {
        Value total = gradient_[i][e];
#pragma unroll
        for (int distance = 16; distance >= Lanes; distance /= 2)
          total += __shfl_xor_sync(0xffffffffU, total, distance);
        gradient_[i][e] = 0;
        if (group_ > 0 || column(i) >= features_) continue;
        double& sum = sums[column(i) + e];
        sum = is_flushed_ ? sum + static_cast<double>(total) : static_cast<double>(total);
      }
    is_flushed_ = true;
  }

  const OneSetTask<T>& task_;
  const Value* shared_coefficients_;
  int features_;
  int lane_;                 // in the group
  int group_;                // in the warp
  bool is_flushed_ = false;  // the sums have values
  Elements<Value, Width> coefficients_[keeps_coefficients ? Loads : 1];
  Value gradient_[Loads][Width] = {};
  LossTotals totals_;
};

/// Dynamic shared memory: lane_group_warps x (D + LossSumColumns::count) doubles.
template <class T, int Width, int Lanes, int Loads>
__global__ void __launch_bounds__(lane_group_threads, 2)
    lane_group_loss_kernel(const __grid_constant__ OneSetTask<T> task) {
  using Sum = LaneGroupLoss<T, Width, Lanes, Loads>;
  struct alignas(16) Coefficients {
    computing_t<T> value[Sum::columns];
  };
  BATCHGRAD_DYNAMIC_SHARED(double, warp_sums);
  BATCHGRAD_SHARED(Coefficients, coefficients);
  for (int j = static_cast<int>(threadIdx.x); j < Sum::columns; j += lane_group_threads)
    coefficients.value[j] =
        j < task.samples.feature_count() ? task.coefficients[j] : computing_t<T>(0);
  __syncthreads();
  Sum sum(task, coefficients.value);
  for (index_t b = blockIdx.x; b < task.block_count; b += gridDim.x) {
    sum(b, warp_sums + threadIdx.x / 32 * task.width());
    __syncthreads();
    add_warps<lane_group_warps>(warp_sums, task.width(), task.sums(b), threadIdx.x,
                                lane_group_threads);
    __syncthreads();  // warp_sums are written next
  }
}

}  // namespace batchgrad::cuda
