#include <batchgrad/core/reduce.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "backend.hpp"

namespace batchgrad {
namespace {

void check_length(const char* name, index_t size, index_t expected, const char* reason) {
  if (size != expected)
    throw InvalidArgument(
        fmt::format("{} has {} entries (expected {}: {})", name, size, expected, reason));
}

template <class T>
void check_samples(const Samples<T>& samples) {
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

/// sum of the weights, in the order that the blocks of a data set are summed in.
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

/// The l2 of set s: one for all sets or one for each.
double penalty(VectorView<const double> l2, index_t set) {
  return l2.empty() ? 0.0 : l2[l2.size() == 1 ? 0 : set];
}

void check_penalties(VectorView<const double> l2, index_t sets) {
  if (l2.size() > 1) check_length("l2", l2.size(), sets, "one for each parameter set, or one");
  for (index_t i = 0; i < l2.size(); ++i)
    if (!(l2[i] >= 0 && std::isfinite(l2[i])))
      throw InvalidArgument(fmt::format("l2 is {} (a penalty is finite and not negative)", l2[i]));
}

void check_result(const LossGradient& result, index_t sets, index_t parameters) {
  if (!result.objective.empty())
    check_length("objective", result.objective.size(), sets, "one for each parameter set");
  if (!result.derivative_rms.empty())
    check_length("derivative_rms", result.derivative_rms.size(), sets,
                 "one for each parameter set");
  if (!result.gradient.empty() &&
      (result.gradient.rows() != sets || result.gradient.columns() != parameters))
    throw InvalidArgument(fmt::format("gradient is {}x{} (parameters are {}x{}; they must match)",
                                      result.gradient.rows(), result.gradient.columns(), sets,
                                      parameters));
}

}  // namespace

template <class T>
LossEvaluator<T>::LossEvaluator(Context& context, const Samples<T>& samples, const Loss& loss,
                                Intercept intercept)
    : samples_(samples.count()),
      features_(samples.feature_count()),
      parameters_(features_ + (intercept == Intercept::fitted ? 1 : 0)) {
  check_samples(samples);
  check_parameters(loss);
  check_targets(samples.target, loss);
  weight_sum_ = weight_sum(samples);
  sums_ = context.backend().loss_sums(samples, loss);
}

template <class T>
LossEvaluator<T>::LossEvaluator(LossEvaluator&&) noexcept = default;
template <class T>
LossEvaluator<T>& LossEvaluator<T>::operator=(LossEvaluator&&) noexcept = default;
template <class T>
LossEvaluator<T>::~LossEvaluator() = default;

template <class T>
void LossEvaluator<T>::operator()(MatrixView<const T> parameters, const LossGradient& result,
                                  VectorView<const double> l2) {
  const index_t sets = parameters.rows();
  if (parameters.columns() != parameters_)
    throw InvalidArgument(fmt::format("parameters are {}x{} (a set has {} entries: {} features{})",
                                      sets, parameters.columns(), parameters_, features_,
                                      parameters_ > features_ ? " and the intercept, last" : ""));
  check_penalties(l2, sets);
  check_result(result, sets, parameters_);
  if (sets == 0) return;

  std::vector<T> intercepts(static_cast<std::size_t>(sets));
  if (parameters_ > features_)
    for (index_t s = 0; s < sets; ++s)
      intercepts[static_cast<std::size_t>(s)] = parameters(s, features_);
  const index_t width = features_ + LossSums<T>::extra;
  std::vector<double> storage(static_cast<std::size_t>(sets * width));
  const MatrixView<double> sums(storage.data(), sets, width);
  sums_->evaluate({parameters.data(), sets, features_, parameters.row_stride()}, intercepts, sums);

  for (index_t s = 0; s < sets; ++s) {
    const double l2_of_set = penalty(l2, s);
    double square = 0;
    for (index_t j = 0; j < features_; ++j) {
      const auto w = static_cast<double>(parameters(s, j));
      square += w * w;
    }
    if (!result.objective.empty())
      result.objective[s] = sums(s, features_ + 1) / weight_sum_ + l2_of_set / 2 * square;
    if (!result.derivative_rms.empty())
      result.derivative_rms[s] = std::sqrt(sums(s, features_ + 2) / weight_sum_);
    if (result.gradient.empty()) continue;
    for (index_t j = 0; j < parameters_; ++j) {
      const double slope = j < features_ ? l2_of_set * static_cast<double>(parameters(s, j)) : 0.0;
      result.gradient(s, j) = sums(s, j) / weight_sum_ + slope;
    }
  }
}

template class LossEvaluator<float>;
template class LossEvaluator<double>;

}  // namespace batchgrad
