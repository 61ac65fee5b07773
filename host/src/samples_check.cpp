#include "samples_check.hpp"

#include <batchgrad/core/reduce.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "sample_weight.hpp"

namespace batchgrad::detail {

void check_length(const char* name, index_t size, index_t expected, const char* reason) {
  if (size != expected)
    throw InvalidArgument(
        fmt::format("{} has {} entries (expected {}: {})", name, size, expected, reason));
}

std::string needed_targets(const Loss& loss) {
  const char* needed = "finite numbers";
  switch (target_domain(loss)) {
    case TargetDomain::real:
      break;
    case TargetDomain::unit_interval:
      needed = "labels 0 or 1, or proportions between them";
      break;
    case TargetDomain::binary:
      needed = "labels 0 or 1";
      break;
    case TargetDomain::not_negative:
      needed = "numbers that are not negative";
      break;
    case TargetDomain::positive:
      needed = "numbers above 0";
      break;
  }
  return fmt::format("loss '{}' needs {}", loss_name(loss), needed);
}

namespace {

template <class T>
bool belongs(T y, TargetDomain domain) {
  if (!std::isfinite(y)) return false;
  switch (domain) {
    case TargetDomain::real:
      return true;
    case TargetDomain::unit_interval:
      return y >= T(0) && y <= T(1);
    case TargetDomain::binary:
      return y == T(0) || y == T(1);
    case TargetDomain::not_negative:
      return y >= T(0);
    case TargetDomain::positive:
      return y > T(0);
  }
  return false;
}

}  // namespace

template <class T>
index_t first_outside(VectorView<const T> target, TargetDomain domain) {
  const T* bad =
      std::find_if_not(target.begin(), target.end(), [domain](T y) { return belongs(y, domain); });
  return bad - target.begin();
}

template index_t first_outside(VectorView<const float>, TargetDomain);
template index_t first_outside(VectorView<const double>, TargetDomain);

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
  if (!samples.fold.empty())
    check_length("fold", samples.fold.size(), samples.count(), "one for each row of features");
  if (!samples.centre.empty())
    check_length("centre", samples.centre.size(), samples.feature_count(), "one for each feature");
  const auto stored = samples.features.as_stored();
  const char* line = samples.features.layout() == Layout::rows ? "row" : "column";
  if (stored.row_stride() < stored.columns())
    throw InvalidArgument(fmt::format("the {} stride of features is {} ({}s of {} overlap)", line,
                                      stored.row_stride(), line, stored.columns()));
}

template <class T>
void check_targets(VectorView<const T> target, const Loss& loss) {
  const index_t bad = first_outside(target, target_domain(loss));
  if (bad == target.size()) return;
  throw InvalidArgument(
      fmt::format("target {} is {} ({}) correct the sample or leave it out, or choose another loss",
                  bad, target[bad], needed_targets(loss)));
}

template <class T>
void check_offsets(VectorView<const T> offset) {
  const T* bad =
      std::find_if_not(offset.begin(), offset.end(), [](T o) { return std::isfinite(o); });
  if (bad != offset.end())
    throw InvalidArgument(
        fmt::format("offset {} is {} (offsets are finite numbers)", bad - offset.begin(), *bad));
}

template <class T>
void check_weights(VectorView<const T> weight) {
  const T* bad = std::find_if_not(weight.begin(), weight.end(),
                                  [](T v) { return v >= T(0) && std::isfinite(v); });
  if (bad != weight.end())
    throw InvalidArgument(fmt::format("weight {} is {} (weights are finite and not negative)",
                                      bad - weight.begin(), *bad));
}

/// How many folds there are.
index_t check_folds(VectorView<const fold_t> fold) {
  constexpr fold_t most = 65535;  // sums are kept for each of them
  if (fold.empty()) return 1;
  const auto [least, largest] = std::minmax_element(fold.begin(), fold.end());
  for (const fold_t* extreme : {least, largest})
    if (*extreme < 0 || *extreme > most)
      throw InvalidArgument(fmt::format("fold {} is {} (folds go from 0 to at most {})",
                                        extreme - fold.begin(), *extreme, most));
  return index_t{*largest} + 1;
}

template <class T>
index_t fold_of(const Samples<T>& samples, index_t sample) {
  return samples.fold.empty() ? 0 : index_t{samples.fold[sample]};
}

