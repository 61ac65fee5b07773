#pragma once

#include <batchgrad/loss/losses.hpp>
#include <batchgrad/regression/curvature.hpp>

#include "cuda/block_sum.cuh"

namespace batchgrad::cuda {

inline constexpr int curvature_threads = 256;
inline constexpr index_t curvature_side = 64;  ///< of a tile of the matrix; 4 x 4 entries a thread
inline constexpr index_t curvature_rows =
    32;  ///< samples whose products are summed in computing_t<T>

/// The tiles on and above the diagonal, row after row of them.
struct CurvaturePairs {
  index_t strips;  ///< of curvature_side columns

  static BATCHGRAD_HD CurvaturePairs of(index_t features) {
    return {features / curvature_side + 1};
  }
  BATCHGRAD_HD index_t count() const { return strips * (strips + 1) / 2; }
  BATCHGRAD_HD index_t index(index_t row, index_t column) const {
    return row * strips - row * (row - 1) / 2 + column - row;
  }
};

/// Sums over the virtual blocks [first_block, first_block + block_count) of a data set.
/// All pointers are of the device; the samples hold just the rows of these blocks.
template <class T>
struct CurvatureTask {
  Samples<T> samples;
  AnyLoss loss;
  Curvature curvature;
  VirtualBlocks blocks;
  index_t first_block;
  index_t block_count;
  const computing_t<T>* coefficients;  ///< D
  double intercept;
  double* factors;   ///< one for each of the samples here
  double* partials;  ///< [block][pair][64][64], of all virtual blocks
};

/// factors[m] = c_m: a group of lanes a sample, computing_t<T> within a lane and double across
/// lanes. Any grid. Bytes moved: X (not for gram), target, weight, offset and the factors once.
template <class T>
__global__ void __launch_bounds__(curvature_threads)
    curvature_factors_kernel(const __grid_constant__ CurvatureTask<T> task) {
  const Samples<T>& samples = task.samples;
  const bool is_gram = task.curvature == Curvature::gram;
  const index_t features = is_gram ? 0 : samples.feature_count();
  int lanes = 1;
  while (lanes < 32 && lanes < features) lanes *= 2;
  const index_t groups = curvature_threads / lanes;
  const index_t lane = threadIdx.x % lanes;
  for (index_t base = blockIdx.x * groups; base < samples.count(); base += gridDim.x * groups) {
    const index_t m = base + threadIdx.x / lanes;
    const bool is_inside = m < samples.count();
    computing_t<T> sum = 0;
    for (index_t j = lane; j < features && is_inside; j += lanes) {
      const computing_t<T> x = widen(samples.features(m, j));
      sum += (samples.centre.empty() ? x : x - samples.centre[j]) * task.coefficients[j];
    }
    const double product = lane_group_sum(static_cast<double>(sum), lanes);
    if (!is_inside || lane != 0) continue;
    const double weight = samples.weight.empty() ? 1.0 : double(samples.weight[m]);
    double factor = weight;
    const double prediction =
        product + task.intercept + (samples.offset.empty() ? 0.0 : double(samples.offset[m]));
    if (!is_gram)
      task.loss.visit([&](const auto& loss) {
        factor = curvature_factor(loss, task.curvature, weight, prediction,
                                  static_cast<double>(samples.target[m]));
      });
    task.factors[m] = factor;
  }
}

/// sum_m c_m z_m z_m^T, one tile of 64 x 64 entries over one virtual block at a time.
///   a block of threads   tiles of the matrix and virtual blocks in turn
///   32 samples           their entries of the tile's rows, times the factors, and of its columns
///                        are copied to shared memory; zeros behind the last of either
///   a thread             4 x 4 entries, in computing_t<T> over 32 samples, in double from there on
/// Bytes moved: for each pair of strips of 64 features the two strips of X and the factors; X once
/// where D < 64. 8 x 4096 a tile and virtual block.
template <class T>
class CurvatureBlock {
 public:
  using Computing = computing_t<T>;
  using Strip = Computing[curvature_rows][curvature_side];

  __device__ CurvatureBlock(const CurvatureTask<T>& task, Strip& left, Strip& right)
      : task_(task), left_(left), right_(right) {}

  __device__ void operator()(index_t block, index_t pair) {
    const CurvaturePairs pairs = CurvaturePairs::of(task_.samples.feature_count());
    index_t row = 0;
    while (row + 1 < pairs.strips && pairs.index(row + 1, row + 1) <= pair) ++row;
    const index_t column = row + pair - pairs.index(row, row);
    const index_t origin = task_.blocks.first(task_.first_block);
    const index_t last = task_.blocks.last(block) - origin;
    double total[4][4] = {};
    for (index_t m = task_.blocks.first(block) - origin; m < last; m += curvature_rows) {
      load_strip(left_, row, m, last, true);
      load_strip(right_, column, m, last, false);
      __syncthreads();
      add_products(total);
      __syncthreads();  // the strips are written next
    }
    double* tile =
        task_.partials + (block * pairs.count() + pair) * curvature_side * curvature_side;
    for (int a = 0; a < 4; ++a)
      for (int b = 0; b < 4; ++b)
        tile[(first_row() + 16 * a) * curvature_side + first_column() + 16 * b] = total[a][b];
  }

 private:
  static __device__ index_t first_row() { return threadIdx.x / 16; }
  static __device__ index_t first_column() { return threadIdx.x % 16; }

  /// Neighbouring threads read neighbouring features.
  __device__ void load_strip(Strip& strip, index_t place, index_t first, index_t last,
                             bool is_scaled) {
    const Samples<T>& samples = task_.samples;
    const index_t features = samples.feature_count();
    for (index_t i = threadIdx.x; i < curvature_rows * curvature_side; i += curvature_threads) {
      const index_t r = i / curvature_side;
      const index_t m = first + r;
      const index_t j = place * curvature_side + i % curvature_side;
      Computing value = 0;
      if (m < last && j < features) {
        value = widen(samples.features(m, j));
        if (!samples.centre.empty()) value -= samples.centre[j];
      }
      if (m < last && j == features) value = 1;
      if (is_scaled && m < last) value *= static_cast<Computing>(task_.factors[m]);
      strip[r][i % curvature_side] = value;
    }
  }

  __device__ void add_products(double (&total)[4][4]) {
    Computing sum[4][4] = {};
    for (index_t r = 0; r < curvature_rows; ++r)
      for (int a = 0; a < 4; ++a)
        for (int b = 0; b < 4; ++b)
          sum[a][b] += left_[r][first_row() + 16 * a] * right_[r][first_column() + 16 * b];
    for (int a = 0; a < 4; ++a)
      for (int b = 0; b < 4; ++b) total[a][b] += static_cast<double>(sum[a][b]);
  }

  const CurvatureTask<T>& task_;
  Strip& left_;
  Strip& right_;
};

template <class T>
__global__ void __launch_bounds__(curvature_threads)
    curvature_sums_kernel(const __grid_constant__ CurvatureTask<T> task) {
  using Strip = typename CurvatureBlock<T>::Strip;
  BATCHGRAD_SHARED(Strip, left);
  BATCHGRAD_SHARED(Strip, right);
  const index_t pairs = CurvaturePairs::of(task.samples.feature_count()).count();
  for (index_t i = blockIdx.x; i < task.block_count * pairs; i += gridDim.x)
    CurvatureBlock<T>(task, left, right)(task.first_block + i / pairs, i % pairs);
}

}  // namespace batchgrad::cuda
