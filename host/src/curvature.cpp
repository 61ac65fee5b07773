#include <batchgrad/curvature.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "backend.hpp"
#include "samples_check.hpp"

namespace batchgrad {

template <class T>
CurvatureEvaluator<T>::CurvatureEvaluator(Context& context, const Samples<T>& samples,
                                          const Loss& loss, Intercept intercept)
    : features_(samples.feature_count()),
      parameters_(features_ + (intercept == Intercept::fitted ? 1 : 0)) {
  for (const double weight : detail::check_samples(samples, loss)) weight_sum_ += weight;
  if (features_ > most_curvature_features)
    throw InvalidArgument(
        fmt::format("there are {} features (a matrix of second order is made of at most {}) fit by "
                    "lbfgs, which needs none",
                    features_, most_curvature_features));
  sums_ = context.backend().curvature_sums(samples, loss);
}

template <class T>
CurvatureEvaluator<T>::CurvatureEvaluator(CurvatureEvaluator&&) noexcept = default;
template <class T>
CurvatureEvaluator<T>& CurvatureEvaluator<T>::operator=(CurvatureEvaluator&&) noexcept = default;
template <class T>
CurvatureEvaluator<T>::~CurvatureEvaluator() = default;

template <class T>
void CurvatureEvaluator<T>::operator()(Curvature curvature,
                                       VectorView<const computing_t<T>> parameters,
                                       MatrixView<double> result) {
  const bool needs_none = curvature == Curvature::gram && parameters.empty();
  if (!needs_none)
    detail::check_length(
        "parameters", parameters.size(), parameters_,
        parameters_ > features_ ? "the features and the intercept, last" : "one for each feature");
  if (result.rows() != parameters_ || result.columns() != parameters_)
    throw InvalidArgument(fmt::format("result is {}x{} (a set has {} parameters) give {}x{}",
                                      result.rows(), result.columns(), parameters_, parameters_,
                                      parameters_));
  if (parameters_ == 0) return;
  const bool has_intercept = parameters_ > features_;
  const index_t width = features_ + 1;
  std::vector<double> storage(static_cast<std::size_t>(width * width));
  const MatrixView<double> sums(storage.data(), width, width);
  const VectorView<const computing_t<T>> coefficients(parameters.data(),
                                                      needs_none ? 0 : features_);
  const computing_t<T> constant =
      has_intercept && !needs_none ? parameters[features_] : computing_t<T>(0);
  sums_->evaluate(curvature, coefficients, constant, sums);
  for (index_t i = 0; i < parameters_; ++i)
    std::copy_n(sums.row(i).data(), parameters_, result.row(i).data());
}

#define BATCHGRAD_WITH_STORAGE(T) template class CurvatureEvaluator<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
