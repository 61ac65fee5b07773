#pragma once

// The cpu kernel of CurvatureSums, included by one source file per instruction set, as
// block_sums_kernel.hpp, which says what the macros are.
#include "cpu/curvature_block.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

constexpr int side = CurvatureTiles::side;
constexpr index_t most_rows = CurvatureTiles::most_rows;

/// Lanes of a pack: never more than a strip is wide.
template <class T>
constexpr int width = BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(computing_t<T>)) < side
                          ? BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(computing_t<T>))
                          : side;

/// At most 128 samples, their entries strip by strip, so that a tile of the matrix reads two runs
/// of consecutive numbers: z as it is and z times the sample's factor.
template <class T>
struct Rows {
  computing_t<T>* z;       // [strip][row][8]
  computing_t<T>* scaled;  // likewise
  index_t count;
  alignas(cache_line) double prediction[most_rows];
  alignas(cache_line) double factor[most_rows];
};

template <class T>
void load_rows(const CurvatureBlockTask<T>& task, Rows<T>& rows, index_t first) {
  const auto& samples = task.samples;
  const index_t features = samples.feature_count();
  const index_t strips = CurvatureTiles::of(features).strips;
  for (index_t m = 0; m < rows.count; ++m) {
    const T* x = samples.features.row(first + m).data();
    for (index_t strip = 0; strip < strips; ++strip) {
      computing_t<T>* z = rows.z + (strip * most_rows + m) * side;
      const index_t j = strip * side;
      if (j + side <= features) {
        auto values = load_wide<side>(x + j);
        if (!samples.centre.empty()) values -= load<side>(samples.centre.data() + j);
        store(z, values);
        continue;
      }
      for (index_t k = 0; k < side; ++k) {
        const index_t at = j + k;
        z[k] = static_cast<computing_t<T>>(at == features ? 1 : 0);
        if (at < features) z[k] = widen(x[at]);
        if (at < features && !samples.centre.empty()) z[k] -= samples.centre[at];
      }
    }
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
        sum += load<width<T>>(rows.z + (strip * most_rows + m) * side + k) *
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
      const index_t at = (strip * most_rows + m) * side;
      const auto factor = static_cast<computing_t<T>>(rows.factor[m]);
      for (int k = 0; k < side; k += width<T>)
        store(rows.scaled + at + k, load<width<T>>(rows.z + at + k) * factor);
    }
}

/// tile(i, j) += sum over the rows of scaled_i z_j. As many accumulators as registers hold; the
/// order of additions is that of the rows whatever their number.
template <class T>
BATCHGRAD_HD void add_tile(const T* scaled, const T* z, index_t count, double* tile) {
  constexpr int lanes = width<T>;
  constexpr int packs = side / lanes < 2 ? 1 : 2;
  constexpr int height = packs == 1 ? side : side / 2;
  for (int i0 = 0; i0 < side; i0 += height)
    for (int j0 = 0; j0 < side; j0 += lanes * packs) {
      Pack<T, lanes> sum[height][packs] = {};
      for (index_t m = 0; m < count; ++m) {
        const T* row = scaled + m * side + i0;
        Pack<T, lanes> column[packs];
        for (int p = 0; p < packs; ++p) column[p] = load<lanes>(z + m * side + j0 + p * lanes);
#pragma GCC unroll 8
        for (int i = 0; i < height; ++i)
          for (int p = 0; p < packs; ++p) sum[i][p] += column[p] * row[i];
      }
      for (int i = 0; i < height; ++i)
        for (int p = 0; p < packs; ++p)
          for (int k = 0; k < lanes; ++k)
            tile[(i0 + i) * side + j0 + p * lanes + k] += static_cast<double>(sum[i][p][k]);
    }
}

template <class T>
void run(const CurvatureBlockTask<T>& task) {
  const CurvatureTiles tiles = CurvatureTiles::of(task.samples.feature_count());
  for (index_t i = task.first_strip; i < tiles.strips; i += task.strip_step)
    for (index_t k = tiles.offset(i, i); k < tiles.offset(i + 1, i + 1); ++k) task.tiles[k] = 0;
  Rows<T> rows;
  rows.z = task.scratch;
  rows.scaled = task.scratch + tiles.strips * most_rows * side;
  for (index_t m = task.first; m < task.last; m += most_rows) {
    rows.count = m + most_rows < task.last ? most_rows : task.last - m;
    load_rows(task, rows, m);
    compute_factors(task, rows, m);
    scale_rows(task, rows);
    for (index_t i = task.first_strip; i < tiles.strips; i += task.strip_step)
      for (index_t j = i; j < tiles.strips; ++j)
        add_tile(rows.scaled + i * most_rows * side, rows.z + j * most_rows * side, rows.count,
                 task.tiles + tiles.offset(i, j));
  }
}

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T) \
  void curvature_block(const CurvatureBlockTask<T>& task) { run(task); }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
