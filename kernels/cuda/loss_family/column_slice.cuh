#pragma once

#include "cuda/loss_family/tile_ring.cuh"
#include "cuda/scatter_sum.cuh"

namespace batchgrad::cuda {

inline constexpr index_t column_slice_ring_bytes = 204 * 1024;  ///< one block a multiprocessor
inline constexpr int column_slice_most_rows = 32;               ///< of a tile: a lane a row

/// Rows of a tile: three tiles, with what their parts need beside their rows, fit the ring. Where
/// there are several, a multiple of four, so that tiles of an odd number of floats stay aligned.
constexpr BATCHGRAD_HD index_t column_slice_tile_rows(index_t row_bytes) {
  index_t rows = (column_slice_ring_bytes / 3 - 160) / row_bytes;
  if (rows > column_slice_most_rows) rows = column_slice_most_rows;
  if (rows >= 4) rows -= rows % 4;
  return rows < 1 ? 1 : rows;
}

/// A block of threads that has whole rows.
struct Alone {
  static constexpr bool is_slice = false;

  template <class T>
  __device__ __forceinline__ ColumnRange columns(const OneSetTask<T>& task) const {
    return {0, task.samples.feature_count()};
  }
  template <class T>
  __device__ __forceinline__ TileWalk<T> walk(const OneSetTask<T>& task, index_t rows) const {
    return {task, rows};
  }
  __device__ __forceinline__ double add_up(double product, int /*rows*/, unsigned /*turn*/) const {
    return product;
  }
  __device__ __forceinline__ bool writes_totals() const { return true; }
};

/// One set of up to 32 Warps x Loads x Width features, a multiple of Width. Warps consume, one more
/// produces.
///   a block of threads   virtual blocks in turn, whose tiles pass through a ring in shared memory
///   a thread             the same Loads pieces of Width columns of every row; its part of the
///                        coefficients and of the gradient in registers
///   products             summed over each warp, then, through shared memory, over the warps by
///                        every warp for itself: one exchange a tile
///   loss                 a lane a row, by every warp for itself
///   gradient             128 rows in the type they are computed in, then in double where it is
///                        needed in the end; each thread adds to its own columns
/// Width 1 takes any alignment; wider ones need X and the centre aligned to a piece.
/// Bytes moved: X, target, weight, offset, fold once; 16 D every 128 rows, in cache.
/// With a Cluster as Among these are the features of one block of a cluster, whose products it adds
/// up with those of the others; of one block alone, with Alone.
template <class T, int Width, int Warps, int Loads, class Among = Alone>
class ColumnSliceLoss {
  using Value = computing_t<T>;
  static constexpr int together = 4;  // rows whose products are summed at once
  using Scatter = ScatterSum<32, together>;

 public:
  using Ring = TileRing<T, Among::is_slice>;
  using Products = Value[Warps][column_slice_most_rows];
  static constexpr int columns = 32 * Warps * Loads * Width;

  /// Of the products two, one for every other tile.
  __device__ ColumnSliceLoss(const OneSetTask<T>& task, const Ring& ring, Products* products,
                             CopyBarrier& exchanged, const Among& among)
      : task_(task),
        ring_(ring),
        products_(products),
        exchanged_(exchanged),
        among_(among),
        features_(static_cast<int>(among.columns(task).count)) {
    const auto* coefficients = task.coefficients + among.columns(task).first;
#pragma unroll
    for (int i = 0; i < Loads; ++i)
#pragma unroll
      for (int e = 0; e < Width; ++e)
        coefficients_[i][e] = column(i) < features_ ? coefficients[column(i) + e] : Value(0);
  }

  __device__ void operator()(index_t tile_rows) {
    unsigned turn = 0;
    for (auto tile = among_.walk(task_, tile_rows); !tile.is_done(); tile.advance()) {
      const auto rows = static_cast<int>(tile.count());
      ring_.wait();
      const T* features = ring_.features(tile.row());
      multiply(features, rows, products_[turn]);
      __syncwarp();
      if (threadIdx.x % 32 == 0) exchanged_.arrive();
      exchanged_.wait(turn);
      // These products are written again two tiles on, when every warp has been here.
      const double product = among_.add_up(block_product(rows, products_[turn]), rows, turn);
      const Value slope = evaluate(tile.row(), rows, product);
      add_gradient(features, rows, slope);
      ring_.release();
      turn ^= 1U;
      chain_ += rows;
      double* sums = task_.sums(tile.block()) + among_.columns(task_).first;
      const bool is_long = sizeof(Value) < 8 && chain_ + column_slice_most_rows > chain_rows;
      if (tile.is_last_of_block() || is_long) flush(sums);
      if (!tile.is_last_of_block()) continue;
      is_flushed_ = false;
      if (threadIdx.x < 32 && among_.writes_totals())
        totals_.write_warp(task_.sums(tile.block()) + task_.samples.feature_count());
      totals_ = {};
    }
  }

