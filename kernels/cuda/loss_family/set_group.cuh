#pragma once

#include <batchgrad/loss/softmax.hpp>

#include "cuda/loss_family/one_set.cuh"
#include "cuda/loss_family/set_group_shape.hpp"
#include "cuda/loss_family/tile_ring.cuh"
#include "cuda/primitive/compute_anew.cuh"

namespace batchgrad::cuda {

inline constexpr int set_group_threads = 32 * set_group_warps;

/// Loss and gradient of a group of parameter sets, which share one read of X. An output is a
/// prediction of each sample: one of each set, or of each class of each set.
template <class T>
struct SetGroupTask : BlockTask<T> {
  ParameterSets<T> sets;  ///< of the group; compact
  bool loads_pieces;    ///< rows of X are multiples of four elements (two of 8 bytes), and aligned
  index_t all_outputs;  ///< of all groups
  double* partials;     ///< [block][output][D + LossSumColumns::count], of the group's first output

  BATCHGRAD_HD double* sums(index_t b, index_t output) const {
    return partials + ((this->first_block + b) * all_outputs + output) * this->width();
  }
};

/// Called, as evaluate_loss is. Returns the loss; derivatives take the place of the predictions.
template <class Loss>
BATCHGRAD_HD_CALLED double evaluate_classes(Loss loss, double* predictions, index_t stride,
                                            index_t target) {
  return loss.evaluate(predictions, stride, target);
}

/// A group of up to Slab::outputs outputs.
///   a block of threads   virtual blocks in turn, whose tiles pass through a ring in shared memory,
///                        which its first warp fills
///   a warp               a slab of each tile, some rows by some columns: their products with the
///                        coefficients of every output, and their part of the gradients
///   products             of the warps that share a row added up in order, in double
///   loss                 some threads an output, rows in turn; of classes a thread a row and set
///   gradients            up to 128 rows in the type they are computed in, then, the warps' in
///                        order, in double in shared memory
/// Bytes moved: X, target, weight, offset, fold once.
///
/// Slab: what a warp does in its slab of `rows` by `columns`. Of every row and output it puts a
/// product at [row * stride + output] and finds a slope there; `part`s of its gradient, each of
/// part_columns, lie at [output * part_columns + column].
template <class T, class Slab>
class SetGroupLoss {
  using Value = computing_t<T>;
  static constexpr int output_threads = set_group_threads / Slab::outputs;
  static constexpr int part_size = Slab::outputs * Slab::part_columns;
  static constexpr int slab_size = Slab::rows * Slab::stride;
  static constexpr int flush_period = static_cast<int>(chain_rows) / Slab::chain;  // in tiles

 public:
  struct alignas(16) Shared {
    Value exchange[set_group_warps][slab_size > part_size ? slab_size : part_size];
    Value slopes[set_group_warps][slab_size];
    double totals[LossSumColumns::count][set_group_threads];  // not in registers, which are short
    typename TileRing<T>::Barriers barriers;
  };

  __device__ SetGroupLoss(const SetGroupTask<T>& task, const SetGroupShape& shape, Shared& shared,
                          unsigned char* memory)
      : task_(task),
        shape_(shape),
        shared_(shared),
        memory_(memory),
        thread_(static_cast<int>(threadIdx.x)),
        slab_(task, reinterpret_cast<Value*>(memory + shape.coefficients), shape) {
    clear_totals();
    for (int i = thread(); i < outputs() * features(); i += set_group_threads) sums()[i] = 0;
  }

  /// The ring has been made, and the slab's coefficients are there for all. A slab may have no
  /// rows, where less than all warps share a tile, or fewer of them are left.
  __device__ void operator()(TileRing<T> ring) {
    int passed = 0;
    for (TileWalk<T> tile(task_, tile_rows()); !tile.is_done(); tile.advance(), ++passed) {
      if (thread() < 32) fill(ring, passed);
      ring.wait();
      const int warp = thread() / 32;
      slab_.multiply(slab(ring, tile), slab_rows(tile), shared_.exchange[warp]);
      __syncthreads();
      evaluate(ring, tile.row(), static_cast<int>(tile.count()));
      __syncthreads();
      slab_.add_gradient(slab(ring, tile), slab_rows(tile), shared_.slopes[row_warp()]);
      ring.release();
      if (++chain_ < flush_period && !tile.is_last_of_block()) continue;
      flush();
      if (tile.is_last_of_block()) finish(tile.block());
    }
  }

