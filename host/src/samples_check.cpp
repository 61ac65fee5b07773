#include "samples_check.hpp"

#include <batchgrad/core/reduce.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace batchgrad::detail {

void check_length(const char* name, index_t size, index_t expected, const char* reason) {
  if (size != expected)
    throw InvalidArgument(
        fmt::format("{} has {} entries (expected {}: {})", name, size, expected, reason));
}

namespace {

template <class T>
void check_shapes(const Samples<T>& samples) {
  if (samples.count() == 0)
    throw InvalidArgument("there are no samples (a mean over none is not defined)");
  check_length("target", samples.target.size(), samples.count(), "one for each row of features");
  if (!samples.weight.empty())
    check_length("weight", samples.weight.size(), samples.count(), "one for each row of features");
  if (!samples.offset.empty())
    check_length("offset", samples.offset.size(), samples.count(), "one for each row of features");
  if (!samples.centre.empty())
    check_length("centre", samples.centre.size(), samples.feature_count(), "one for each feature");
  if (samples.features.row_stride() < samples.features.columns())
    throw InvalidArgument(fmt::format("the row stride of features is {} (rows of {} overlap)",
                                      samples.features.row_stride(), samples.features.columns()));
}

template <class T>
void check_targets(VectorView<const T> target, const Loss& loss) {
  const bool unit = target_domain(loss) == TargetDomain::unit_interval;
  const auto belongs = [&](T y) { return unit ? y >= T(0) && y <= T(1) : std::isfinite(y); };
  const T* bad = std::find_if_not(target.begin(), target.end(), belongs);
  if (bad == target.end()) return;
  throw InvalidArgument(fmt::format(
      "target {} is {} (loss '{}' needs {})", bad - target.begin(), *bad, loss_name(loss),
      unit ? "labels 0 or 1, or proportions between them" : "finite numbers"));
}

template <class T>
void check_offsets(VectorView<const T> offset) {
  const T* bad =
      std::find_if_not(offset.begin(), offset.end(), [](T o) { return std::isfinite(o); });
  if (bad != offset.end())
    throw InvalidArgument(
        fmt::format("offset {} is {} (offsets are finite numbers)", bad - offset.begin(), *bad));
}

/// The sum of the weights, in the order that the blocks of a data set are summed in.
template <class T>
double weight_sum(const Samples<T>& samples) {
  if (samples.weight.empty()) return static_cast<double>(samples.count());
  const auto blocks = VirtualBlocks::of(samples.count(), samples.feature_count(), sizeof(T));
  std::vector<double> partials(static_cast<std::size_t>(blocks.count));
  for (index_t b = 0; b < blocks.count; ++b)
    for (index_t m = blocks.first(b); m < blocks.last(b); ++m) {
      const T weight = samples.weight[m];
      if (!(weight >= T(0) && std::isfinite(weight)))
        throw InvalidArgument(
            fmt::format("weight {} is {} (weights are finite and not negative)", m, weight));
      partials[static_cast<std::size_t>(b)] += static_cast<double>(weight);
    }
  const double sum = tree_sum(partials.data(), blocks.count);
  if (!(sum > 0)) throw InvalidArgument("all weights are zero (a mean over nothing)");
  return sum;
}

}  // namespace

template <class T>
double check_samples(const Samples<T>& samples, const Loss& loss) {
  check_shapes(samples);
  check_parameters(loss);
  check_targets(samples.target, loss);
  check_offsets(samples.offset);
  return weight_sum(samples);
}

template double check_samples(const Samples<float>&, const Loss&);
template double check_samples(const Samples<double>&, const Loss&);

}  // namespace batchgrad::detail
