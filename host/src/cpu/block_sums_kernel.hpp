#pragma once

// The cpu kernel of LossSums, included by one source file per instruction set. BATCHGRAD_ISA names
// its namespace and BATCHGRAD_ISA_BYTES the size of its vector registers. Everything else in here
// has internal linkage or is always inlined.
#include "cpu/number.hpp"  // first: see there

// The order of these does not matter.
#include "copy_rows.hpp"
#include "cpu/block_sums.hpp"
#include "cpu/tile_products.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

/// What a tile of rows from `first` on contributes to a set of classes: softmax_tile_kernel.hpp.
template <bool Centred, class T>
[[gnu::noinline]] void add_classes(const BlockSumsTask<T>& task, index_t s, Tile<T>& tile,
                                   index_t first);

/// What the samples hold beside X for the rows of the tile; the rows up to a multiple of a pack
/// repeat the first with weight 0.
template <class T>
BATCHGRAD_HD void load_targets(const Samples<T>& samples, Tile<T>& tile, index_t first) {
  for (index_t m = 0; m < tile.count; ++m)
    tile.target[m] = static_cast<double>(samples.target[first + m]);
  if (samples.weight.empty())
    for (index_t m = 0; m < tile.count; ++m) tile.weight[m] = 1;
  else
    for (index_t m = 0; m < tile.count; ++m)
      tile.weight[m] = static_cast<double>(samples.weight[first + m]);
  for (index_t m = tile.count; m < tile.padded_count; ++m) {
    tile.target[m] = tile.target[0];
    tile.weight[m] = 0;
  }
}

template <class T>
BATCHGRAD_HD void add_offsets(const Samples<T>& samples, const Tile<T>& tile, index_t first,
                              double* prediction) {
  if (!samples.offset.empty())
    for (index_t m = 0; m < tile.count; ++m)
      prediction[m] += static_cast<double>(samples.offset[first + m]);
  for (index_t m = tile.count; m < tile.padded_count; ++m) prediction[m] = prediction[0];
}

/// Loss and derivative of each row of the tile.
template <class L>
BATCHGRAD_HD void apply_loss(const L& loss, const double* predictions, TileLosses& tile) {
#pragma omp simd
  for (index_t m = 0; m < tile.padded_count; ++m) {
    const Number prediction(predictions[m]);
    const Number target(tile.target[m]);
    tile.loss[m] = loss.value(prediction, target).value;
    tile.derivative[m] = loss.derivative(prediction, target).value;
  }
}

/// In two loops: in one, each pack would wait for the one before it, as more operations that depend
/// on each other are between them than the processor looks ahead.
BATCHGRAD_HD void apply_loss(const LogisticLoss& loss, const double* predictions,
                             TileLosses& tile) {
#pragma omp simd
  for (index_t m = 0; m < tile.padded_count; ++m)
    tile.derivative[m] = math::decay(Number(predictions[m])).value;
#pragma omp simd
  for (index_t m = 0; m < tile.padded_count; ++m) {
    const Number decay(tile.derivative[m]);
    const Number prediction(predictions[m]);
    const Number target(tile.target[m]);
    tile.loss[m] = loss.value_by(decay, prediction, target).value;
    tile.derivative[m] = loss.derivative_by(decay, prediction, target).value;
  }
}

/// Not inlined: every loss is compiled once for all types that features are stored in.
[[gnu::noinline]] void apply_any_loss(const AnyLoss& any, const double* predictions,
                                      TileLosses& tile) {
  any.visit([&](const auto& loss) { apply_loss(loss, predictions, tile); });
}

/// Moves the losses of rows that set s does not see from the tile to their sum. The padding repeats
/// the first row, whose loss may be infinite.
template <class T>
BATCHGRAD_HD void hold_out(const BlockSumsTask<T>& task, index_t s, Tile<T>& tile, index_t first,
                           double* sums) {
  for (index_t m = 0; m < tile.padded_count; ++m) {
    const bool is_padding = m >= tile.count;
    if (!task.sets.holds_out(s, task.samples, is_padding ? first : first + m)) continue;
    if (!is_padding) sums[LossSumColumns::held_out_loss] += tile.weight[m] * tile.loss[m];
    tile.loss[m] = 0;
    tile.derivative[m] = 0;
  }
}

/// Adds up what the tile's rows contribute to the sums behind the gradient; writes their slopes.
template <class T>
BATCHGRAD_HD void add_losses(const Tile<T>& tile, double* sums, computing_t<T>* slopes) {
  Pack<double, doubles> derivative_sum = {};
  Pack<double, doubles> loss_sum = {};
  Pack<double, doubles> square_sum = {};
  for (index_t m = 0; m < tile.padded_count; m += doubles) {
    const auto weight = load<doubles>(tile.weight + m);
    const auto derivative = load<doubles>(tile.derivative + m);
    const auto slope = weight * derivative;
    derivative_sum += slope;
    loss_sum += weight * load<doubles>(tile.loss + m);
    square_sum += slope * derivative;
    store(slopes + m, __builtin_convertvector(slope, Pack<computing_t<T>, doubles>));
  }
  sums[LossSumColumns::slope] += lane_sum<double, doubles>(derivative_sum);
  sums[LossSumColumns::loss] += lane_sum<double, doubles>(loss_sum);
  sums[LossSumColumns::square] += lane_sum<double, doubles>(square_sum);
}