 private:
  __device__ static int thread() { return static_cast<int>(threadIdx.x); }
  /// Found again each time, and held in no register while losses are evaluated.
  __device__ int row_warp() {
    compute_anew(thread_);
    return thread_ / 32 / shape_.column_warps;
  }
  __device__ const T* slab(const TileRing<T>& ring, const TileWalk<T>& tile) {
    return ring.features(tile.row()) + row_warp() * Slab::rows * features();
  }
  __device__ int slab_rows(const TileWalk<T>& tile) {
    const int rows = static_cast<int>(tile.count()) - row_warp() * Slab::rows;
    return rows < Slab::rows ? rows : Slab::rows;
  }
  __device__ int features() const { return static_cast<int>(task_.feature_count()); }
  __device__ int outputs() const { return static_cast<int>(task_.sets.rows()); }
  __device__ int classes() const { return static_cast<int>(task_.sets.classes); }
  __device__ int tile_rows() const { return shape_.row_warps * Slab::rows; }
  __device__ double* sums() const { return reinterpret_cast<double*>(memory_ + shape_.sums); }
  __device__ double* class_values() const {
    return reinterpret_cast<double*>(memory_ + shape_.class_values);
  }
  __device__ double& total(index_t column) const { return shared_.totals[column][threadIdx.x]; }
  __device__ void clear_totals() const {
#pragma unroll
    for (index_t k = 0; k < LossSumColumns::count; ++k) total(k) = 0;
  }

  /// All stages first, then the one of the tile that has passed last.
  __device__ void fill(const TileRing<T>& ring, int passed) const {
    const int end = passed + shape_.stages;
    for (int tiles = passed == 0 ? 0 : end - 1; tiles < end; ++tiles) {
      const TileWalk<T> ahead(task_, tile_rows(), {tiles, shape_.block_tiles});
      if (!ahead.is_done()) ring.behind(tiles).fill(ahead.row(), ahead.count());
    }
  }

  /// Of row r of the tile.
  __device__ __forceinline__ double product(int r, int output) const {
    const int warp = r / Slab::rows * shape_.column_warps;
    const int place = r % Slab::rows * Slab::stride + output;
    double sum = 0;
    for (int i = 0; i < shape_.column_warps; ++i)
      sum += static_cast<double>(shared_.exchange[warp + i][place]);
    return sum + static_cast<double>(task_.sets.intercepts[output]);
  }

  __device__ __forceinline__ SampleFacts<Value> facts(const TileRing<T>& ring, index_t first, int r,
                                                      int set) const {
    const auto& held_out = task_.sets.held_out;
    return ring.facts(first, r, held_out.empty() ? no_fold : held_out[set]);
  }

  /// The slopes of `count` rows; zeros where there are no rows and no outputs.
  __device__ void evaluate(const TileRing<T>& ring, index_t first, int count) {
    if (classes() > 0) {
      evaluate_softmax(ring, first, count);
      __syncthreads();
    }
    const int output = thread() / output_threads;
    for (int r = thread() % output_threads; r < tile_rows(); r += output_threads) {
      double slope = 0;
      if (r < count && output < outputs()) {
        LossTotals own;
        slope = classes() > 0 ? add_class(own, ring, first, r, output)
                              : own.add(task_.sets.losses[output], product(r, output),
                                        facts(ring, first, r, output));
        total(LossSumColumns::slope) += own.slope;
        total(LossSumColumns::loss) += own.loss;
        total(LossSumColumns::square) += own.square;
        total(LossSumColumns::held_out_loss) += own.held_out_loss;
      }
      shared_.slopes[r / Slab::rows][r % Slab::rows * Slab::stride + output] =
          static_cast<Value>(slope);
    }
  }

  /// The derivatives of every output, and the losses of every set.
  __device__ void evaluate_softmax(const TileRing<T>& ring, index_t first, int count) const {
    for (int i = thread(); i < outputs() / classes() * tile_rows(); i += set_group_threads) {
      const int set = i / tile_rows();
      const int r = i % tile_rows();
      if (r >= count) continue;
      double* values = class_values() + set * classes() * tile_rows() + r;
      for (int c = 0; c < classes(); ++c) values[c * tile_rows()] = product(r, set * classes() + c);
      const auto target = static_cast<index_t>(facts(ring, first, r, set).target);
      class_values()[outputs() * tile_rows() + i] =
          evaluate_classes(SoftmaxLoss{classes()}, values, tile_rows(), target);
    }
  }

