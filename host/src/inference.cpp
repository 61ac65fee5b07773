#include <batchgrad/error.hpp>
#include <batchgrad/inference.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "distribution.hpp"
#include "family.hpp"
#include "loss_shape.hpp"
#include "sample_weight.hpp"
#include "solver/second_order_model.hpp"

namespace batchgrad {
namespace {

using detail::Cholesky;
using detail::DoubleDouble;
using detail::Family;
using detail::FamilySums;
using detail::SecondOrderModel;

std::size_t place(index_t i) { return static_cast<std::size_t>(i); }

void check_result(const FitResult& result, index_t features) {
  if (static_cast<index_t>(result.coefficients.size()) != features)
    throw InvalidArgument(
        fmt::format("the fit has {} coefficients (the samples have {} features) "
                    "give the samples that it was fitted on",
                    result.coefficients.size(), features));
  if (!result.converged())
    throw InvalidArgument(fmt::format(
        "the fit has not converged but stopped by {} (errors are those of a minimum) let "
        "it converge",
        stop_name(result.stop)));
}

template <class T>
FamilySums family_sums(const Samples<T>& samples, const Loss& loss, const FitResult& result) {
  constexpr index_t most_rows = 65'536;
  FamilySums sums(detail::family_of(loss));
  std::vector<double> predictions(place(std::min(most_rows, samples.count())));
  for (index_t first = 0; first < samples.count(); first += most_rows) {
    const index_t rows = std::min(most_rows, samples.count() - first);
    VectorView<const computing_t<T>> offset;
    if (!samples.offset.empty()) offset = {samples.offset.data() + first, rows};
    predict<T>(samples.features.row_range(first, rows), result.coefficients, result.intercept,
               offset, {predictions.data(), rows});
    for (index_t m = 0; m < rows; ++m)
      sums.add(predictions[place(m)], static_cast<double>(samples.target[first + m]),
               detail::weight_of(samples, first + m));
  }
  return sums;
}

/// The inverse of the information in raw coefficients and the intercept of centred features, and
/// which columns it leaves out.
struct Information {
  std::vector<double> inverse;
  std::vector<detail::DependentColumn> dependent;
  index_t rank = 0;
};

template <class Real>
Information information_of(const Cholesky<Real>& factor) {
  return {factor.inverse(), factor.dependent(), static_cast<index_t>(factor.kept().size())};
}

/// The sum over samples in the variables of SecondOrderModel, turned into raw coefficients: divided
/// (an inverse) or multiplied (a matrix) by the scales of row and column, and by the weights.
template <class T>
class RawScale {
 public:
  RawScale(const SecondOrderModel<T>& model, double weight_sum)
      : scale_(model.moments().scale), weight_sum_(weight_sum) {
    if (model.has_intercept()) scale_.push_back(1);
  }
  void scale_inverse(std::vector<double>& matrix) const {
    for_each(matrix,
             [&](double& entry, double i, double j) { entry = entry / i / j / weight_sum_; });
  }
  void scale_matrix(std::vector<double>& matrix) const {
    for_each(matrix,
             [&](double& entry, double i, double j) { entry = entry * i * j * weight_sum_; });
  }

