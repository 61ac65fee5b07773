#pragma once

#include <batchgrad/cuda/derivative_kernel.cuh>
#include <batchgrad/regression/samples.hpp>

namespace batchgrad::cuda {

inline constexpr int gather_threads = 256;

/// Copies element j of sample rows[i] to sample i: item i (D + 1) + j, where j = D stands for what
/// a sample has beside its features.
template <class T>
struct GatherItem {
  Samples<T> from;
  VectorView<const index_t> rows;
  T* features;
  computing_t<T>* target;
  computing_t<T>* weight;  ///< this and the following: not written where `from` has none
  computing_t<T>* offset;
  fold_t* fold;

  BATCHGRAD_HD void operator()(index_t item) const {
    const index_t columns = from.feature_count();
    const index_t i = item / (columns + 1);
    const index_t j = item % (columns + 1);
    const index_t row = rows[i];
    if (j < columns) {
      features[i * columns + j] = from.features(row, j);
      return;
    }
    target[i] = from.target[row];
    if (!from.weight.empty()) weight[i] = from.weight[row];
    if (!from.offset.empty()) offset[i] = from.offset[row];
    if (!from.fold.empty()) fold[i] = from.fold[row];
  }
};

/// A mini-batch: samples that lie anywhere, one after the other. A thread an element, so that a
/// row is read and written in one piece. Moves 2 rows (D + 1) elements and the row numbers.
template <class T>
__global__ void __launch_bounds__(gather_threads)
    gather_samples_kernel(index_t items, GatherItem<T> item) {
  for_each_item(items, item);
}

}  // namespace batchgrad::cuda
