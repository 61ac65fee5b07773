#pragma once

// The cpu kernel of LossSums, included by one source file per instruction set. BATCHGRAD_ISA names
// its namespace and BATCHGRAD_ISA_BYTES the size of its vector registers. Everything else in here
// has internal linkage or is always inlined.
#include "cpu/block_sums.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

constexpr index_t most_tile_rows = 128;    // the tile's arrays below live on the stack
constexpr index_t tile_bytes = 16 * 1024;  // of X: half of the smallest first-level cache in use
constexpr index_t chain_columns = 2048;    // float sums are carried on in double after so many
constexpr int row_group = 4;               // rows that share each load of w, and each update of g
constexpr int cache_line = 64;

/// Rows of X that are worked on while they are in the first-level cache: once for the
/// predictions, once for the gradient, for every parameter set.
template <class T>
struct Tile {
  const T* rows;       // of X
  index_t row_stride;  // of X
  index_t count;       // of rows
  index_t features;
  const T* centre;  // or null
  const T* end;     // of X: nothing beyond is prefetched
  alignas(cache_line) double prediction[most_tile_rows];
  alignas(cache_line) double loss[most_tile_rows];
  alignas(cache_line) double derivative[most_tile_rows];
  alignas(cache_line) T slope[most_tile_rows];  // the derivative times the weight, as T
};

/// Adds x_m . w over columns [j, end) to prediction[0..Rows), with packs of Width columns, then of
/// Width / 2, ... so that there is no scalar loop for the last columns.
template <int Width, int Rows, bool Centred, class T>
BATCHGRAD_HD void add_dots(const Tile<T>& tile, const T* x, const T* w, index_t j, index_t end,
                           double* prediction) {
  if (j + Width <= end) {
    Pack<T, Width> sum[Rows] = {};
    for (; j + Width <= end; j += Width) {
      const auto weight = load<Width>(w + j);
      for (int r = 0; r < Rows; ++r) {
        auto value = load<Width>(x + r * tile.row_stride + j);
        if constexpr (Centred) value -= load<Width>(tile.centre + j);
        sum[r] += value * weight;
      }
    }
    for (int r = 0; r < Rows; ++r) prediction[r] += static_cast<double>(lane_sum<T, Width>(sum[r]));
  }
  if constexpr (Width > 1) add_dots<Width / 2, Rows, Centred>(tile, x, w, j, end, prediction);
}

/// g_j += sum of slope_m x_mj over Rows rows, for columns [j, end).
template <int Width, int Rows, bool Centred, class T>
BATCHGRAD_HD void add_outer(const Tile<T>& tile, const T* x, const T* slope, index_t j, T* g) {
  for (; j + Width <= tile.features; j += Width) {
    auto sum = load<Width>(g + j);
    for (int r = 0; r < Rows; ++r) {
      auto value = load<Width>(x + r * tile.row_stride + j);
      if constexpr (Centred) value -= load<Width>(tile.centre + j);
      sum += value * slope[r];
    }
    store(g + j, sum);
  }
  if constexpr (Width > 1) add_outer<Width / 2, Rows, Centred>(tile, x, slope, j, g);
}

template <class T>
constexpr int widest = BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(T));

/// Calls step(row, integral constant of 4 or 1) so that the groups cover the tile's rows.
template <class Step>
BATCHGRAD_HD void for_row_groups(index_t rows, Step&& step) {
  index_t m = 0;
  for (; m + row_group <= rows; m += row_group) step.template operator()<row_group>(m);
  for (; m < rows; ++m) step.template operator()<1>(m);
}

template <bool Centred, class T>
BATCHGRAD_HD void predict(Tile<T>& tile, const T* w, double intercept) {
  for_row_groups(tile.count, [&]<int Rows>(index_t m) {
    const T* x = tile.rows + m * tile.row_stride;
    double* prediction = tile.prediction + m;
    for (int r = 0; r < Rows; ++r) prediction[r] = intercept;
    for (index_t j = 0; j < tile.features; j += chain_columns) {
      const index_t end = j + chain_columns < tile.features ? j + chain_columns : tile.features;
      add_dots<widest<T>, Rows, Centred>(tile, x, w, j, end, prediction);
    }
  });
}