 private:
  template <class Step>
  void for_each(std::vector<double>& matrix, const Step& step) const {
    for (std::size_t i = 0; i < scale_.size(); ++i)
      for (std::size_t j = 0; j < scale_.size(); ++j)
        step(matrix[i * scale_.size() + j], scale_[i], scale_[j]);
  }
  std::vector<double> scale_;
  double weight_sum_;
};

template <class T>
Information invert_information(SecondOrderModel<T>& model, const Loss& loss,
                               const RawScale<T>& scale, Curvature curvature,
                               const std::vector<double>& variables) {
  const Cholesky<double> factor(model.matrix(curvature, variables), model.order(),
                                model.tolerance());
  const double bound =
      detail::gram_condition_bound<T>(model.sample_count(), model.parameter_count());
  if (std::holds_alternative<SquaredLoss>(loss) &&
      (!factor.dependent().empty() || factor.condition() > bound))
    return information_of(Cholesky<DoubleDouble>(model.extended({}).matrix, model.order(),
                                                 model.extended_tolerance(false)));
  Information information = information_of(factor);
  scale.scale_inverse(information.inverse);
  return information;
}

std::vector<double> product(const std::vector<double>& a, const std::vector<double>& b,
                            std::size_t size) {
  std::vector<double> result(size * size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t k = 0; k < size; ++k)
      for (std::size_t j = 0; j < size; ++j)
        result[i * size + j] += a[i * size + k] * b[k * size + j];
  return result;
}

/// From the intercept of centred features to that of raw ones, b = b_centred - centre . w: rows,
/// then columns.
void uncentre(std::vector<double>& covariance, const std::vector<double>& centre) {
  const std::size_t size = centre.size() + 1;
  const std::size_t last = centre.size();
  for (std::size_t j = 0; j < size; ++j)
    for (std::size_t k = 0; k < last; ++k)
      covariance[last * size + j] -= centre[k] * covariance[k * size + j];
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t k = 0; k < last; ++k)
      covariance[i * size + last] -= centre[k] * covariance[i * size + k];
}

/// A dependent column must be one that the fit held fixed.
void check_dependencies(const std::vector<Dependency>& found, const FitResult& result,
                        const detail::FeatureMoments& moments) {
  for (const Dependency& dependency : found) {
    const bool is_known =
        std::any_of(result.dependencies.begin(), result.dependencies.end(),
                    [&](const Dependency& known) { return known.feature == dependency.feature; });
    if (is_known || moments.vanishes[place(dependency.feature)] != 0) continue;
    throw InvalidArgument(fmt::format(
        "feature {} is a combination of others (its coefficient and theirs are arbitrary) "
        "leave it out, or fit by gram or newton, which hold it fixed",
        dependency.feature));
  }
}

struct Tails {
  Distribution distribution;
  double freedom;

  [[nodiscard]] double two_sided(double statistic) const {
    return distribution == Distribution::normal ? detail::normal_two_sided(statistic)
                                                : detail::student_two_sided(statistic, freedom);
  }
  [[nodiscard]] double quantile(double tail) const {
    return distribution == Distribution::normal ? detail::normal_two_sided_quantile(tail)
                                                : detail::student_two_sided_quantile(tail, freedom);
  }
};

TermInference infer_term(double estimate, double variance, const Tails& tails, double quantile) {
  TermInference term;
  term.estimate = estimate;
  term.std_error = std::sqrt(variance);
  term.statistic = estimate == 0 ? 0 : estimate / term.std_error;
  term.p_value = tails.two_sided(term.statistic);
  term.lower = estimate - quantile * term.std_error;
  term.upper = estimate + quantile * term.std_error;
  return term;
}

/// Solver variables of what the fit found.
std::vector<double> variables_of(const FitResult& result, const detail::FeatureMoments& moments,
                                 bool has_intercept) {
  std::vector<double> variables = result.coefficients;
  DoubleDouble intercept(result.intercept);
  for (std::size_t j = 0; j < variables.size(); ++j) {
    intercept += detail::exact_product(variables[j], moments.centre[j]);
    variables[j] *= moments.scale[j];
  }
  if (has_intercept) variables.push_back(double(intercept));
  return variables;
}

/// Everything but the terms.
void fill_summary(const FamilySums& sums, Family family, index_t rank, Inference& result) {
  result.residual_degrees_of_freedom = sums.count() - rank;
  if (detail::has_dispersion(family)) {
    if (result.residual_degrees_of_freedom <= 0)
      throw InvalidArgument(fmt::format(
          "{} samples are as many as the independent parameters or fewer (nothing is left "
          "to estimate the dispersion from) give more samples",
          sums.count()));
    result.distribution = Distribution::student_t;
  }
  result.dispersion = sums.dispersion(result.residual_degrees_of_freedom);
  if (family == Family::none) return;
  result.deviance = sums.deviance();
  const double likelihood = sums.log_likelihood();
  if (!std::isnan(likelihood)) result.log_likelihood = likelihood;
}

void fill_terms(const FitResult& fit, bool has_intercept, double confidence, Inference& result) {
  const Tails tails{result.distribution, static_cast<double>(result.residual_degrees_of_freedom)};
  const double quantile = tails.quantile(1 - confidence);
  const std::size_t features = fit.coefficients.size();
  const std::size_t size = features + (has_intercept ? 1 : 0);
  for (std::size_t j = 0; j < features; ++j)
    result.coefficients.push_back(
        infer_term(fit.coefficients[j], result.covariance[j * size + j], tails, quantile));
  if (has_intercept)
    result.intercept = infer_term(fit.intercept, result.covariance.back(), tails, quantile);
  for (const Dependency& dependency : result.dependencies) {
    TermInference& term = result.coefficients[place(dependency.feature)];
    term = TermInference{};
    term.estimate = fit.coefficients[place(dependency.feature)];
    term.is_dependent = true;
  }
}

}  // namespace

