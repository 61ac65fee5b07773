#pragma once

// The cpu kernel of CurvatureSums, included by one source file per instruction set, as
// block_sums_kernel.hpp, which says what the macros are.
#include "copy_rows.hpp"
#include "cpu/curvature_block.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

constexpr int side = CurvatureTiles::side;
constexpr index_t most_rows = CurvatureTiles::most_rows;
constexpr index_t strip_size = CurvatureTiles::strip_size;

/// Lanes of a pack: never more than a strip is wide.
template <class T>
constexpr int width = BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(computing_t<T>)) < side
                          ? BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(computing_t<T>))
                          : side;

/// Numbers of X that are asked for ahead: what the second-level cache holds beside the rows.
template <class T>
constexpr index_t most_fetched = 128 * 1024 / static_cast<index_t>(sizeof(T));

/// At most 128 samples, their entries strip by strip, so that a tile of the matrix reads two runs
/// of consecutive numbers: z as it is and z times the sample's factor.
template <class T>
struct Rows {
  computing_t<T>* z;       // [strip][row][8]
  computing_t<T>* scaled;  // likewise; z itself where all factors are 1
  index_t count;
  alignas(cache_line) double prediction[most_rows];
  alignas(cache_line) double factor[most_rows];
};

/// Entries [j, j + 8) of z_m.
template <class T>
BATCHGRAD_HD void load_entries(const CurvatureBlockTask<T>& task, const T* x, index_t j,
                               computing_t<T>* z) {
  const index_t features = task.samples.feature_count();
  const computing_t<T>* centre =
      task.samples.centre.empty() ? nullptr : task.samples.centre.data() + j;
  if (j + side <= features) {
    for (int k = 0; k < side; k += width<T>) {
      auto values = load_wide<width<T>>(x + j + k);
      if (centre != nullptr) values -= load<width<T>>(centre + k);
      store(z + k, values);
    }
    return;
  }
  for (index_t k = 0; k < side; ++k) {
    const index_t at = j + k;
    z[k] = static_cast<computing_t<T>>(at == features ? 1 : 0);
    if (at < features) z[k] = widen(x[at]);
    if (at < features && centre != nullptr) z[k] -= centre[k];
  }
}

template <class T>
void load_rows(const CurvatureBlockTask<T>& task, Rows<T>& rows, index_t first) {
  const auto& samples = task.samples;
  const index_t features = samples.feature_count();
  const index_t strips = CurvatureTiles::of(features).strips;
  const bool by_rows = samples.features.layout() == Layout::rows;
  if (!by_rows) detail::copy_rows(samples.features, first, rows.count, task.rows);
  for (index_t m = 0; m < rows.count; ++m) {
    const T* x =
        by_rows ? samples.features.as_stored().row(first + m).data() : task.rows + m * features;
    for (index_t strip = 0; strip < strips; ++strip)
      load_entries(task, x, strip * side, rows.z + strip * strip_size + m * side);
  }
}

/// prediction[m] = z_m . coefficients + intercept + offset_m; lanes in computing_t<T>, the rest in
/// double.
template <class T>
void predict(const CurvatureBlockTask<T>& task, Rows<T>& rows, index_t first) {
  const index_t strips = CurvatureTiles::of(task.samples.feature_count()).strips;
  const auto& offset = task.samples.offset;
  for (index_t m = 0; m < rows.count; ++m) {
    Pack<computing_t<T>, width<T>> sum = {};
    for (index_t strip = 0; strip < strips; ++strip)
      for (int k = 0; k < side; k += width<T>)
        sum += load<width<T>>(rows.z + strip * strip_size + m * side + k) *
               load<width<T>>(task.coefficients + strip * side + k);
    rows.prediction[m] = static_cast<double>(lane_sum<computing_t<T>, width<T>>(sum)) +
                         task.intercept +
                         (offset.empty() ? 0.0 : static_cast<double>(offset[first + m]));
  }
}

template <class T>
void compute_factors(const CurvatureBlockTask<T>& task, Rows<T>& rows, index_t first) {
  const auto& samples = task.samples;
  if (task.curvature != Curvature::gram) predict(task, rows, first);
  for (index_t m = 0; m < rows.count; ++m)
    rows.factor[m] = samples.weight.empty() ? 1.0 : static_cast<double>(samples.weight[first + m]);
  if (task.curvature == Curvature::gram) return;
  task.loss.visit([&](const auto& loss) {
    for (index_t m = 0; m < rows.count; ++m)
      rows.factor[m] = curvature_factor(loss, task.curvature, rows.factor[m], rows.prediction[m],
                                        static_cast<double>(samples.target[first + m]));
  });
}