 private:
  __device__ __forceinline__ int column(int load) const {
    return (load * 32 * Warps + static_cast<int>(threadIdx.x)) * Width;
  }

  /// use(load, element, feature minus centre) of this thread's columns of a row.
  template <class Use>
  __device__ __forceinline__ void for_each_feature(const T* row, const Use& use) const {
    const bool is_centred = !task_.samples.centre.empty();
    const Value* centre = task_.samples.centre.data() + among_.columns(task_).first;
#pragma unroll
    for (int i = 0; i < Loads; ++i) {
      if (column(i) >= features_) continue;
      const auto x = load<Width>(row + column(i));
      Elements<Value, Width> c{};
      if (is_centred) c = load<Width>(centre + column(i));
#pragma unroll
      for (int e = 0; e < Width; ++e) use(i, e, widen(x.element[e]) - c.element[e]);
    }
  }

  /// The warp's part of the products of every row of the tile.
  __device__ void multiply(const T* features, int rows, Products& products) const {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    for (int first = 0; first < rows; first += together) {
      Value sums[together] = {};
#pragma unroll
      for (int u = 0; u < together; ++u)
        if (first + u < rows)
          for_each_feature(features + (first + u) * features_,
                           [&](int i, int e, Value x) { sums[u] += x * coefficients_[i][e]; });
      Scatter()(sums);
      if (lane % Scatter::sharers == 0)
        products[threadIdx.x / 32][first + Scatter::first_of_lane(lane)] = sums[0];
    }
  }

  /// Of row `lane`, over the warps.
  static __device__ double block_product(int rows, const Products& products) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    double product = 0;
    for (int warp = 0; warp < Warps && lane < rows; ++warp)
      product += static_cast<double>(products[warp][lane]);
    return product;
  }

  /// The factor of row `lane` in the gradient; the first warp adds up the losses.
  __device__ Value evaluate(index_t first, int rows, double product) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    if (lane >= rows) return 0;
    return static_cast<Value>(
        totals_.add(task_, product, ring_.facts(first, lane, task_.held_out)));
  }

  __device__ void add_gradient(const T* features, int rows, Value slope) {
    for (int r = 0; r < rows; ++r) {
      const Value factor = __shfl_sync(0xffffffffU, slope, r);
      for_each_feature(features + r * features_,
                       [&](int i, int e, Value x) { gradient_[i][e] += x * factor; });
    }
  }

  __device__ void flush(double* sums) {
#pragma unroll
    for (int i = 0; i < Loads; ++i)
#pragma unroll
      for (int e = 0; e < Width; ++e) {
        const auto total = static_cast<double>(gradient_[i][e]);
        gradient_[i][e] = 0;
        if (column(i) >= features_) continue;
        double& sum = sums[column(i) + e];
        sum = is_flushed_ ? sum + total : total;
      }
    is_flushed_ = true;
    chain_ = 0;
  }

  const OneSetTask<T>& task_;
  Ring ring_;
  Products* products_;
  CopyBarrier& exchanged_;
  Among among_;
  int features_;
  int chain_ = 0;            // rows in gradient_
  bool is_flushed_ = false;  // the sums have values
  Value coefficients_[Loads][Width];
  Value gradient_[Loads][Width] = {};
  LossTotals totals_;
};

/// Dynamic shared memory: `stages` times the layout's bytes, for tiles of column_slice_tile_rows.
template <class T, int Width, int Warps, int Loads>
__global__ void __launch_bounds__(32 * (Warps + 1), 1)
    column_slice_loss_kernel(const __grid_constant__ OneSetTask<T> task,
                             const __grid_constant__ TileLayout<T> layout, int stages) {
  using Sum = ColumnSliceLoss<T, Width, Warps, Loads>;
  BATCHGRAD_DYNAMIC_SHARED(unsigned char, memory);
  BATCHGRAD_SHARED(typename TileRing<T>::Barriers, barriers);
  BATCHGRAD_SHARED(CopyBarrier, exchanged);
  BATCHGRAD_SHARED_ARRAY(typename Sum::Products, products, 2);
  TileRing<T> ring(task, layout, stages, barriers, memory);
  if (threadIdx.x == 0) {
    ring.make(Warps);
    exchanged.make(Warps);
  }
  __syncthreads();
  if (threadIdx.x / 32 < Warps) {
    Sum(task, ring, products, exchanged, Alone{})(layout.rows);
  } else {
    for (TileWalk<T> tile(task, layout.rows); !tile.is_done(); tile.advance())
      ring.fill(tile.row(), tile.count());
  }
}

}  // namespace batchgrad::cuda
