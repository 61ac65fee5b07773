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

/// Of the entries of  slope + l1 d|w|  at w, the one nearest to 0.
double least_slope(double slope, double l1, double w) {
  if (w > 0) return slope + l1;
  if (w < 0) return slope - l1;
  return slope > l1 ? slope - l1 : slope < -l1 ? slope + l1 : slope * 0;  // 0, or NaN
}

template <class T>
constexpr double floor_of_scale = std::is_same_v<computing_t<T>, float> ? 0.5 : 1e-6;

/// Parameters are rounded to T.
template <class T>
constexpr double rounding_of_objective = std::is_same_v<computing_t<T>, float> ? 1e-6 : 1e-12;

}  // namespace

template <class T>
StandardisedObjective<T>::StandardisedObjective(LossEvaluator<T>& evaluator,
                                                const FeatureMoments& moments,
                                                double target_magnitude, const FitOptions& options,
                                                Training<T>& training)
    : evaluator_(evaluator),
      moments_(moments),
      training_(training),
      target_magnitude_(target_magnitude),
      variables_{static_cast<index_t>(moments.scale.size()),
                 options.intercept == Intercept::fitted,
                 options.standardise == Standardise::yes,
                 std::is_same_v<computing_t<T>, float>,
                 moments.centre,
                 moments.scale,
                 moments.vanishes},
      l1_(options.l1),
      l2_(options.l2) {
  if (l1_ == 0) return;
  l1_weights_.assign(static_cast<std::size_t>(parameter_count()), 0.0);
  for_each_block([&](index_t first) {
    double* block = l1_weights_.data() + first;
    for (index_t j = 0; j < features(); ++j)
      block[j] = variables_.standardises ? l1_ / moments.scale[static_cast<std::size_t>(j)] : l1_;
  });
}

template <class T>
double StandardisedObjective<T>::gradient_scale(double derivative_rms) const {
  constexpr double rounding = 4.0 * Limits<computing_t<T>>::epsilon;
  if (derivative_rms <= rounding * target_magnitude_) return floor_of_scale<T> * target_magnitude_;
  return std::max(derivative_rms, scale_floor_);
}

template <class T>
Evaluation StandardisedObjective<T>::evaluate(VectorView<const double> parameters,
                                              VectorView<double> gradient) {
  const std::vector<computing_t<T>> rounded = rounded_parameters(parameters);
  double objective = quiet_nan;
  double derivative_rms = quiet_nan;
  double held_out_loss = quiet_nan;
  const LossGradient result{{&objective, 1},
                            {gradient.data(), 1, gradient.size()},
                            {&derivative_rms, 1},
                            {&held_out_loss, 1}};
  if (is_first_)
    evaluate_first(rounded, result);
  else
    evaluator_({rounded.data(), 1, parameter_count()}, result, set_options());
  Evaluation value = judge(rounded, objective, derivative_rms, gradient);
  value.held_out_loss = held_out_loss;
  return value;
}

template <class T>
Evaluation StandardisedObjective<T>::judge(const std::vector<computing_t<T>>& parameters,
                                           double objective, double derivative_rms,
                                           VectorView<double> gradient) const {
  Evaluation value =
      evaluation_of(objective, derivative_rms, largest_standardised(gradient, parameters));
  value.l1_term = l1_term(parameters);
  value.objective += value.l1_term;
  to_solver_gradient(gradient, parameters);
  return value;
}

template <class T>
Evaluation StandardisedObjective<T>::evaluation_of(double objective, double derivative_rms,
                                                   double largest_slope) const {
  Evaluation value;
  value.objective = objective;
  value.objective_rounding = rounding_of_objective<T>;
  value.gradient_scale = gradient_scale(derivative_rms);
  value.gradient_norm = relative_size(largest_slope, value.gradient_scale);
  return value;
}

/// The model of zeros rides along with the first evaluation, in the same pass over X.
template <class T>
void StandardisedObjective<T>::evaluate_first(const std::vector<computing_t<T>>& parameters,
                                              LossGradient result) {
  is_first_ = false;
  const index_t count = parameter_count();
  std::vector<computing_t<T>> sets(parameters);
  sets.resize(2 * parameters.size(), computing_t<T>(0));
  std::array<double, 2> objective{};
  std::array<double, 2> derivative_rms{};
  std::array<double, 2> held_out_loss{};
  std::vector<double> gradients(sets.size());
  evaluator_({sets.data(), 2, count},
             {objective, {gradients.data(), 2, count}, derivative_rms, held_out_loss},
             set_options());
  result.objective[0] = objective[0];
  result.derivative_rms[0] = derivative_rms[0];
  result.held_out_loss[0] = held_out_loss[0];
  std::copy_n(gradients.begin(), count, result.gradient.row(0).begin());
  know_zero_model(derivative_rms[1]);
}

template <class T>
void StandardisedObjective<T>::know_zero_model(double derivative_rms) {
  if (!std::isfinite(derivative_rms)) return;
  // Where predictions are logarithms, zeros may be so far from the targets that their derivatives
  // say nothing of those near the minimum.
  const bool is_known = target_magnitude_ > 0;
  scale_floor_ =
      floor_of_scale<T> * (is_known ? std::min(derivative_rms, target_magnitude_) : derivative_rms);
}