  /// As LossTotals::add, of a class; the first of a set has its losses.
  __device__ double add_class(LossTotals& totals, const TileRing<T>& ring, index_t first, int r,
                              int output) const {
    const int set = output / classes();
    const SampleFacts<Value> sample = facts(ring, first, r, set);
    const auto weight = static_cast<double>(sample.weight);
    if (output % classes() == 0)
      (sample.is_held_out ? totals.held_out_loss : totals.loss) +=
          weight * class_values()[(outputs() + set) * tile_rows() + r];
    if (sample.is_held_out) return 0;
    const double derivative = class_values()[output * tile_rows() + r];
    const double slope = weight * derivative;
    totals.slope += slope;
    totals.square += slope * derivative;
    return slope;
  }

  /// Carries the gradients on in double. The warps are done with what they exchanged.
  __device__ void flush() {
#pragma unroll
    for (int part = 0; part < Slab::parts; ++part) {
      slab_.write_part(part, shared_.exchange[thread() / 32]);
      __syncthreads();
      for (int i = thread(); i < shape_.column_warps * part_size; i += set_group_threads) {
        const int entry = i % part_size;
        const int output = entry / Slab::part_columns;
        const int column =
            i / part_size * Slab::columns + part * Slab::part_columns + entry % Slab::part_columns;
        if (output >= outputs() || column >= features()) continue;
        double sum = sums()[output * features() + column];
        for (int warp = i / part_size; warp < shape_.row_warps * shape_.column_warps;
             warp += shape_.column_warps)
          sum += static_cast<double>(shared_.exchange[warp][entry]);
        sums()[output * features() + column] = sum;
      }
      __syncthreads();
    }
    chain_ = 0;
  }

  /// Writes the sums of virtual block b; what has been flushed is seen by all.
  __device__ void finish(index_t b) {
    constexpr int together = output_threads < 32 ? output_threads : 32;
    constexpr int pieces = output_threads / together;  // of the threads of an output
    auto* partial = reinterpret_cast<double*>(shared_.exchange);
    for (int k = 0; k < LossSumColumns::count; ++k) {
      const double sum = lane_group_sum(total(k), together);
      if (thread() % together == 0) partial[thread() / together * LossSumColumns::count + k] = sum;
    }
    __syncthreads();
    const int width = features() + static_cast<int>(LossSumColumns::count);
    for (int i = thread(); i < outputs() * width; i += set_group_threads) {
      const int output = i / width;
      const int column = i % width;
      double sum = 0;
      if (column < features()) {
        sum = sums()[output * features() + column];
        sums()[output * features() + column] = 0;
      } else {
        for (int piece = 0; piece < pieces; ++piece)
          sum += partial[(output * pieces + piece) * LossSumColumns::count + column - features()];
      }
      task_.sums(b, output)[column] = sum;
    }
    __syncthreads();  // what is exchanged, and the sums, are written next
    clear_totals();
  }

  const SetGroupTask<T>& task_;
  const SetGroupShape& shape_;
  Shared& shared_;
  unsigned char* memory_;
  int thread_;
  int chain_ = 0;  // tiles in the slab's gradient
  Slab slab_;
};

/// What the kernels of groups do, on dynamic shared memory of shape.bytes, for tiles of `layout`.
template <class T, class Slab>
__device__ __forceinline__ void add_set_group(const SetGroupTask<T>& task,
                                              const TileLayout<T>& layout,
                                              const SetGroupShape& shape, unsigned char* memory) {
  using Sum = SetGroupLoss<T, Slab>;
  BATCHGRAD_SHARED(typename Sum::Shared, shared);
  TileRing<T> ring(task, layout, shape.stages, shared.barriers, memory);
  Sum sum(task, shape, shared, memory);
  if (threadIdx.x == 0) ring.make(set_group_warps);
  __syncthreads();
  sum(ring);
}

}  // namespace batchgrad::cuda