/// The weight of each fold among the samples row(0), ..., row(count - 1), in the order that these
/// as a data set of their own are summed in.
template <class T, class Row>
std::vector<double> fold_weights_of(const Samples<T>& samples, index_t count, const Row& row,
                                    index_t folds) {
  if (samples.weight.empty() && folds == 1) return {static_cast<double>(count)};
  const auto blocks = VirtualBlocks::of(count, samples.feature_count(), sizeof(T));
  std::vector<double> partials(static_cast<std::size_t>(blocks.count * folds));
  for (index_t b = 0; b < blocks.count; ++b) {
    double* partial = partials.data() + b * folds;
    for (index_t i = blocks.first(b); i < blocks.last(b); ++i)
      partial[fold_of(samples, row(i))] += weight_of(samples, row(i));
  }
  tree_sum(partials.data(), blocks.count, folds, folds);
  partials.resize(static_cast<std::size_t>(folds));
  return partials;
}

/// After check_shapes and the check of the loss.
template <class T>
std::vector<double> check_the_rest(const Samples<T>& samples) {
  check_offsets(samples.offset);
  check_weights(samples.weight);
  const auto all = [](index_t m) { return m; };
  std::vector<double> weights =
      fold_weights_of(samples, samples.count(), all, check_folds(samples.fold));
  if (std::none_of(weights.begin(), weights.end(), [](double sum) { return sum > 0; }))
    throw InvalidArgument("all weights are zero (a mean over nothing)");
  return weights;
}

}  // namespace

template <class T>
void check_loss(const Samples<T>& samples, const Loss& loss) {
  check_parameters(loss);
  check_targets(samples.target, loss);
}

template <class T>
void check_loss(const Samples<T>& samples, const SoftmaxLoss& loss) {
  constexpr index_t most = SoftmaxLoss::most_classes;
  if (!(loss.classes >= 2 && loss.classes <= most))
    throw InvalidArgument(fmt::format("classes is {} (softmax takes from 2 to {}) number them anew",
                                      loss.classes, most));
  using Target = computing_t<T>;
  const auto belongs = [&](Target y) {
    return y >= Target(0) && y < static_cast<Target>(loss.classes) && y == std::floor(y);
  };
  const auto& target = samples.target;
  const Target* bad = std::find_if_not(target.begin(), target.end(), belongs);
  if (bad != target.end())
    throw InvalidArgument(
        fmt::format("target {} is {} (loss 'softmax' needs the numbers of its {} classes, 0 to {})",
                    bad - target.begin(), *bad, loss.classes, loss.classes - 1));
  if (!samples.offset.empty())
    throw InvalidArgument(
        "samples have an offset (loss 'softmax' would add it to the predictions of all classes, "
        "which changes nothing) leave it out");
}

template <class T>
std::vector<double> check_samples(const Samples<T>& samples, const Loss& loss) {
  check_shapes(samples);
  check_loss(samples, loss);
  return check_the_rest(samples);
}

template <class T>
std::vector<double> check_samples(const Samples<T>& samples, const SoftmaxLoss& loss) {
  check_shapes(samples);
  check_loss(samples, loss);
  return check_the_rest(samples);
}

void check_rows(VectorView<const index_t> rows, index_t samples) {
  if (rows.empty())
    throw InvalidArgument("there are no rows (a mean over none is not defined) give at least one");
  const index_t* bad = std::find_if_not(rows.begin(), rows.end(),
                                        [&](index_t row) { return row >= 0 && row < samples; });
  if (bad != rows.end())
    throw InvalidArgument(fmt::format("row {} is {} (the samples go from 0 to {})",
                                      bad - rows.begin(), *bad, samples - 1));
}

template <class T>
std::vector<double> fold_weights(const Samples<T>& samples, VectorView<const index_t> rows,
                                 index_t folds) {
  return fold_weights_of(
      samples, rows.size(), [&](index_t i) { return rows[i]; }, folds);
}

#define BATCHGRAD_WITH_STORAGE(T)                                                         \
  template std::vector<double> fold_weights(const Samples<T>&, VectorView<const index_t>, \
                                            index_t);                                     \
  template void check_loss(const Samples<T>&, const Loss&);                               \
  template void check_loss(const Samples<T>&, const SoftmaxLoss&);                        \
  template std::vector<double> check_samples(const Samples<T>&, const SoftmaxLoss&);      \
  template std::vector<double> check_samples(const Samples<T>&, const Loss&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