template <class T>
Evaluation StandardisedObjective<T>::evaluate_rows(VectorView<const index_t> rows,
                                                   VectorView<const double> parameters,
                                                   VectorView<double> gradient) {
  const std::vector<computing_t<T>> rounded = rounded_parameters(parameters);
  double loss = quiet_nan;
  evaluator_.evaluate_rows(rows, {rounded.data(), 1, parameter_count()},
                           {{&loss, 1}, {gradient.data(), 1, gradient.size()}, {}, {}});
  return judge_rows(rows, rounded, loss, gradient);
}

template <class T>
Evaluation StandardisedObjective<T>::judge_rows(VectorView<const index_t> rows,
                                                const std::vector<computing_t<T>>& parameters,
                                                double loss, VectorView<double> gradient) const {
  const double share = training_.relative_weight(rows);
  Evaluation value;
  value.objective = loss * share;
  for (double& slope : gradient) slope *= share;
  for_each_block([&](index_t first) {
    for (index_t j = first; j < first + features(); ++j) {
      const double slope = penalty_slope(j, parameters);
      gradient[j] += slope;
      value.objective += slope / 2 * static_cast<double>(parameters[static_cast<std::size_t>(j)]);
    }
  });
  to_solver_gradient(gradient, parameters);
  value.gradient_norm = largest_magnitude(gradient);
  return value;
}

template <class T>
SetOptions StandardisedObjective<T>::set_options() const {
  return {.l2 = {&l2_, 1}, .held_out = training_.held_out()};
}

template <class T>
std::vector<computing_t<T>> StandardisedObjective<T>::rounded_parameters(
    VectorView<const double> variables) const {
  std::vector<computing_t<T>> rounded(static_cast<std::size_t>(variables.size()));
  for (index_t i = 0; i < variables.size(); ++i)
    rounded[static_cast<std::size_t>(i)] =
        static_cast<computing_t<T>>(variables_.parameter(i, variables[i]));
  return rounded;
}

template <class T>
double StandardisedObjective<T>::l1_term(const std::vector<computing_t<T>>& parameters) const {
  if (l1_ == 0) return 0;
  double sum = 0;
  for_each_block([&](index_t first) {
    for (index_t j = first; j < first + features(); ++j)
      sum += std::fabs(static_cast<double>(parameters[static_cast<std::size_t>(j)]));
  });
  return l1_ * sum;
}

/// Of l2: the l1 is not differentiable.
template <class T>
double StandardisedObjective<T>::penalty_slope(
    index_t variable, const std::vector<computing_t<T>>& parameters) const {
  return l2_ * static_cast<double>(parameters[static_cast<std::size_t>(variable)]);
}

/// Of the gradient with respect to w and the intercept that the evaluator knows.
template <class T>
double StandardisedObjective<T>::largest_standardised(
    VectorView<const double> raw_gradient, const std::vector<computing_t<T>>& parameters) const {
  std::vector<double> slopes(raw_gradient.begin(), raw_gradient.end());
  for (index_t i = 0; i < raw_gradient.size(); ++i) {
    double& slope = slopes[static_cast<std::size_t>(i)];
    if (variables_.is_coefficient(i)) {
      const index_t last = i - variables_.feature(i) + features();
      const double intercept_slope = variables_.has_intercept ? raw_gradient[last] : 0.0;
      slope = variables_.centred_slope(i, slope, intercept_slope, penalty_slope(i, parameters));
      if (l1_ > 0)
        slope =
            least_slope(slope, l1_, static_cast<double>(parameters[static_cast<std::size_t>(i)]));
    }
    slope /= variables_.norm_scale(i);
  }
  return largest_magnitude(slopes);
}

template <class T>
void StandardisedObjective<T>::to_solver_gradient(
    VectorView<double> gradient, const std::vector<computing_t<T>>& parameters) const {
  for (index_t i = 0; i < gradient.size(); ++i)
    gradient[i] = variables_.solver_slope(i, gradient[i], penalty_slope(i, parameters));
}

template <class T>
std::vector<double> StandardisedObjective<T>::from_raw(VectorView<const double> raw) const {
  std::vector<double> variables(raw.begin(), raw.end());
  if (!variables_.standardises) return variables;
  for_each_block([&](index_t first) {
    double* block = variables.data() + first;
    if (variables_.has_intercept)
      block[features()] = add_dot(block[features()], 1, moments_.centre, {block, features()});
    for (index_t j = 0; j < features(); ++j)
      block[j] *= moments_.scale[static_cast<std::size_t>(j)];
  });
  return variables;
}

template <class T>
std::vector<double> StandardisedObjective<T>::to_raw(VectorView<const double> variables) const {
  const std::vector<computing_t<T>> rounded = rounded_parameters(variables);
  std::vector<double> raw(rounded.begin(), rounded.end());
  if (!(variables_.standardises && variables_.has_intercept)) return raw;
  for_each_block([&](index_t first) {
    double* block = raw.data() + first;
    block[features()] = add_dot(block[features()], -1, moments_.centre, {block, features()});
  });
  return raw;
}

#define BATCHGRAD_WITH_STORAGE(T) template class StandardisedObjective<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
