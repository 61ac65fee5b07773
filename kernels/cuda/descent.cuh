#pragma once

#include <batchgrad/regression/descent.hpp>
#include <batchgrad/regression/parameter_sets.hpp>
#include <batchgrad/regression/standardised_variables.hpp>

#include "cuda/block_sum.cuh"

namespace batchgrad::cuda {

inline constexpr int descent_threads = 256;

/// The larger of two numbers; not a number where one of them is none.
BATCHGRAD_HD double larger(double a, double b) { return a > b || a != a ? a : b; }

/// The largest of the block, or not a number, returned to every thread. Every thread calls it.
/// `warps` is BlockSize / 32 doubles of shared memory, free again for the block after its next
/// barrier.
template <int BlockSize>
__device__ __forceinline__ double block_largest(double value, double* warps) {
  for (int distance = 16; distance > 0; distance /= 2)
    value = larger(value, __shfl_xor_sync(0xffffffffU, value, distance));
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
  __syncthreads();
  for (int w = 0; w < BlockSize / 32; ++w) value = larger(value, warps[w]);
  return value;
}

/// What descents keep of each parameter of a set.
struct DescentPlanes {
  static constexpr index_t latest = 0;
  static constexpr index_t before = 1;  ///< where the iteration began
  static constexpr index_t gradient = 2;
  static constexpr index_t first_memory = 3;
  static constexpr index_t second_memory = 4;
  static constexpr index_t best = 5;
  static constexpr index_t held_out = 6;  ///< the last, only where a set has a holdout
};

/// The state of descents: a row for each set under way, plane after plane of its P variables and
/// then its DescentDecay.
struct DescentState {
  double* rows;
  index_t variables;
  index_t planes;

  BATCHGRAD_HD index_t width() const { return planes * variables + 2; }
  BATCHGRAD_HD double* plane(index_t place, index_t which) const {
    return rows + place * width() + which * variables;
  }
  BATCHGRAD_HD double* decay(index_t place) const { return plane(place, planes); }
};

/// The sets that an operation is for: their places in the state, in the order of its rows.
struct DescentPlaces {
  const index_t* places;
  index_t count;

  BATCHGRAD_HD index_t operator[](index_t row) const { return places[row]; }
};

/// What all of a descent's operations see.
struct DescentTask {
  DescentState state;
  StandardisedVariables variables;
  const DescentFacts* facts;
  const DescentOrder* orders;
  DescentReport* reports;
  double* share;  ///< of each set's gradient that its length is clipped to
};

/// Before an iteration: keeps what is to be kept of the iterates so far. Item: (place, variable).
struct BeginIteration {
  DescentTask task;

  BATCHGRAD_HD void operator()(index_t item) const {
    const DescentState& state = task.state;
    const index_t place = item / state.variables;
    const index_t i = item % state.variables;
    const double value = state.plane(place, DescentPlanes::latest)[i];
    state.plane(place, DescentPlanes::before)[i] = value;
    if (task.orders[place].keeps_best != 0) state.plane(place, DescentPlanes::best)[i] = value;
    if (task.orders[place].keeps_held_out != 0)
      state.plane(place, DescentPlanes::held_out)[i] = value;
    if (i != 0) return;
    task.reports[place].updates = 0;
    task.reports[place].moves = 0;
    task.reports[place].is_broken = 0;
  }
};

/// The parameters that the variables stand for, as evaluations take them: rows of coefficients and
/// intercepts, one for each class of each set. Item: (row of these, feature or D for the
/// intercept).
template <class Value>
struct RoundVariables {
  DescentTask task;
  DescentPlaces sets;
  index_t rows_per_set;
  Value* coefficients;
  Value* intercepts;

