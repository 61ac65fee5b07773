#pragma once

#include "cuda/loss_family/one_set.cuh"
#include "cuda/scatter_sum.cuh"

namespace batchgrad::cuda {

/// Coefficients and centre of up to Columns features, zeros behind them. For threads that each see
/// all columns: in shared memory, because registers are short.
template <class Value, int Columns>
struct ThreadModel {
  Value coefficients[Columns];
  Value centre[Columns];

  /// Column j of them, below Columns.
  template <class T>
  __device__ void load(const OneSetTask<T>& task, index_t j) {
    const Samples<T>& samples = task.samples;
    const bool is_inside = j < samples.feature_count();
    coefficients[j] = is_inside ? task.coefficients[j] : Value(0);
    centre[j] = is_inside && !samples.centre.empty() ? samples.centre[j] : Value(0);
  }
};

/// The gradient over the rows of a thread that sees all columns: in registers; 128 rows in the type
/// they are computed in, then shared out among the warp's lanes and carried on in double.
template <class Value, int Columns>
class ThreadGradient {
  static constexpr int padded = Columns <= 4 ? 4 : Columns <= 8 ? 8 : Columns <= 16 ? 16 : 32;
  using Scatter = ScatterSum<32, padded>;
  static_assert(Columns <= 32 && Scatter::held == 1);

 public:
  __device__ __forceinline__ void add(int column, Value product) { gradient_[column] += product; }

  /// After that many products for every column, a divisor of 128. The whole warp calls it alike.
  __device__ __forceinline__ void count_rows(int rows) {
    chain_ += rows;
    if (chain_ == chain_rows) flush();
  }

  /// Leaves the warp's sums to sums[0 ... features) and begins anew.
  __device__ void write_warp(double* sums, int features) {
    flush();
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const int column = Scatter::first_of_lane(lane);
    if (lane % Scatter::sharers == 0 && column < features) sums[column] = column_;
    column_ = 0;
  }

 private:
  /// Every lane is left with the sum of one column over the warp.
  __device__ void flush() {
    Value shared_out[padded];
#pragma unroll
    for (int j = 0; j < padded; ++j) shared_out[j] = j < Columns ? gradient_[j] : Value(0);
    Scatter()(shared_out);
    column_ += static_cast<double>(shared_out[0]);
#pragma unroll
    for (int j = 0; j < Columns; ++j) gradient_[j] = 0;
    chain_ = 0;
  }

  Value gradient_[Columns] = {};
  int chain_ = 0;  // rows in gradient_
  double column_ = 0;
};

}  // namespace batchgrad::cuda