template <class T>
void scale_rows(const CurvatureBlockTask<T>& task, Rows<T>& rows) {
  const index_t strips = CurvatureTiles::of(task.samples.feature_count()).strips;
  for (index_t strip = task.first_strip; strip < strips; strip += task.strip_step)
    for (index_t m = 0; m < rows.count; ++m) {
      const index_t at = strip * strip_size + m * side;
      const auto factor = static_cast<computing_t<T>>(rows.factor[m]);
      for (int k = 0; k < side; k += width<T>)
        store(rows.scaled + at + k, load<width<T>>(rows.z + at + k) * factor);
    }
}

/// Packs side by side whose products with `tile_height` rows stay in registers, of which AVX-512
/// has 32.
constexpr int most_packs = 3;
template <int Packs>
constexpr int tile_height = BATCHGRAD_ISA_BYTES == 64 || Packs == 1 ? side : side / 2;

/// Sums over the rows of scaled_i z_j are added to a row of tiles, `tiles`, for Packs packs of
/// columns from number `first` on; z is that of the first tile. As many sums as registers hold; the
/// order of additions is that of the rows whatever their number.
template <int Packs, class T>
BATCHGRAD_HD void add_columns(const computing_t<T>* scaled, const computing_t<T>* z, index_t count,
                              index_t first, double* tiles) {
  using Computing = computing_t<T>;
  constexpr int lanes = width<T>;
  constexpr int height = tile_height<Packs>;
  constexpr index_t packs_of_strip = side / lanes;
  const Computing* columns[Packs];
  double* sums[Packs];
  for (int p = 0; p < Packs; ++p) {
    const index_t strip = (first + p) / packs_of_strip;
    const index_t j = (first + p) % packs_of_strip * lanes;
    columns[p] = z + strip * strip_size + j;
    sums[p] = tiles + strip * side * side + j;
  }
  for (int i = 0; i < side; i += height) {
    Pack<Computing, lanes> sum[height][Packs] = {};
    for (index_t m = 0; m < count; ++m) {
      Pack<Computing, lanes> column[Packs];
      for (int p = 0; p < Packs; ++p) column[p] = load<lanes>(columns[p] + m * side);
#pragma GCC unroll 8
      for (int k = 0; k < height; ++k) {
        const Computing row = scaled[m * side + i + k];
        for (int p = 0; p < Packs; ++p) sum[k][p] += column[p] * row;
      }
    }
#pragma GCC unroll 8
    for (int k = 0; k < height; ++k)
      for (int p = 0; p < Packs; ++p) {
        double* to = sums[p] + (i + k) * side;
        store(to, load<lanes>(to) + __builtin_convertvector(sum[k][p], Pack<double, lanes>));
      }
  }
}

/// Row i of tiles += what the rows contribute to it; packs behind the constant column are left out.
template <class T>
void add_tiles(const Rows<T>& rows, index_t i, index_t features, double* tiles) {
  const computing_t<T>* scaled = rows.scaled + i * strip_size;
  const computing_t<T>* z = rows.z + i * strip_size;
  const index_t packs = (features + width<T> - i * side) / width<T>;
  index_t first = 0;
  for (; first + most_packs <= packs; first += most_packs)
    add_columns<most_packs, T>(scaled, z, rows.count, first, tiles);
  if (first + 2 == packs)
    add_columns<2, T>(scaled, z, rows.count, first, tiles);
  else if (first + 1 == packs)
    add_columns<1, T>(scaled, z, rows.count, first, tiles);
}

template <class T>
void run(const CurvatureBlockTask<T>& task) {
  const CurvatureTiles tiles = CurvatureTiles::of(task.samples.feature_count());
  for (index_t i = task.first_strip; i < tiles.strips; i += task.strip_step)
    for (index_t k = tiles.offset(i, i); k < tiles.offset(i + 1, i + 1); ++k) task.tiles[k] = 0;
  const bool is_scaled = task.curvature != Curvature::gram || !task.samples.weight.empty();
  Rows<T> rows;
  rows.z = task.scratch;
  rows.scaled = is_scaled ? task.scratch + tiles.strips * strip_size : rows.z;
  const auto& features = task.samples.features;
  for (index_t m = task.first; m < task.last; m += most_rows) {
    rows.count = m + most_rows < task.last ? most_rows : task.last - m;
    const index_t next_size = most_rows * features.stride();
    const bool fetches = features.layout() == Layout::rows && m + 2 * most_rows <= task.last &&
                         next_size <= most_fetched<T>;
    load_rows(task, rows, m);
    if (is_scaled) {
      compute_factors(task, rows, m);
      scale_rows(task, rows);
    }
    for (index_t i = task.first_strip; i < tiles.strips; i += task.strip_step) {
      // While a row of tiles is added up, nothing else is read.
      if (fetches)
        fetch_ahead(features.as_stored().row(m + most_rows).data(), next_size, i, tiles.strips);
      add_tiles(rows, i, features.columns(), task.tiles + tiles.offset(i, i));
    }
  }
}

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T) \
  void curvature_block(const CurvatureBlockTask<T>& task) { run(task); }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
