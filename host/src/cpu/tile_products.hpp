#pragma once

// The products with X of block_sums_kernel.hpp, which includes this: predictions and gradients of a
// tile of rows, for a group of parameter sets.
#include "cpu/block_sums.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

constexpr index_t chain_columns = 2048;  // float sums are carried on in double after so many
constexpr int doubles = BATCHGRAD_ISA_BYTES / 8;  // of a pack
/// Parameter sets that share one load of X: their sums stay in registers, of which AVX-512 has 32.
constexpr int most_sets = BATCHGRAD_ISA_BYTES == 64 ? 8 : 4;
/// Of these, sets that are multiplied with row_group rows at a time.
constexpr int dotted_sets = most_sets / 2;
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

/// x_m from a column on, as it is computed with.
template <int Width, bool Centred, class T>
BATCHGRAD_HD Pack<computing_t<T>, Width> load_centred(const Tile<T>& tile, const T* row,
                                                      index_t column) {
  auto value = load_wide<Width>(row + column);
  if constexpr (Centred) value -= load<Width>(tile.centre + column);
  return value;
}

/// sums[r] = x_r . w over whole packs of the columns [j, end), lane by lane; every second pack is
/// added up apart. Rows are read one after the other, as they lie in memory: four at once would
/// share the loads of w, but the processor then fetches X half as fast, and asking for X ahead by
/// instructions does not make up for it.
template <int Width, int Rows, bool Centred, class T>
BATCHGRAD_HD void dot_rows(const Tile<T>& tile, const T* x, const computing_t<T>* w, index_t j,
                           index_t end, Pack<computing_t<T>, Width>* sums) {
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) {
    const T* row = x + r * tile.row_stride;
    Pack<computing_t<T>, Width> even = {};
    Pack<computing_t<T>, Width> odd = {};
    index_t k = j;
    for (; k + 2 * Width <= end; k += 2 * Width) {
      even += load_centred<Width, Centred>(tile, row, k) * load<Width>(w + k);
      odd += load_centred<Width, Centred>(tile, row, k + Width) * load<Width>(w + k + Width);
    }
    if (k + Width <= end) even += load_centred<Width, Centred>(tile, row, k) * load<Width>(w + k);
    sums[r] = even + odd;
  }
}

/// sums[s * Rows + r] = x_r . w_s over every second pack of columns from j on: some rows and some
/// sets at a time, so that each load is for several products.
template <int Width, int Rows, int Sets, bool Centred, class T>
BATCHGRAD_HD void dot_every_second(const Tile<T>& tile, const T* x, SetRows<const computing_t<T>> w,
                                   index_t j, index_t end, Pack<computing_t<T>, Width>* sums) {
  using Computing = computing_t<T>;
  Pack<Computing, Width> sum[Sets * Rows] = {};
  for (; j + Width <= end; j += 2 * Width) {
    Pack<Computing, Width> factors[Sets];
    for (int s = 0; s < Sets; ++s) factors[s] = load<Width>(w[s] + j);
    [[maybe_unused]] Pack<Computing, Width> centre;
    if constexpr (Centred) centre = load<Width>(tile.centre + j);
    for (int r = 0; r < Rows; ++r) {
      auto value = load_wide<Width>(x + r * tile.row_stride + j);
      if constexpr (Centred) value -= centre;
      for (int s = 0; s < Sets; ++s) sum[s * Rows + r] += value * factors[s];
    }
  }
  for (int i = 0; i < Sets * Rows; ++i) sums[i] = sum[i];
}