/// Loss and derivative of each row of the tile, and their sums: sums[0..3) as in LossSums.
template <class T, class L>
BATCHGRAD_HD void add_losses(const BlockSumsTask<T>& task, const L& loss, Tile<T>& tile,
                             index_t first, double* sums) {
  const Samples<T>& samples = task.samples;
  if (!samples.offset.empty())
    for (index_t m = 0; m < tile.count; ++m)
      tile.prediction[m] += static_cast<double>(samples.offset[first + m]);
  for (index_t m = 0; m < tile.count; ++m) {
    const auto target = static_cast<double>(samples.target[first + m]);
    tile.loss[m] = loss.value(tile.prediction[m], target);
    tile.derivative[m] = loss.derivative(tile.prediction[m], target);
  }
  double derivative_sum = 0;
  double loss_sum = 0;
  double square_sum = 0;
  for (index_t m = 0; m < tile.count; ++m) {
    const double weight =
        samples.weight.empty() ? 1.0 : static_cast<double>(samples.weight[first + m]);
    const double slope = weight * tile.derivative[m];
    derivative_sum += slope;
    loss_sum += weight * tile.loss[m];
    square_sum += slope * tile.derivative[m];
    tile.slope[m] = static_cast<T>(slope);
  }
  sums[0] += derivative_sum;
  sums[1] += loss_sum;
  sums[2] += square_sum;
}

template <bool Centred, class T>
BATCHGRAD_HD void add_gradient(const Tile<T>& tile, T* g) {
  for_row_groups(tile.count, [&]<int Rows>(index_t m) {
    add_outer<widest<T>, Rows, Centred>(tile, tile.rows + m * tile.row_stride, tile.slope + m, 0,
                                        g);
  });
}

/// The rows of X that the next tile will read are asked for while this one is worked on.
template <class T>
BATCHGRAD_HD void prefetch_next(const Tile<T>& tile) {
  const T* next = tile.rows + tile.count * tile.row_stride;
  const T* last = next + tile.count * tile.row_stride;
  if (last > tile.end) last = tile.end;
  for (; next < last; next += cache_line / sizeof(T)) __builtin_prefetch(next, 0, 2);
}

/// Moves the gradient of the last rows, summed in T, on to the block's sums in double.
template <class T>
BATCHGRAD_HD void flush(const BlockSumsTask<T>& task, index_t features) {
  for (index_t s = 0; s < task.coefficients.rows(); ++s) {
    double* sums = task.sums.row(s).data();
    T* g = task.scratch + s * features;
    for (index_t j = 0; j < features; ++j) {
      sums[j] += static_cast<double>(g[j]);
      g[j] = T(0);
    }
  }
}

template <bool Centred, class T, class L>
void block_sums_of(const BlockSumsTask<T>& task, const L& loss) {
  const auto& features = task.samples.features;
  Tile<T> tile;
  tile.row_stride = features.row_stride();
  tile.features = features.columns();
  tile.centre = task.samples.centre.data();
  tile.end = features.data() + (features.rows() - 1) * tile.row_stride + tile.features;
  index_t rows = tile_bytes / (static_cast<index_t>(sizeof(T)) * (tile.features + 1));
  rows = rows < row_group ? row_group : rows > most_tile_rows ? most_tile_rows : rows & ~index_t{3};

  index_t unflushed = 0;
  for (index_t m = task.first; m < task.last; m += rows) {
    tile.rows = features.row(m).data();
    tile.count = m + rows < task.last ? rows : task.last - m;
    prefetch_next(tile);
    for (index_t s = 0; s < task.coefficients.rows(); ++s) {
      predict<Centred>(tile, task.coefficients.row(s).data(),
                       static_cast<double>(task.intercepts[s]));
      add_losses(task, loss, tile, m, task.sums.row(s).data() + tile.features);
      add_gradient<Centred>(tile, task.scratch + s * tile.features);
    }
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
  for (index_t i = 0; i < task.coefficients.rows() * task.samples.feature_count(); ++i)
    task.scratch[i] = T(0);
  task.loss.visit([&](const auto& loss) {
    if (task.samples.centre.empty())
      block_sums_of<false>(task, loss);
    else
      block_sums_of<true>(task, loss);
  });
}

}  // namespace

void block_sums(const BlockSumsTask<float>& task) { run(task); }
void block_sums(const BlockSumsTask<double>& task) { run(task); }

}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
