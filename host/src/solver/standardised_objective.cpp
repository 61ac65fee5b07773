#include "solver/standardised_objective.hpp"

#include <batchgrad/core/limits.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

namespace batchgrad::detail {
namespace {

/// initial + sign * sum_j a_j b_j as if in twice the precision, then rounded (T. Ogita, S. M. Rump,
/// S. Oishi, SIAM J. Sci. Comput. 26 (2005) 1955-1988, algorithm Dot2): centre . w is often far
/// larger than the intercept that is left of it.
double add_dot(double initial, double sign, const std::vector<double>& a,
               VectorView<const double> b) {
  double sum = initial;
  double error = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double factor = sign * b[static_cast<index_t>(j)];
    const double product = a[j] * factor;
    const double product_error = std::fma(a[j], factor, -product);
    const double next = sum + product;
    const double added = next - sum;
    error += ((sum - (next - added)) + (product - added)) + product_error;
    sum = next;
  }
  return sum + error;
}

template <class T>
constexpr double floor_of_scale = std::is_same_v<T, float> ? 0.5 : 1e-6;

}  // namespace

template <class T>
StandardisedObjective<T>::StandardisedObjective(LossEvaluator<T>& evaluator,
                                                const FeatureMoments& moments,
                                                double target_magnitude, const FitOptions& options)
    : evaluator_(evaluator),
      moments_(moments),
      target_magnitude_(target_magnitude),
      features_(static_cast<index_t>(moments.scale.size())),
      has_intercept_(options.intercept == Intercept::fitted),
      standardises_(options.standardise == Standardise::yes),
      l2_(options.l2) {}

template <class T>
double StandardisedObjective<T>::gradient_scale(double derivative_rms) const {
  constexpr double rounding = 4.0 * Limits<T>::epsilon;
  if (derivative_rms <= rounding * target_magnitude_) return floor_of_scale<T> * target_magnitude_;
  return std::max(derivative_rms, scale_floor_);
}

template <class T>
Evaluation StandardisedObjective<T>::evaluate(VectorView<const double> parameters,
                                              VectorView<double> gradient) {
  const std::vector<T> rounded = rounded_parameters(parameters);
  Evaluation value;
  const LossGradient result{
      {&value.objective, 1}, {gradient.data(), 1, gradient.size()}, {&value.gradient_scale, 1}};
  if (is_first_)
    evaluate_first(rounded, result);
  else
    evaluator_({rounded.data(), 1, parameter_count()}, result, {&l2_, 1});
  value.gradient_scale = gradient_scale(value.gradient_scale);
  const double largest = largest_standardised(gradient, rounded);
  value.gradient_norm = relative_size(largest, value.gradient_scale);
  to_solver_gradient(gradient, rounded);
  return value;
}

/// The model of zeros rides along with the first evaluation, in the same pass over X.
template <class T>
void StandardisedObjective<T>::evaluate_first(const std::vector<T>& parameters,
                                              LossGradient result) {
  is_first_ = false;
  const index_t count = parameter_count();
  std::vector<T> sets(parameters);
  sets.resize(2 * parameters.size(), T(0));
  std::array<double, 2> objective{};
  std::array<double, 2> derivative_rms{};
  std::vector<double> gradients(sets.size());
  evaluator_({sets.data(), 2, count}, {objective, {gradients.data(), 2, count}, derivative_rms},
             {&l2_, 1});
  result.objective[0] = objective[0];
  result.derivative_rms[0] = derivative_rms[0];
  std::copy_n(gradients.begin(), count, result.gradient.row(0).begin());
  if (std::isfinite(derivative_rms[1])) scale_floor_ = floor_of_scale<T> * derivative_rms[1];
}

template <class T>
std::vector<T> StandardisedObjective<T>::rounded_parameters(
    VectorView<const double> variables) const {
  std::vector<T> rounded(static_cast<std::size_t>(variables.size()));
  for (index_t j = 0; j < variables.size(); ++j) {
    const auto at = static_cast<std::size_t>(j);
    const bool scaled = standardises_ && j < features_;
    rounded[at] = static_cast<T>(scaled ? variables[j] / moments_.scale[at] : variables[j]);
  }
  return rounded;
}

template <class T>
double StandardisedObjective<T>::penalty_slope(index_t feature,
                                               const std::vector<T>& parameters) const {
  return l2_ * static_cast<double>(parameters[static_cast<std::size_t>(feature)]);
}

/// From the gradient with respect to w and the intercept that the evaluator knows.
template <class T>
double StandardisedObjective<T>::largest_standardised(VectorView<const double> raw_gradient,
                                                      const std::vector<T>& parameters) const {
  std::vector<double> slopes(raw_gradient.begin(), raw_gradient.end());
  const double intercept_slope = has_intercept_ ? slopes.back() : 0.0;
  for (index_t j = 0; j < features_; ++j) {
    const auto at = static_cast<std::size_t>(j);
    const bool is_uncentred = has_intercept_ && !standardises_;
    if (is_uncentred) slopes[at] -= moments_.centre[at] * intercept_slope;
    if (moments_.vanishes[at] != 0) slopes[at] = penalty_slope(j, parameters);
    slopes[at] /= moments_.scale[at];
  }
  return largest_magnitude(slopes);
}

template <class T>
void StandardisedObjective<T>::to_solver_gradient(VectorView<double> gradient,
                                                  const std::vector<T>& parameters) const {
  if (!standardises_) return;
  for (index_t j = 0; j < features_; ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (moments_.vanishes[at] != 0) gradient[j] = penalty_slope(j, parameters);
    gradient[j] /= moments_.scale[at];
  }
}

template <class T>
std::vector<double> StandardisedObjective<T>::from_raw(VectorView<const double> raw) const {
  std::vector<double> variables(raw.begin(), raw.end());
  if (!standardises_) return variables;
  if (has_intercept_) variables.back() = add_dot(variables.back(), 1, moments_.centre, raw);
  for (std::size_t j = 0; j < moments_.scale.size(); ++j) variables[j] *= moments_.scale[j];
  return variables;
}

template <class T>
std::vector<double> StandardisedObjective<T>::to_raw(VectorView<const double> variables) const {
  const std::vector<T> rounded = rounded_parameters(variables);
  std::vector<double> raw(rounded.begin(), rounded.end());
  if (standardises_ && has_intercept_) raw.back() = add_dot(raw.back(), -1, moments_.centre, raw);
  return raw;
}

template class StandardisedObjective<float>;
template class StandardisedObjective<double>;

}  // namespace batchgrad::detail
