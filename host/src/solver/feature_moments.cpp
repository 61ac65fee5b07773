#include "solver/feature_moments.hpp"

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/reduce.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "contiguous_rows.hpp"
#include "sample_weight.hpp"

namespace batchgrad::detail {
namespace {

std::vector<double> zeros(index_t size) {
  return std::vector<double>(static_cast<std::size_t>(size));
}

/// body(partial, sample) for every sample, `partial` being the row of its virtual block: blocks in
/// parallel, the samples of a block in order. Returns blocks x width.
template <class T, class Body>
std::vector<double> for_each_sample(const Samples<T>& samples, const VirtualBlocks& blocks,
                                    index_t width, const Body& body) {
  std::vector<double> partials = zeros(blocks.count * width);
#pragma omp parallel for schedule(static)
  for (index_t b = 0; b < blocks.count; ++b) {
    const VectorView<double> partial(partials.data() + b * width, width);
    ContiguousRows<T> rows(samples.features);
    for (index_t m = blocks.first(b); m < blocks.last(b); ++m)
      body(partial, rows[m], weight_of(samples, m));
  }
  return partials;
}

/// Where every feature is measured from in the first pass.
template <class T>
std::vector<double> shifts(const Samples<T>& samples, Intercept intercept) {
  std::vector<double> shift = zeros(samples.feature_count());
  if (intercept == Intercept::none) return shift;
  index_t first = 0;
  while (first + 1 < samples.count() && weight_of(samples, first) == 0) ++first;
  for (index_t j = 0; j < samples.feature_count(); ++j)
    shift[static_cast<std::size_t>(j)] = static_cast<double>(samples.features(first, j));
  return shift;
}

template <class T>
[[noreturn]] void report_unusable(const Samples<T>& samples, index_t feature) {
  for (index_t m = 0; m < samples.count(); ++m)
    if (const auto value = static_cast<double>(samples.features(m, feature)); !std::isfinite(value))
      throw InvalidArgument(fmt::format(
          "feature {} of sample {} is {} (features are finite numbers) leave the sample out",
          feature, m, value));
  throw InvalidArgument(
      fmt::format("feature {} is too large (its sum overflows) give it in another unit", feature));
}

/// What the first pass gives.
struct FirstPass {
  std::vector<double> sum;     ///< of weight (x - shift)
  std::vector<double> spread;  ///< the largest |x - shift|
  double weight = 0;           ///< the sum of the weights
};

template <class T>
FirstPass first_pass(const Samples<T>& samples, const VirtualBlocks& blocks,
                     const std::vector<double>& shift) {
  const index_t features = samples.feature_count();
  const index_t width = 2 * features + 1;
  std::vector<double> partials = for_each_sample(
      samples, blocks, width,
      [&](VectorView<double> partial, VectorView<const T> x, double weight) {
        double* sum = partial.data();
        double* spread = sum + features + 1;
        for (index_t j = 0; j < features; ++j) {
          const double deviation = static_cast<double>(x[j]) - shift[static_cast<std::size_t>(j)];
          // A sample of weight 0 adds 0, or the NaN that must not go unseen.
          sum[j] += weight * deviation;
          const double magnitude = weight > 0 ? std::fabs(deviation) : 0.0;
          spread[j] = magnitude > spread[j] ? magnitude : spread[j];
        }
        partial[features] += weight;
      });
  tree_sum(partials.data(), blocks.count, width, features + 1);
  FirstPass result{zeros(features), zeros(features), partials[static_cast<std::size_t>(features)]};
  for (index_t j = 0; j < features; ++j) {
    const auto at = static_cast<std::size_t>(j);
    result.sum[at] = partials[at];
    for (index_t b = 0; b < blocks.count; ++b)
      result.spread[at] = std::max(
          result.spread[at], partials[static_cast<std::size_t>(b * width + features + 1 + j)]);
    if (!std::isfinite(result.sum[at])) report_unusable(samples, j);
  }
  return result;
}

/// sum weight ((x - centre) factor)^2
template <class T>
std::vector<double> square_sums(const Samples<T>& samples, const VirtualBlocks& blocks,
                                const std::vector<double>& centre,
                                const std::vector<double>& factor) {
  const index_t features = samples.feature_count();
  std::vector<double> partials = for_each_sample(
      samples, blocks, features,
      [&](VectorView<double> partial, VectorView<const T> x, double weight) {
        for (index_t j = 0; j < features; ++j) {
          const auto at = static_cast<std::size_t>(j);
          const double deviation = (static_cast<double>(x[j]) - centre[at]) * factor[at];
          partial[j] += weight * deviation * deviation;
        }
      });
  tree_sum(partials.data(), blocks.count, features, features);
  partials.resize(static_cast<std::size_t>(features));
  return partials;
}

}  // namespace

template <class T>
FeatureMoments feature_moments(const Samples<T>& samples, Intercept intercept) {
  const index_t features = samples.feature_count();
  const auto blocks = VirtualBlocks::of(samples.count(), features, sizeof(T));
  FeatureMoments moments{shifts(samples, intercept), zeros(features), {}};
  const FirstPass first = first_pass(samples, blocks, moments.centre);
  std::vector<double> factor = zeros(features);
  for (std::size_t j = 0; j < factor.size(); ++j) {
    if (intercept == Intercept::fitted)
      moments.centre[j] = static_cast<double>(
          static_cast<computing_t<T>>(moments.centre[j] + first.sum[j] / first.weight));
    moments.vanishes.push_back(first.spread[j] > 0 ? 0 : 1);
    factor[j] = 1 / std::max(first.spread[j], Limits<double>::smallest_normal);
  }
  const std::vector<double> squares = square_sums(samples, blocks, moments.centre, factor);
  for (std::size_t j = 0; j < factor.size(); ++j) {
    const double magnitude = std::fabs(moments.centre[j]);
    const double constant = magnitude > 0 ? magnitude : 1.0;
    const double rms = std::sqrt(squares[j] / first.weight) / factor[j];
    moments.scale[j] = moments.vanishes[j] != 0 ? constant : rms;
  }
  return moments;
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template FeatureMoments feature_moments(const Samples<T>&, Intercept);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