/// Adds x_m . w_s over columns [j, end) to predictions[s][0..Rows), with packs of Width columns,
/// then of Width / 2, ... so that there is no scalar loop for the last columns. Additions are in
/// the order of a single set for any number of them.
template <int Width, int Rows, int Sets, bool Centred, class T>
BATCHGRAD_HD void add_dots(const Tile<T>& tile, const T* x, SetRows<const computing_t<T>> w,
                           index_t j, index_t end, SetRows<double> predictions) {
  using Computing = computing_t<T>;
  if (j + Width <= end) {
    Pack<Computing, Width> sum[Sets * Rows];
    if constexpr (Sets == 1) {
      dot_rows<Width, Rows, Centred>(tile, x, w.first, j, end, sum);
    } else {
      Pack<Computing, Width> odd[Sets * Rows];
      dot_every_second<Width, Rows, Sets, Centred>(tile, x, w, j, end, sum);
      dot_every_second<Width, Rows, Sets, Centred>(tile, x, w, j + Width, end, odd);
      for (int i = 0; i < Sets * Rows; ++i) sum[i] += odd[i];
    }
    add_lane_sums<Computing, Width, Rows, Sets>(sum, predictions);
    j += (end - j) / Width * Width;
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
#pragma GCC unroll 8
  for (int k = 0; k < Packs; ++k) {
#pragma GCC unroll 8
    for (int s = 0; s < Sets; ++s) sum[s][k] = load<Width>(g[s] + j + k * Width);
    if constexpr (Centred) centre[k] = load<Width>(tile.centre + j + k * Width);
  }
  const T* x = tile.rows + j;
  for (index_t m = 0; m < tile.count; ++m, x += tile.row_stride) {
#pragma GCC unroll 8
    for (int k = 0; k < Packs; ++k) {
      auto value = load_wide<Width>(x + k * Width);
      if constexpr (Centred) value -= centre[k];
#pragma GCC unroll 8
      for (int s = 0; s < Sets; ++s) sum[s][k] += value * tile.slope[s][m];
    }
  }
#pragma GCC unroll 8
  for (int s = 0; s < Sets; ++s)
#pragma GCC unroll 8
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

/// One pack for all: what follows reads it as one.
template <int Width, class T>
BATCHGRAD_HD void set_all(T* to, T value) {
  if constexpr (Width == 1) {
    *to = value;
  } else {
    Pack<T, Width> pack;
    for (int k = 0; k < Width; ++k) pack[k] = value;
    store(to, pack);
  }
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
  constexpr int together = Sets < dotted_sets ? Sets : dotted_sets;
  for_row_groups(
      tile.count, [&]<int Rows>(index_t m) __attribute__((always_inline)) {
        const T* x = tile.rows + m * tile.row_stride;
        const SetRows<double> here{predictions.first + m, predictions.stride};
        for (int s = 0; s < Sets; ++s) set_all<Rows>(here[s], static_cast<double>(intercepts[s]));
        for (index_t j = 0; j < tile.features; j += chain_columns) {
          const index_t end = j + chain_columns < tile.features ? j + chain_columns : tile.features;
          for (int s = 0; s < Sets; s += together)
            add_dots<widest<T>, Rows, together, Centred>(tile, x, {w[s], w.stride}, j, end,
                                                         {here[s], here.stride});
        }
      });
}

/// Asks for a part of the next tile: between the sums of a group of sets the processor's own
/// prefetching comes to rest, for a single set it is ahead already.
template <class T>
BATCHGRAD_HD void fetch_next_tile(const Tile<T>& tile, int part, int parts) {
  if (tile.next_rows == nullptr) return;
  fetch_ahead(tile.next_rows, (tile.count - 1) * tile.row_stride + tile.features, part, parts);
}

/// Calls step(row, integral constant) so that groups of Sets rows, then of a quarter, ... and
/// single rows cover `rows` rows of parameters from `first` on.
template <int Sets, class Step>
BATCHGRAD_HD void for_set_groups(index_t rows, index_t first, Step&& step) {
  for (; first + Sets <= rows; first += Sets) step.template operator()<Sets>(first);
  if constexpr (Sets > 1) for_set_groups<(Sets > 4 ? Sets / 4 : Sets / 2)>(rows, first, step);
}

}  // namespace
}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
