#pragma once

// The products with X of block_sums_kernel.hpp, which includes this: predictions and gradients of a
// tile of rows, for a group of parameter sets.
#include "cpu/block_sums.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

constexpr index_t tile_entries = 2048;   // of X: stay in the first-level cache with w and g
constexpr index_t chain_columns = 2048;  // float sums are carried on in double after so many
constexpr int row_group = 4;             // rows whose lanes are summed together
constexpr int doubles = BATCHGRAD_ISA_BYTES / 8;  // of a pack
/// Parameter sets that share one load of X: their sums stay in registers, of which AVX-512 has 32.
constexpr int most_sets = BATCHGRAD_ISA_BYTES == 64 ? 8 : 4;
template <class T>
constexpr int widest = BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(computing_t<T>));

/// What there is of the rows of a tile beside X, and one set's losses of them.
struct TileLosses {
  index_t count;         // of rows
  index_t padded_count;  // of rows, a multiple of a pack of doubles
  alignas(cache_line) double target[most_tile_rows];
  alignas(cache_line) double weight[most_tile_rows];
  alignas(cache_line) double loss[most_tile_rows];
  alignas(cache_line) double derivative[most_tile_rows];
};

/// Rows of X that are worked on while they are in the first-level cache: once for the
/// predictions, once for the gradient, for every group of parameter sets.
template <class T>
struct Tile : TileLosses {
  using Computing = computing_t<T>;

  const T* rows;       // of X
  index_t row_stride;  // of X
  index_t features;
  const Computing* centre;  // or null
  const T* next_rows;       // of X, as many, or null
  alignas(cache_line) double prediction[most_sets][most_tile_rows];
  alignas(cache_line) Computing slope[most_sets][most_tile_rows];  // derivative times weight
};

/// What the sets of a group have, each in a row: `stride` elements lie between two sets.
template <class V>
struct SetRows {
  V* first;
  index_t stride;
  BATCHGRAD_HD V* operator[](index_t set) const { return first + set * stride; }
};

/// predictions[s][r] += the sum over the lanes of sum[s * Rows + r].
template <class T, int Width, int Rows, int Sets>
BATCHGRAD_HD void add_lane_sums(const Pack<T, Width> (&sum)[Sets * Rows],
                                SetRows<double> predictions) {
  constexpr int together = Width / 4;  // sets whose sums fill a pack
  if constexpr (Rows == 4 && Width > 4 && Sets % (Width / 4) == 0) {
    for (int s = 0; s < Sets; s += together) {
      T sums[Width];
      store(sums, all_lane_sums<T, Width>(sum + s * Rows));
      for (int k = 0; k < together; ++k)
        for (int r = 0; r < 4; ++r) predictions[s + k][r] += static_cast<double>(sums[4 * k + r]);
    }
  } else {
    for (int s = 0; s < Sets; ++s) {
      double* prediction = predictions[s];
      if constexpr (Rows == 4 && Width >= 4) {
        const auto sums =
            __builtin_convertvector(lane_sums<T, Width>(sum + s * Rows), Pack<double, 4>);
        store(prediction, load<4>(prediction) + sums);
      } else {
        for (int r = 0; r < Rows; ++r)
          prediction[r] += static_cast<double>(lane_sum<T, Width>(sum[s * Rows + r]));
      }
    }
  }
}

/// Adds x_m . w_s over columns [j, end) to predictions[s][0..Rows), with packs of Width columns,
/// then of Width / 2, ... so that there is no scalar loop for the last columns. Rows are read one
/// after the other, as they lie in memory: four at once would share the loads of w, but the
/// processor then fetches X half as fast, and asking for X ahead by instructions does not make up
/// for it.
template <int Width, int Rows, int Sets, bool Centred, class T>
BATCHGRAD_HD void add_dots(const Tile<T>& tile, const T* x, SetRows<const computing_t<T>> w,
                           index_t j, index_t end, SetRows<double> predictions) {
  using Computing = computing_t<T>;
  if (j + Width <= end) {
    const auto centred = [&](const T* row, index_t column) __attribute__((always_inline)) {
      auto value = load_wide<Width>(row + column);
      if constexpr (Centred) value -= load<Width>(tile.centre + column);
      return value;
    };
    Pack<Computing, Width> sum[Sets * Rows];
    const index_t first = j;
    const auto sum_row = [&](int r) __attribute__((always_inline)) {
      const T* row = x + r * tile.row_stride;
      Pack<Computing, Width> even[Sets] = {};
      Pack<Computing, Width> odd[Sets] = {};
      for (j = first; j + 2 * Width <= end; j += 2 * Width) {
        const auto left = centred(row, j);
        const auto right = centred(row, j + Width);
        for (int s = 0; s < Sets; ++s) {
          even[s] += left * load<Width>(w[s] + j);
          odd[s] += right * load<Width>(w[s] + j + Width);
        }
      }
      for (; j + Width <= end; j += Width) {
        const auto last = centred(row, j);
        for (int s = 0; s < Sets; ++s) even[s] += last * load<Width>(w[s] + j);
      }
      for (int s = 0; s < Sets; ++s) sum[s * Rows + r] = even[s] + odd[s];
    };
    if constexpr (Sets == 1) {  // its sums stay in registers
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) sum_row(r);
    } else {
      for (int r = 0; r < Rows; ++r) sum_row(r);
    }
    add_lane_sums<Computing, Width, Rows, Sets>(sum, predictions);
  }
  if constexpr (Width > 1)
    add_dots<Width / 2, Rows, Sets, Centred>(tile, x, w, j, end, predictions);
}

