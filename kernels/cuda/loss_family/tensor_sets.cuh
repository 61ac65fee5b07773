#pragma once

#include "cuda/loss_family/set_group.cuh"
#include "cuda/primitive/compute_anew.cuh"
#include "cuda/split_float.cuh"

namespace batchgrad::cuda {

/// Up to eight outputs for each of the OutputTiles that are asked for, on tensor cores, which take
/// floats in two parts (split_float.cuh).
///   products       A = 16 rows by 16 columns of X, B = coefficients, which lie in shared memory
///   gradients      A = 16 columns by 16 rows of X, transposed as it is loaded, B = slopes
/// Tiles of 16 columns a slab. Neighbours in A's inner dimension are neighbours in X, so that a
/// lane loads them together; B is put in the same order. Rows and columns that are not there are
/// zeros. Where X has 16 bits and no centre its small parts, zeros, are left out.
template <class T, int Tiles, int OutputTiles>
class TensorSlab {
  static_assert(sizeof(computing_t<T>) == sizeof(float));
  static constexpr int tile = 16;

 public:
  static constexpr int outputs = 8 * OutputTiles;
  static constexpr int rows = tile;
  static constexpr int columns = tile * Tiles;
  static constexpr int stride = outputs + 2;  ///< lanes of neighbouring rows are in other banks
  static constexpr int parts = Tiles;
  static constexpr int part_columns = tile;
  static constexpr int chain = rows;  ///< products that a tile adds to an element

  /// Of shared memory tensor_pitch floats for every output, and for the centre behind them.
  __device__ TensorSlab(const SetGroupTask<T>& task, float* coefficients,
                        const SetGroupShape& shape)
      : task_(task),
        coefficients_(coefficients),
        shape_(shape),
        thread_(static_cast<int>(threadIdx.x)) {
    find_place();
    const auto& centre = task.samples.centre;
    for (int i = static_cast<int>(threadIdx.x); i < (outputs + 1) * pitch_;
         i += set_group_threads) {
      const int row = i / pitch_;
      const int j = i % pitch_;
      float value = 0;
      if (j < features() && row < task.sets.rows()) value = task.sets.coefficients(row, j);
      if (j < features() && row == outputs && !centre.empty()) value = centre[j];
      coefficients[i] = value;
    }
  }

  __device__ __forceinline__ void multiply(const T* slab, int count, float* products) {
    find_place();
    if (count <= 0) return;
    float sums[OutputTiles][4] = {};
    for (int i = 0; i < Tiles; ++i) {
      const int first = first_column_ + i * tile;
      if (first >= features()) break;
      // Step k: its columns t and t + 4 are the elements 2 k and 2 k + 1 of lane t.
      const int j = first + 4 * t_;
      const Elements<float, 4> x[2] = {row_part<4>(slab, g_, j, count),
                                       row_part<4>(slab, g_ + 8, j, count)};
      SplitFloats<4> a[2];
#pragma unroll
      for (int k = 0; k < 2; ++k)
#pragma unroll
        for (int e = 0; e < 4; ++e) a[k].set(e, x[e % 2].element[2 * k + e / 2]);
#pragma unroll
      for (int n = 0; n < OutputTiles; ++n) {
        if (8 * n >= task_.sets.rows()) break;
        const auto w = load<4>(coefficients_ + (8 * n + g_) * pitch_ + j);
        SplitFloats<2> b[2];
#pragma unroll
        for (int k = 0; k < 2; ++k)
#pragma unroll
          for (int e = 0; e < 2; ++e) b[k].set(e, w.element[2 * k + e]);
        multiply_add_split(sums[n], a, has_small(), b);
      }
    }
#pragma unroll
    for (int n = 0; n < OutputTiles; ++n)
#pragma unroll
      for (int e = 0; e < 4; ++e)
        products[(g_ + e / 2 * 8) * stride + 8 * n + 2 * t_ + e % 2] = sums[n][e];
  }