/// Moves the gradient of the last rows, summed in computing_t<T>, on to the block's sums in double.
template <class T>
BATCHGRAD_HD void flush(const BlockSumsTask<T>& task, index_t features) {
  for (index_t row = 0; row < task.sets.rows(); ++row) {
    double* sums = task.sums.row(row).data();
    computing_t<T>* g = task.scratch + row * features;
    for (index_t j = 0; j < features; ++j) {
      sums[j] += static_cast<double>(g[j]);
      g[j] = 0;
    }
  }
}

/// The losses of set s from its predictions for a tile of rows from `first` on, and the slopes. Not
/// inlined: compiled once for groups of sets of any size.
template <class T>
[[gnu::noinline]] void add_set(const BlockSumsTask<T>& task, index_t s, Tile<T>& tile,
                               index_t first, double* prediction, computing_t<T>* slopes) {
  double* sums = task.sums.row(s).data() + tile.features;
  add_offsets(task.samples, tile, first, prediction);
  apply_any_loss(task.sets.losses[s], prediction, tile);
  if (!task.sets.held_out.empty()) hold_out(task, s, tile, first, sums);
  add_losses(tile, sums, slopes);
}

/// What a tile of rows from `first` on contributes to Sets parameter sets from s on.
template <bool Centred, int Sets, class T>
BATCHGRAD_HD void add_sets(const BlockSumsTask<T>& task, index_t s, Tile<T>& tile, index_t first) {
  const auto& w = task.sets.coefficients;
  predict<Centred, Sets>(tile, {w.row(s).data(), w.row_stride()}, &task.sets.intercepts[s],
                         {tile.prediction[0], most_tile_rows});
  for (int k = 0; k < Sets; ++k) {
    if (Sets > 1 && s == 0) fetch_next_tile(tile, k, Sets);
    add_set(task, s + k, tile, first, tile.prediction[k], tile.slope[k]);
  }
  add_gradients<Centred, Sets, T>(tile, {task.scratch + s * tile.features, tile.features});
}

/// Points the tile to its rows of X, from `first` on; by columns they are copied together first.
template <class T>
void find_rows(const BlockSumsTask<T>& task, Tile<T>& tile, index_t first) {
  const auto& features = task.samples.features;
  if (features.layout() == Layout::rows) {
    tile.rows = features.as_stored().row(first).data();
    const index_t next = first + tile.count;
    tile.next_rows =
        next + tile.count <= task.last ? features.as_stored().row(next).data() : nullptr;
    return;
  }
  const index_t together = rows_together<T>(tile.features);
  const index_t place = (first - task.first) % together;
  const index_t count = first + together < task.last ? together : task.last - first;
  if (place == 0) detail::copy_rows(features, first, count, task.rows);
  tile.rows = task.rows + place * tile.features;
  tile.next_rows = nullptr;
}

template <bool Centred, class T>
void block_sums_of(const BlockSumsTask<T>& task) {
  const auto& features = task.samples.features;
  Tile<T> tile;
  tile.features = features.columns();
  tile.row_stride = features.layout() == Layout::rows ? features.stride() : tile.features;
  tile.centre = task.samples.centre.data();
  const index_t rows = tile_rows(tile.features);
  index_t unflushed = 0;
  for (index_t m = task.first; m < task.last; m += rows) {
    tile.count = m + rows < task.last ? rows : task.last - m;
    find_rows(task, tile, m);
    tile.padded_count = (tile.count + doubles - 1) / doubles * doubles;
    load_targets(task.samples, tile, m);
    if (task.sets.classes > 0)
      for (index_t s = 0; s < task.sets.count(); ++s) add_classes<Centred>(task, s, tile, m);
    else
      for_set_groups<most_sets>(
          task.sets.count(), 0, [&]<int Sets>(index_t s) __attribute__((always_inline)) {
            add_sets<Centred, Sets>(task, s, tile, m);
          });
    unflushed += tile.count;
    if (unflushed >= most_tile_rows) {
      flush(task, tile.features);
      unflushed = 0;
    }
  }
  flush(task, tile.features);
}

template <class T>
void run(const BlockSumsTask<T>& task) {
  for (index_t s = 0; s < task.sums.rows(); ++s)
    for (double& sum : task.sums.row(s)) sum = 0;
  for (index_t i = 0; i < task.sets.rows() * task.samples.feature_count(); ++i) task.scratch[i] = 0;
  if (task.samples.centre.empty())
    block_sums_of<false>(task);
  else
    block_sums_of<true>(task);
}

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T) \
  void block_sums(const BlockSumsTask<T>& task) { run(task); }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu

#include "cpu/softmax_tile_kernel.hpp"