/// g_sj += sum of slope_sm x_mj over the tile's rows, for Packs packs of columns from j on, whose
/// sums stay in registers from the first row to the last.
template <int Width, int Packs, int Sets, bool Centred, class T>
BATCHGRAD_HD void add_strip(const Tile<T>& tile, index_t j, SetRows<computing_t<T>> g) {
  Pack<computing_t<T>, Width> sum[Sets][Packs];
  Pack<computing_t<T>, Width> centre[Packs];
  for (int k = 0; k < Packs; ++k) {
    for (int s = 0; s < Sets; ++s) sum[s][k] = load<Width>(g[s] + j + k * Width);
    if constexpr (Centred) centre[k] = load<Width>(tile.centre + j + k * Width);
  }
  const T* x = tile.rows + j;
  for (index_t m = 0; m < tile.count; ++m, x += tile.row_stride) {
    for (int k = 0; k < Packs; ++k) {
      auto value = load_wide<Width>(x + k * Width);
      if constexpr (Centred) value -= centre[k];
      for (int s = 0; s < Sets; ++s) sum[s][k] += value * tile.slope[s][m];
    }
  }
  for (int s = 0; s < Sets; ++s)
    for (int k = 0; k < Packs; ++k) store(g[s] + j + k * Width, sum[s][k]);
}

/// The same for all columns from j on: as many packs at once as there are, then narrower ones.
template <int Width, int Packs, int Sets, bool Centred, class T>
BATCHGRAD_HD void add_strips(const Tile<T>& tile, index_t j, SetRows<computing_t<T>> g) {
  for (; j + Width * Packs <= tile.features; j += Width * Packs)
    add_strip<Width, Packs, Sets, Centred>(tile, j, g);
  if constexpr (Packs > 1)
    add_strips<Width, Packs / 2, Sets, Centred>(tile, j, g);
  else if constexpr (Width > 1)
    add_strips<Width / 2, 1, Sets, Centred>(tile, j, g);
}

/// The gradients of a group of sets, from their slopes.
template <bool Centred, int Sets, class T>
[[gnu::noinline]] void add_gradients(const Tile<T>& tile, SetRows<computing_t<T>> g) {
  constexpr int packs = Sets == 1 ? 8 : 2 * most_sets / Sets;
  add_strips<widest<T>, packs, Sets, Centred>(tile, 0, g);
}

/// Calls step(row, integral constant of 4 or 1) so that the groups cover the tile's rows.
template <class Step>
BATCHGRAD_HD void for_row_groups(index_t rows, Step&& step) {
  index_t m = 0;
  for (; m + row_group <= rows; m += row_group) step.template operator()<row_group>(m);
  for (; m < rows; ++m) step.template operator()<1>(m);
}

/// predictions[s][m] = x_m . w_s + intercept_s for the rows of the tile. Not inlined, like
/// add_gradients: neither depends on the loss, and each is compiled once for all of them.
template <bool Centred, int Sets, class T>
[[gnu::noinline]] void predict(const Tile<T>& tile, SetRows<const computing_t<T>> w,
                               const computing_t<T>* intercepts, SetRows<double> predictions) {
  for_row_groups(
      tile.count, [&]<int Rows>(index_t m) __attribute__((always_inline)) {
        const T* x = tile.rows + m * tile.row_stride;
        const SetRows<double> here{predictions.first + m, predictions.stride};
        for (int s = 0; s < Sets; ++s)
          for (int r = 0; r < Rows; ++r) here[s][r] = static_cast<double>(intercepts[s]);
        for (index_t j = 0; j < tile.features; j += chain_columns) {
          const index_t end = j + chain_columns < tile.features ? j + chain_columns : tile.features;
          add_dots<widest<T>, Rows, Sets, Centred>(tile, x, w, j, end, here);
        }
      });
}

/// Asks for a part of the next tile: between the sums of a group of sets the processor's own
/// prefetching comes to rest, for a single set it is ahead already.
template <class T>
BATCHGRAD_HD void fetch_ahead(const Tile<T>& tile, int part, int parts) {
  if (tile.next_rows == nullptr) return;
  constexpr auto line = cache_line / static_cast<index_t>(sizeof(T));
  const index_t size = (tile.count - 1) * tile.row_stride + tile.features;
  const index_t lines = (size + line - 1) / line;
  for (index_t i = lines * part / parts; i < lines * (part + 1) / parts; ++i)
    __builtin_prefetch(tile.next_rows + i * line, 0, 2);
}

/// Calls step(row, integral constant) so that groups of Sets rows, then of a quarter, ... and
/// single rows cover `rows` rows of parameters from `first` on.
template <int Sets, class Step>
BATCHGRAD_HD void for_set_groups(index_t rows, index_t first, Step&& step) {
  for (; first + Sets <= rows; first += Sets) step.template operator()<Sets>(first);
  if constexpr (Sets > 1) for_set_groups<(Sets > 4 ? Sets / 4 : 1)>(rows, first, step);
}

}  // namespace
}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
