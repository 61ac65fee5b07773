#pragma once

#include "cuda/block_sum.cuh"
#include "cuda/loss_family/block_task.cuh"
#include "cuda/widening_load.cuh"

namespace batchgrad::cuda {

/// Products of a gradient that are summed in the type they are computed in; then the sum is carried
/// on in double.
inline constexpr index_t chain_rows = 128;

/// Loss and gradient of one parameter set. What is one number for all rows is an argument of the
/// kernel, which the constant cache serves, but for the intercept: a descent changes it there.
template <class T>
struct OneSetTask : BlockTask<T> {
  const computing_t<T>* coefficients;
  const computing_t<T>* intercept;  ///< one number
  AnyLoss loss;
  fold_t held_out;
  double* partials;  ///< [block][D + LossSumColumns::count], of all virtual blocks

  BATCHGRAD_HD double* sums(index_t b) const {
    return partials + (this->first_block + b) * this->width();
  }
};

/// What is known of a sample beside its features.
template <class T>
struct SampleFacts {
  T target;
  T weight;
  T offset;
  bool is_held_out;
};

template <class T>
__device__ __forceinline__ SampleFacts<computing_t<T>> facts_of(const OneSetTask<T>& task,
                                                                index_t m) {
  using Value = computing_t<T>;
  const Samples<T>& samples = task.samples;
  return {samples.target[m], samples.weight.empty() ? Value(1) : samples.weight[m],
          samples.offset.empty() ? Value(0) : samples.offset[m],
          !samples.fold.empty() && samples.fold[m] == task.held_out};
}

struct LossSlope {
  double value;
  double derivative;
};

/// Called, not inlined: the constants of ten losses in double would fill the registers of a
/// kernel's loop.
template <class Any>
BATCHGRAD_HD_CALLED LossSlope evaluate_loss(const Any& any, double prediction, double target) {
  LossSlope result{};
  any.visit([&](const auto& loss) {
    result = {loss.value(prediction, target), loss.derivative(prediction, target)};
  });
  return result;
}

/// What LossSums sums for each set beside the gradient.
struct LossTotals {
  double slope = 0;
  double loss = 0;
  double square = 0;
  double held_out_loss = 0;

  template <class T>
  __device__ __forceinline__ double add(const OneSetTask<T>& task, double product,
                                        const SampleFacts<computing_t<T>>& facts) {
    return add(task.loss, product + static_cast<double>(*task.intercept), facts);
  }

  /// Adds a sample, whose features' product with the coefficients, and the intercept, are given;
  /// returns its factor in the gradient. All in double.
  template <class Value>
  __device__ __forceinline__ double add(const AnyLoss& any, double product,
                                        const SampleFacts<Value>& facts) {
    const double prediction = product + static_cast<double>(facts.offset);
    const auto weight = static_cast<double>(facts.weight);
    const auto [loss_value, derivative] =
        evaluate_loss(any, prediction, static_cast<double>(facts.target));
    const double value = weight * loss_value;
    if (facts.is_held_out) {
      held_out_loss += value;
      return 0;
    }
    const double factor = weight * derivative;
    slope += factor;
    loss += value;
    square += factor * derivative;
    return factor;
  }

  /// Leaves the sums over the warp, behind those of the gradient, to sums[D ...].
  __device__ __forceinline__ void write_warp(double* sums) {
    double* const entries[] = {&slope, &loss, &square, &held_out_loss};
    constexpr index_t columns[] = {LossSumColumns::slope, LossSumColumns::loss,
                                   LossSumColumns::square, LossSumColumns::held_out_loss};
#pragma unroll
    for (int i = 0; i < LossSumColumns::count; ++i) {
      const double total = lane_group_sum(*entries[i], 32);
      if (threadIdx.x % 32 == 0) sums[columns[i]] = total;
    }
  }
};

/// sums[j] = the sum of the warps' warp_sums[warp][j], in order, by some of the block's threads.
template <int Warps>
__device__ __forceinline__ void add_warps(const double* warp_sums, index_t width, double* sums,
                                          index_t thread, index_t threads) {
  for (index_t j = thread; j < width; j += threads) {
    double total = warp_sums[j];
    for (index_t warp = 1; warp < Warps; ++warp) total += warp_sums[warp * width + j];
    sums[j] = total;
  }
}

}  // namespace batchgrad::cuda
