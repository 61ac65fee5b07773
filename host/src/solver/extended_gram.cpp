#include "solver/extended_gram.hpp"

#include <batchgrad/regression/curvature.hpp>

#include "sample_weight.hpp"

namespace batchgrad::detail {
namespace {

/// Adds the samples of one virtual block: the upper half, row after row, each row ending with its
/// right-hand side.
template <class T>
void add_block(const Samples<T>& samples, MatrixView<const double> low, index_t size, index_t first,
               index_t last, DoubleDouble* sums) {
  const index_t features = samples.feature_count();
  std::vector<DoubleDouble> z(static_cast<std::size_t>(size + 1), DoubleDouble(1));
  for (index_t m = first; m < last; ++m) {
    for (index_t j = 0; j < features; ++j) {
      const double centre = samples.centre.empty() ? 0.0 : static_cast<double>(samples.centre[j]);
      DoubleDouble value = exact_sum(static_cast<double>(samples.features(m, j)), -centre);
      if (!low.empty()) value += low(m, j);
      z[static_cast<std::size_t>(j)] = value;
    }
    const double offset = samples.offset.empty() ? 0.0 : static_cast<double>(samples.offset[m]);
    z.back() = exact_sum(static_cast<double>(samples.target[m]), -offset);
    const double weight = weight_of(samples, m);
    DoubleDouble* sum = sums;
    for (std::size_t i = 0; i + 1 < z.size(); ++i) {
      const DoubleDouble scaled = samples.weight.empty() ? z[i] : z[i] * DoubleDouble(weight);
      for (std::size_t j = i; j < z.size(); ++j) *sum++ += scaled * z[j];
    }
  }
}

}  // namespace

template <class T>
ExtendedGram extended_gram(const Samples<T>& samples, Intercept intercept,
                           MatrixView<const double> low) {
  const index_t features = samples.feature_count();
  const index_t size = features + (intercept == Intercept::fitted ? 1 : 0);
  const VirtualBlocks blocks = curvature_blocks(samples.count(), features, sizeof(T));
  const index_t width = size * (size + 3) / 2;
  std::vector<DoubleDouble> partials(static_cast<std::size_t>(blocks.count * width));
#pragma omp parallel for schedule(dynamic, 1)
  for (index_t b = 0; b < blocks.count; ++b)
    add_block(samples, low, size, blocks.first(b), blocks.last(b), partials.data() + b * width);
  tree_sum(partials.data(), blocks.count, width, width);

  ExtendedGram gram;
  gram.size = size;
  gram.matrix.resize(static_cast<std::size_t>(size * size));
  const DoubleDouble* sum = partials.data();
  for (index_t i = 0; i < size; ++i) {
    for (index_t j = i; j < size; ++j) {
      gram.matrix[static_cast<std::size_t>(i * size + j)] = *sum;
      gram.matrix[static_cast<std::size_t>(j * size + i)] = *sum++;
    }
    gram.right.push_back(*sum++);
  }
  return gram;
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template ExtendedGram extended_gram(const Samples<T>&, Intercept, MatrixView<const double>);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