void check_inference(const Loss& loss, const FitOptions& options,
                     const InferenceOptions& inference) {
  if (!(inference.confidence > 0 && inference.confidence < 1))
    throw InvalidArgument(fmt::format(
        "confidence is {} (it is the probability that an interval holds the truth) give "
        "one between 0 and 1, as 0.95",
        inference.confidence));
  if (options.l1 > 0 || options.l2 > 0)
    throw InvalidArgument(
        "there are no standard errors of a penalised fit (its coefficients are biased, which no "
        "standard error shows) fit without l1 and l2");
  if (detail::curvature_of(loss) == detail::LossCurvature::none)
    throw InvalidArgument(
        fmt::format("there are no standard errors for loss '{}' (its second derivative is 0) use a "
                    "loss that bends, or resample",
                    loss_name(loss)));
  if (inference.covariance == Covariance::expected && detail::family_of(loss) == Family::none)
    throw InvalidArgument(
        fmt::format("loss '{}' has no expected information (it is not the likelihood of a family "
                    "that has one) use the sandwich",
                    loss_name(loss)));
}

template <class T>
Inference infer(Context& context, const Samples<T>& samples, const Loss& loss,
                const FitOptions& options, const FitResult& fit,
                const InferenceOptions& inference) {
  check_inference(loss, options, inference);
  check_result(fit, samples.feature_count());
  const bool has_intercept = options.intercept == Intercept::fitted;
  const auto moments = detail::feature_moments(samples, options.intercept);
  const std::vector<computing_t<T>> centre(moments.centre.begin(), moments.centre.end());
  Samples<T> seen = samples;
  if (has_intercept) seen.centre = centre;
  SecondOrderModel<T> model(context, seen, loss, options, moments);
  const RawScale<T> scale(model, model.weight_sum());
  const std::vector<double> variables = variables_of(fit, moments, has_intercept);
  const Family family = detail::family_of(loss);
  const Curvature curvature = family == Family::none ? Curvature::observed : Curvature::expected;
  Information information = invert_information(model, loss, scale, curvature, variables);

  Inference result;
  result.dependencies = model.name(information.dependent);
  check_dependencies(result.dependencies, fit, moments);
  fill_summary(family_sums(samples, loss, fit), family, information.rank, result);
  result.covariance = std::move(information.inverse);
  if (inference.covariance == Covariance::sandwich) {
    const auto size = static_cast<std::size_t>(model.parameter_count());
    std::vector<double> scores = model.matrix(Curvature::score, variables);
    scale.scale_matrix(scores);
    result.covariance = product(product(result.covariance, scores, size), result.covariance, size);
  } else {
    for (double& entry : result.covariance) entry *= result.dispersion;
  }
  if (has_intercept) uncentre(result.covariance, moments.centre);
  fill_terms(fit, has_intercept, inference.confidence, result);
  return result;
}

#define BATCHGRAD_WITH_STORAGE(T)                                                       \
  template Inference infer(Context&, const Samples<T>&, const Loss&, const FitOptions&, \
                           const FitResult&, const InferenceOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