  BATCHGRAD_HD void operator()(index_t item) const {
    const StandardisedVariables& variables = task.variables;
    const index_t columns = variables.features + 1;
    const index_t row = item / columns;
    const index_t j = item % columns;
    const bool is_absent = j == variables.features && !variables.has_intercept;
    const index_t variable = row % rows_per_set * variables.block_size() + j;
    const double* values = task.state.plane(sets[row / rows_per_set], DescentPlanes::latest);
    const auto value =
        is_absent ? Value(0) : static_cast<Value>(variables.parameter(variable, values[variable]));
    if (j == variables.features)
      intercepts[row] = value;
    else
      coefficients[row * variables.features + j] = value;
  }
};

/// An update with the gradient that is there. Item: (row of `sets`, variable).
struct UpdateVariable {
  DescentTask task;
  DescentPlaces sets;

  __device__ void operator()(index_t item) const {
    const DescentState& state = task.state;
    const index_t place = sets[item / state.variables];
    const index_t i = item % state.variables;
    if (task.reports[place].is_broken != 0) return;
    const DescentFacts& facts = task.facts[place];
    const double rate = task.orders[place].rate;
    const double slope = clamped(state.plane(place, DescentPlanes::gradient)[i], facts.clip_value) *
                         task.share[place];
    double& variable = state.plane(place, DescentPlanes::latest)[i];
    double& first = state.plane(place, DescentPlanes::first_memory)[i];
    double& second = state.plane(place, DescentPlanes::second_memory)[i];
    const DescentDecay decay{state.decay(place)[0], state.decay(place)[1]};
    DescentMemory memory{first, second};
    facts.rule.visit([&](const auto& rule) {
      const double after = variable + rule.move(slope, rate, decay, memory);
      const bool moves = after != variable || after - rule.limit(slope, rate) != after;
      variable = after;
      // One atomic of a warp, or a few; and only this word of the report is written meanwhile.
      if (moves) atomicOr(&task.reports[place].moves, 1);
    });
    first = memory.first;
    second = memory.second;
  }

  static BATCHGRAD_HD double clamped(double slope, double limit) {
    return slope < -limit ? -limit : slope > limit ? limit : slope;
  }
};

/// Before an update: the share that is left of a gradient whose length is clipped, and the decays.
/// A block of threads a set: its sums have the order of its parameters alone.
class UpdateBlock {
 public:
  __device__ UpdateBlock(const DescentTask& task, index_t place, double* scratch)
      : task_(task), place_(place), scratch_(scratch) {}

  __device__ void operator()() {
    const DescentFacts& facts = task_.facts[place_];
    if (task_.reports[place_].is_broken != 0) return;  // so says every thread of the block
    const double share = facts.clip_norm < infinity ? share_within(facts.clip_norm) : 1.0;
    if (threadIdx.x != 0) return;
    task_.share[place_] = share < 1 ? share : 1.0;
    double* kept = task_.state.decay(place_);
    DescentDecay decay{kept[0], kept[1]};
    facts.rule.visit([&](const auto& rule) { rule.begin(decay); });
    kept[0] = decay.first;
    kept[1] = decay.second;
  }

 private:
  /// limit / |gradient|, as it is but for squares that overflow or vanish: powers of 2 are exact.
  __device__ double share_within(double limit) {
    double largest = 0;
    for (index_t i = threadIdx.x; i < task_.state.variables; i += descent_threads)
      largest = larger(largest, math::fabs(slope(i)));
    largest = block_largest<descent_threads>(largest, scratch_);
    if (largest == 0) return 1;
    int exponent = 0;
    math::frexp(largest, &exponent);
    double square = 0;
    for (index_t i = threadIdx.x; i < task_.state.variables; i += descent_threads) {
      const double scaled = math::ldexp(slope(i), -exponent);
      square += scaled * scaled;
    }
    square = block_sum<descent_threads>(square, scratch_ + descent_threads / 32);
    return math::ldexp(limit, -exponent) / math::sqrt(square);  // of thread 0
  }

  __device__ double slope(index_t i) const {
    return UpdateVariable::clamped(task_.state.plane(place_, DescentPlanes::gradient)[i],
                                   task_.facts[place_].clip_value);
  }

  const DescentTask& task_;
  index_t place_;
  double* scratch_;
};

}  // namespace batchgrad::cuda
