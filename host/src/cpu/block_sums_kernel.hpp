#pragma once

// The cpu kernel of LossSums, included by one source file per instruction set. BATCHGRAD_ISA names
// its namespace and BATCHGRAD_ISA_BYTES the size of its vector registers. Everything else in here
// has internal linkage or is always inlined.
#include "cpu/block_sums.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

constexpr index_t most_tile_rows = 128;   // the tile's arrays below live on the stack
constexpr index_t tile_bytes = 8 * 1024;  // of X: stays in the first-level cache with w and g
constexpr index_t chain_columns = 2048;   // float sums are carried on in double after so many
constexpr int row_group = 4;              // rows whose lanes are summed together
constexpr int doubles = BATCHGRAD_ISA_BYTES / 8;  // of a pack

/// Rows of X that are worked on while they are in the first-level cache: once for the
/// predictions, once for the gradient, for every parameter set.
template <class T>
struct Tile {
  const T* rows;       // of X
  index_t row_stride;  // of X
  index_t count;       // of rows
  index_t features;
  const T* centre;       // or null
  index_t padded_count;  // of rows, a multiple of a pack of doubles
  alignas(cache_line) double target[most_tile_rows];
  alignas(cache_line) double weight[most_tile_rows];
  alignas(cache_line) double prediction[most_tile_rows];
  alignas(cache_line) double loss[most_tile_rows];
  alignas(cache_line) double derivative[most_tile_rows];
  alignas(cache_line) T slope[most_tile_rows];  // the derivative times the weight, as T
};

/// Adds x_m . w over columns [j, end) to prediction[0..Rows), with packs of Width columns, then of
/// Width / 2, ... so that there is no scalar loop for the last columns. Rows are read one after the
/// other, as they lie in memory: four at once would share the loads of w, but the processor then
/// fetches X half as fast, and asking for X ahead by instructions does not make up for it.
template <int Width, int Rows, bool Centred, class T>
BATCHGRAD_HD void add_dots(const Tile<T>& tile, const T* x, const T* w, index_t j, index_t end,
                           double* prediction) {
  if (j + Width <= end) {
    const auto product = [&](const T* row, index_t column) __attribute__((always_inline)) {
      auto value = load<Width>(row + column);
      if constexpr (Centred) value -= load<Width>(tile.centre + column);
      return value * load<Width>(w + column);
    };
    Pack<T, Width> sum[Rows] = {};
    const index_t first = j;
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) {
      const T* row = x + r * tile.row_stride;
      Pack<T, Width> odd = {};
      for (j = first; j + 2 * Width <= end; j += 2 * Width) {
        sum[r] += product(row, j);
        odd += product(row, j + Width);
      }
      for (; j + Width <= end; j += Width) sum[r] += product(row, j);
      sum[r] += odd;
    }
    if constexpr (Rows == 4 && Width >= 4) {
      const auto sums = __builtin_convertvector(lane_sums<T, Width>(sum), Pack<double, 4>);
      store(prediction, load<4>(prediction) + sums);
    } else {
      for (int r = 0; r < Rows; ++r)
        prediction[r] += static_cast<double>(lane_sum<T, Width>(sum[r]));
    }
  }
  if constexpr (Width > 1) add_dots<Width / 2, Rows, Centred>(tile, x, w, j, end, prediction);
}

/// g_j += sum of slope_m x_mj over the tile's rows, for Packs packs of columns from j on, which
/// stay in registers from the first row to the last.
template <int Width, int Packs, bool Centred, class T>
BATCHGRAD_HD void add_strip(const Tile<T>& tile, index_t j, T* g) {
  Pack<T, Width> sum[Packs];
  Pack<T, Width> centre[Packs];
  for (int k = 0; k < Packs; ++k) {
    sum[k] = load<Width>(g + j + k * Width);
    if constexpr (Centred) centre[k] = load<Width>(tile.centre + j + k * Width);
  }
  const T* x = tile.rows + j;
  for (index_t m = 0; m < tile.count; ++m, x += tile.row_stride) {
    const T slope = tile.slope[m];
    for (int k = 0; k < Packs; ++k) {
      auto value = load<Width>(x + k * Width);
      if constexpr (Centred) value -= centre[k];
      sum[k] += value * slope;
    }
  }
  for (int k = 0; k < Packs; ++k) store(g + j + k * Width, sum[k]);
}

