#pragma once

#include "cuda/descent.cuh"

namespace batchgrad::cuda {

/// What an evaluation gave: for each row of the sets that it was of, see LossSums.
struct DescentSums {
  const double* sums;
  index_t rows_per_set;
  index_t batch_rows;  ///< 0: of all samples
};

/// Turns the sums over samples into a set's gradient and its report. A block of threads a set: its
/// sums have the order of its parameters alone. Moves some 4 P doubles.
class JudgeBlock {
 public:
  __device__ JudgeBlock(const DescentTask& task, const DescentSums& sums, index_t row,
                        index_t place, double* scratch)
      : task_(task),
        sums_(sums),
        facts_(task.facts[place]),
        report_(task.reports[place]),
        place_(place),
        features_(task.variables.features),
        width_(features_ + LossSumColumns::count),
        set_(sums.sums + row * sums.rows_per_set * width_),
        weight_(sums.batch_rows > 0 ? static_cast<double>(sums.batch_rows) * facts_.mean_weight
                                    : facts_.weight),
        scratch_(scratch) {}

  __device__ void operator()() {
    if (sums_.batch_rows > 0 && report_.is_broken != 0) return;  // so says every thread
    for (index_t i = threadIdx.x; i < task_.state.variables; i += descent_threads) add(i);
    constexpr int warps = descent_threads / 32;
    square_ = block_sum<descent_threads>(square_, scratch_);
    move_ = block_sum<descent_threads>(move_, scratch_ + warps);
    largest_ = block_largest<descent_threads>(largest_, scratch_ + 2 * warps);
    if (threadIdx.x != 0) return;
    const double objective = extra(LossSumColumns::loss) / weight_ + facts_.l2 / 2 * square_;
    if (sums_.batch_rows > 0)
      write_batch(objective);
    else
      write_all(objective);
  }

 private:
  __device__ void add(index_t i) {
    const StandardisedVariables& variables = task_.variables;
    const double* sums = set_ + i / variables.block_size() * width_;
    const index_t j = variables.feature(i);  // behind the features: the intercept's
    const double variable = task_.state.plane(place_, DescentPlanes::latest)[i];
    const double w = variables.parameter(i, variable);
    const double penalty_slope = j < features_ ? facts_.l2 * w : 0.0;
    const double slope = sums[j] / weight_ + penalty_slope;
    const double moved = solver_slope(i, slope, penalty_slope);
    if (j < features_) square_ += w * w;
    if (sums_.batch_rows > 0) {
      largest_ = larger(largest_, math::fabs(moved));
    } else {
      const double intercept_slope = sums[features_ + LossSumColumns::slope] / weight_;
      const double centred = variables.centred_slope(i, slope, intercept_slope, penalty_slope);
      largest_ = larger(largest_, math::fabs(centred / variables.norm_scale(i)));
      const double step = variable - task_.state.plane(place_, DescentPlanes::before)[i];
      move_ += step * step;
    }
  }

  /// Written, too.
  __device__ double solver_slope(index_t i, double slope, double penalty_slope) {
    const double result = task_.variables.solver_slope(i, slope, penalty_slope);
    task_.state.plane(place_, DescentPlanes::gradient)[i] = result;
    return result;
  }

  /// Of all classes.
  __device__ double extra(index_t column) const {
    double sum = 0;
    for (index_t c = 0; c < sums_.rows_per_set; ++c) sum += set_[c * width_ + features_ + column];
    return sum;
  }

  __device__ void write_batch(double objective) {
    const bool is_finite = math::fabs(objective) < infinity && largest_ < infinity;
    ++report_.updates;
    if (!is_finite) report_.is_broken = report_.moves = 1;
  }

  __device__ void write_all(double objective) {
    report_.objective = objective;
    report_.derivative_rms = math::sqrt(extra(LossSumColumns::square) / weight_);
    report_.largest_slope = largest_;
    report_.held_out_loss = extra(LossSumColumns::held_out_loss) / facts_.held_out_weight;
    report_.step = math::sqrt(move_);
  }

  const DescentTask& task_;
  const DescentSums& sums_;
  const DescentFacts& facts_;
  DescentReport& report_;
  index_t place_;
  index_t features_;
  index_t width_;
  const double* set_;
  double weight_;
  double* scratch_;
  double square_ = 0;
  double move_ = 0;
  double largest_ = 0;
};

/// Grid: any; blocks take one set after another.
inline __global__ void __launch_bounds__(descent_threads)
    descent_judge_kernel(const __grid_constant__ DescentTask task,
                         const __grid_constant__ DescentPlaces sets,
                         const __grid_constant__ DescentSums sums) {
  BATCHGRAD_SHARED_ARRAY(double, scratch, 3 * (descent_threads / 32));
  for (index_t row = blockIdx.x; row < sets.count; row += gridDim.x) {
    JudgeBlock(task, sums, row, sets[row], scratch)();
    __syncthreads();  // scratch is written again
  }
}

/// The same grid.
inline __global__ void __launch_bounds__(descent_threads)
    descent_update_kernel(const __grid_constant__ DescentTask task,
                          const __grid_constant__ DescentPlaces sets) {
  BATCHGRAD_SHARED_ARRAY(double, scratch, 2 * (descent_threads / 32));
  for (index_t row = blockIdx.x; row < sets.count; row += gridDim.x) {
    UpdateBlock(task, sets[row], scratch)();
    __syncthreads();
  }
}

}  // namespace batchgrad::cuda