  __device__ __forceinline__ void add_gradient(const T* slab, int count, const float* slopes) {
    find_place();
    if (count <= 0) return;
    // Step k: its rows t and t + 4 are those of the tile from 8 k on.
    SplitFloats<2> b[OutputTiles][2];
#pragma unroll
    for (int n = 0; n < OutputTiles; ++n)
#pragma unroll
      for (int k = 0; k < 2; ++k)
#pragma unroll
        for (int e = 0; e < 2; ++e)
          b[n][k].set(e, slopes[(8 * k + 4 * e + t_) * stride + 8 * n + g_]);
#pragma unroll
    for (int i = 0; i < Tiles; ++i) {
      const int first = first_column_ + i * tile;
      if (first >= features()) continue;
      // A's rows g and g + 8 are the columns 2 g and 2 g + 1.
      SplitFloats<4> a[2];
#pragma unroll
      for (int k = 0; k < 2; ++k)
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          const auto x = row_part<2>(slab, 8 * k + 4 * e + t_, first + 2 * g_, count);
          a[k].set(2 * e, x.element[0]);
          a[k].set(2 * e + 1, x.element[1]);
        }
#pragma unroll
      for (int n = 0; n < OutputTiles; ++n)
        if (8 * n < task_.sets.rows()) multiply_add_split(gradient_[i][n], a, has_small(), b[n]);
    }
  }

  /// Begins anew.
  __device__ __forceinline__ void write_part(int part, float* gradient) {
#pragma unroll
    for (int n = 0; n < OutputTiles; ++n)
#pragma unroll
      for (int e = 0; e < 4; ++e) {
        gradient[(8 * n + 2 * t_ + e % 2) * part_columns + 2 * g_ + e / 2] = gradient_[part][n][e];
        gradient_[part][n][e] = 0;
      }
  }

 private:
  __device__ __forceinline__ int features() const {
    return static_cast<int>(task_.feature_count());
  }
  __device__ __forceinline__ bool has_small() const {
    return sizeof(T) == sizeof(float) || !task_.samples.centre.empty();
  }

  /// Found again for each tile: held in no register meanwhile.
  __device__ __forceinline__ void find_place() {
    compute_anew(thread_);
    first_column_ = thread_ / 32 % shape_.column_warps * columns;
    pitch_ = tensor_pitch(shape_.column_warps * columns);
    g_ = thread_ % 32 / 4;
    t_ = thread_ % 4;
  }

  /// Width features from column j on of a row, minus the centre. Where they are not there others
  /// are read, without a branch, and zeros taken.
  template <int Width>
  __device__ __forceinline__ Elements<float, Width> row_part(const T* slab, int row, int j,
                                                             int count) const {
    const bool is_inside = row < count && j < features();
    const T* from = slab + (is_inside ? row * features() + j : 0);
    Elements<T, Width> x{};
    if (task_.loads_pieces) {
      x = load<Width>(from);
    } else {
      x.element[0] = from[0];
#pragma unroll
      for (int e = 1; e < Width; ++e)
        if (is_inside && j + e < features()) x.element[e] = from[e];
    }
    const auto centre = load<Width>(coefficients_ + outputs * pitch_ + j);
    Elements<float, Width> part;
#pragma unroll
    for (int e = 0; e < Width; ++e)
      part.element[e] = is_inside ? widen(x.element[e]) - centre.element[e] : 0.0F;
    return part;
  }

  const SetGroupTask<T>& task_;
  const float* coefficients_;
  const SetGroupShape& shape_;
  int thread_;
  int first_column_;
  int pitch_;
  int g_;  // as in tensor_product.cuh
  int t_;
  float gradient_[Tiles][OutputTiles][4] = {};
};

template <class T, int Tiles, int OutputTiles>
__global__ void __launch_bounds__(set_group_threads, 2)
    tensor_sets_loss_kernel(const __grid_constant__ SetGroupTask<T> task,
                            const __grid_constant__ TileLayout<T> layout,
                            const __grid_constant__ SetGroupShape shape) {
  BATCHGRAD_DYNAMIC_SHARED(unsigned char, memory);
  add_set_group<T, TensorSlab<T, Tiles, OutputTiles>>(task, layout, shape, memory);
}

}  // namespace batchgrad::cuda
