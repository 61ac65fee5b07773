#include <batchgrad/error.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "backend.hpp"
#include "samples_check.hpp"

namespace batchgrad {
namespace {

/// The l2 of set s: one for all sets or one for each.
double penalty(VectorView<const double> l2, index_t set) {
  return l2.empty() ? 0.0 : l2[l2.size() == 1 ? 0 : set];
}

void check_penalties(VectorView<const double> l2, index_t sets) {
  if (l2.size() > 1)
    detail::check_length("l2", l2.size(), sets, "one for each parameter set, or one");
  for (index_t i = 0; i < l2.size(); ++i)
    if (!(l2[i] >= 0 && std::isfinite(l2[i])))
      throw InvalidArgument(fmt::format("l2 is {} (a penalty is finite and not negative)", l2[i]));
}

void check_result(const LossGradient& result, index_t sets, index_t parameters) {
  if (!result.objective.empty())
    detail::check_length("objective", result.objective.size(), sets, "one for each parameter set");
  if (!result.derivative_rms.empty())
    detail::check_length("derivative_rms", result.derivative_rms.size(), sets,
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
  weight_sum_ = detail::check_samples(samples, loss);
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