/// The same for all columns from j on: as many packs at once as there are, then narrower ones.
template <int Width, int Packs, bool Centred, class T>
BATCHGRAD_HD void add_strips(const Tile<T>& tile, index_t j, T* g) {
  for (; j + Width * Packs <= tile.features; j += Width * Packs)
    add_strip<Width, Packs, Centred>(tile, j, g);
  if constexpr (Packs > 1)
    add_strips<Width, Packs / 2, Centred>(tile, j, g);
  else if constexpr (Width > 1)
    add_strips<Width / 2, 1, Centred>(tile, j, g);
}

template <class T>
constexpr int widest = BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(T));

template <bool Centred, class T>
[[gnu::noinline]] void add_gradient(const Tile<T>& tile, T* g) {
  add_strips<widest<T>, 8, Centred>(tile, 0, g);
}

/// Calls step(row, integral constant of 4 or 1) so that the groups cover the tile's rows.
template <class Step>
BATCHGRAD_HD void for_row_groups(index_t rows, Step&& step) {
  index_t m = 0;
  for (; m + row_group <= rows; m += row_group) step.template operator()<row_group>(m);
  for (; m < rows; ++m) step.template operator()<1>(m);
}

/// prediction[m] = x_m . w + intercept for the rows of the tile. Not inlined, like add_gradient:
/// neither depends on the loss, and each is compiled once for all of them.
template <bool Centred, class T>
[[gnu::noinline]] void predict(Tile<T>& tile, const T* w, double intercept) {
  for_row_groups(
      tile.count, [&]<int Rows>(index_t m) __attribute__((always_inline)) {
        const T* x = tile.rows + m * tile.row_stride;
        double* prediction = tile.prediction + m;
        for (int r = 0; r < Rows; ++r) prediction[r] = intercept;
        for (index_t j = 0; j < tile.features; j += chain_columns) {
          const index_t end = j + chain_columns < tile.features ? j + chain_columns : tile.features;
          add_dots<widest<T>, Rows, Centred>(tile, x, w, j, end, prediction);
        }
      });
}

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

/// Loss and derivative of each row of the tile, and their sums: sums[0..3) as in LossSums.
template <class T, class L>
BATCHGRAD_HD void add_losses(const Samples<T>& samples, const L& loss, Tile<T>& tile, index_t first,
                             double* sums) {
  if (!samples.offset.empty())
    for (index_t m = 0; m < tile.count; ++m)
      tile.prediction[m] += static_cast<double>(samples.offset[first + m]);
  for (index_t m = tile.count; m < tile.padded_count; ++m) tile.prediction[m] = tile.prediction[0];
  for (index_t m = 0; m < tile.padded_count; ++m) {
    tile.loss[m] = loss.value(tile.prediction[m], tile.target[m]);
    tile.derivative[m] = loss.derivative(tile.prediction[m], tile.target[m]);
  }
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
    store(tile.slope + m, __builtin_convertvector(slope, Pack<T, doubles>));
  }
  sums[0] += lane_sum<double, doubles>(derivative_sum);
  sums[1] += lane_sum<double, doubles>(loss_sum);
  sums[2] += lane_sum<double, doubles>(square_sum);
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
  index_t rows = tile_bytes / (static_cast<index_t>(sizeof(T)) * (tile.features + 1));
  rows = rows < row_group ? row_group : rows > most_tile_rows ? most_tile_rows : rows & ~index_t{3};

  index_t unflushed = 0;
  for (index_t m = task.first; m < task.last; m += rows) {
    tile.rows = features.row(m).data();
    tile.count = m + rows < task.last ? rows : task.last - m;
    tile.padded_count = (tile.count + doubles - 1) / doubles * doubles;
    load_targets(task.samples, tile, m);
    for (index_t s = 0; s < task.coefficients.rows(); ++s) {
      predict<Centred>(tile, task.coefficients.row(s).data(),
                       static_cast<double>(task.intercepts[s]));
      add_losses(task.samples, loss, tile, m, task.sums.row(s).data() + tile.features);
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
