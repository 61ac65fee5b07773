#pragma once

#include "cuda/loss_family/set_group.cuh"
#include "cuda/primitive/compute_anew.cuh"
#include "cuda/scatter_sum.cuh"

namespace batchgrad::cuda {

/// Up to four outputs by fused multiply-adds.
///   a group        Lanes lanes; four rows, whose products are shared out among its lanes
///   a lane         Loads pieces of 16 bytes, as they are computed with, of each row: its part of
///                  the gradients in registers, the coefficients from shared memory
/// Where D or the alignment forbid to load pieces, their elements are loaded one by one, and lanes
/// take them in turn.
template <class T, int Lanes, int Loads>
class FmaSlab {
  using Value = computing_t<T>;
  static constexpr int width = 16 / static_cast<int>(sizeof(Value));
  static constexpr int groups = 32 / Lanes;
  static constexpr int group_rows = 4;
  using Part = Elements<Value, width>;

 public:
  static constexpr int outputs = 4;
  static constexpr int rows = group_rows * groups;
  static constexpr int columns = Lanes * Loads * width;
  static constexpr int stride = outputs;
  static constexpr int parts = Loads;
  static constexpr int part_columns = Lanes * width;
  static constexpr int chain = group_rows;  ///< products that a tile adds to an element

  /// Of shared memory a value for every column of the slabs of a row, for each output and for the
  /// centre behind them; in the order in which lanes have the columns.
  __device__ FmaSlab(const SetGroupTask<T>& task, Value* coefficients, const SetGroupShape& shape)
      : task_(task),
        coefficients_(coefficients),
        shape_(shape),
        thread_(static_cast<int>(threadIdx.x)) {
    find_place();
    const int pitch = shape.column_warps * columns;
    const auto& centre = task.samples.centre;
    for (int i = static_cast<int>(threadIdx.x); i < (outputs + 1) * pitch; i += set_group_threads) {
      const int output = i / pitch;
      const int place = i % pitch;
      const int j =
          place / part_columns * part_columns + column(place % part_columns / width, place % width);
      Value value = 0;
      if (j < features() && output < task.sets.rows()) value = task.sets.coefficients(output, j);
      if (j < features() && output == outputs && !centre.empty()) value = centre[j];
      coefficients[i] = value;
    }
  }

  __device__ __forceinline__ void multiply(const T* slab, int count, Value* products) {
    find_place();
    if (count <= 0) return;
    Value sums[group_rows * outputs] = {};
#pragma unroll
    for (int i = 0; i < Loads; ++i) {
      Part coefficients[outputs];
#pragma unroll
      for (int s = 0; s < outputs; ++s) coefficients[s] = shared_part(s, i);
      for_each_feature(slab, count, i, [&](int u, int e, Value x) {
#pragma unroll
        for (int s = 0; s < outputs; ++s) sums[u * outputs + s] += x * coefficients[s].element[e];
      });
    }
    using Scatter = ScatterSum<Lanes, group_rows * outputs>;
    Scatter()(sums);
    const int first = Scatter::first_of_lane(lane_);
#pragma unroll
    for (int k = 0; k < Scatter::held; ++k)
      products[row_of((first + k) / outputs) * stride + (first + k) % outputs] = sums[k];
  }

  __device__ __forceinline__ void add_gradient(const T* slab, int count, const Value* slopes) {
    find_place();
    if (count <= 0) return;  // there may be no slopes either
    Elements<Value, outputs> slope[group_rows];
#pragma unroll
    for (int u = 0; u < group_rows; ++u) slope[u] = load<outputs>(slopes + row_of(u) * stride);
#pragma unroll
    for (int i = 0; i < Loads; ++i)
      for_each_feature(slab, count, i, [&](int u, int e, Value x) {
#pragma unroll
        for (int s = 0; s < outputs; ++s) gradient_[s][i][e] += x * slope[u].element[s];
      });
  }

  /// The groups' sums first, by a butterfly. Begins anew.
  __device__ __forceinline__ void write_part(int part, Value* gradient) {
#pragma unroll
    for (int s = 0; s < outputs; ++s)
#pragma unroll
      for (int e = 0; e < width; ++e) {
        Value total = gradient_[s][part][e];
#pragma unroll
        for (int distance = 16; distance >= Lanes; distance /= 2)
          total += __shfl_xor_sync(0xffffffffU, total, distance);
        gradient_[s][part][e] = 0;
        if (group_ == 0) gradient[s * part_columns + column(lane_, e)] = total;
      }
  }

 private:
  __device__ __forceinline__ int features() const {
    return static_cast<int>(task_.feature_count());
  }
  /// The group's u-th row.
  __device__ __forceinline__ int row_of(int u) const { return u * groups + group_; }
  /// Element e of a lane's load, of the columns of a part.
  __device__ __forceinline__ int column(int lane, int e) const {
    return task_.loads_pieces ? lane * width + e : e * Lanes + lane;
  }
  __device__ __forceinline__ Part shared_part(int output, int i) const {
    return load<width>(coefficients_ + output * shape_.column_warps * columns + first_column_ +
                       i * part_columns + lane_ * width);
  }

  /// Found again for each tile: held in no register meanwhile.
  __device__ __forceinline__ void find_place() {
    compute_anew(thread_);
    first_column_ = thread_ / 32 % shape_.column_warps * columns;
    lane_ = thread_ % Lanes;
    group_ = thread_ % 32 / Lanes;
  }

  /// use(row of the group, element, feature minus centre) for the i-th load of `count` rows; the
  /// loads first.
  template <class Use>
  __device__ __forceinline__ void for_each_feature(const T* slab, int count, int i,
                                                   const Use& use) const {
    const int first = first_column_ + i * part_columns;
    if (first >= features()) return;
    Elements<T, width> x[group_rows];
#pragma unroll
    for (int u = 0; u < group_rows; ++u) {
      const T* row = slab + row_of(u) * features() + first;
      x[u] = {};
      if (row_of(u) >= count) continue;
      if (task_.loads_pieces) {
        if (first + lane_ * width < features()) x[u] = load<width>(row + lane_ * width);
      } else {
#pragma unroll
        for (int e = 0; e < width; ++e)
          if (first + column(lane_, e) < features()) x[u].element[e] = row[column(lane_, e)];
      }
    }
    const Part centre = shared_part(outputs, i);
#pragma unroll
    for (int u = 0; u < group_rows; ++u)
      if (row_of(u) < count) {
#pragma unroll
        for (int e = 0; e < width; ++e) use(u, e, widen(x[u].element[e]) - centre.element[e]);
      }
  }

  const SetGroupTask<T>& task_;
  const Value* coefficients_;
  const SetGroupShape& shape_;
  int thread_;
  int first_column_;
  int lane_;   // in the group
  int group_;  // in the warp
  Value gradient_[outputs][Loads][width] = {};
};

template <class T, int Lanes, int Loads>
__global__ void __launch_bounds__(set_group_threads, 2)
    fma_sets_loss_kernel(const __grid_constant__ SetGroupTask<T> task,
                         const __grid_constant__ TileLayout<T> layout,
                         const __grid_constant__ SetGroupShape shape) {
  BATCHGRAD_DYNAMIC_SHARED(unsigned char, memory);
  add_set_group<T, FmaSlab<T, Lanes, Loads>>(task, layout, shape, memory);
}

}  // namespace batchgrad::cuda
