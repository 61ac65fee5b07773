#pragma once

#include <batchgrad/curvature.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "loss_gradient_case.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

inline constexpr Curvature every_curvature[] = {Curvature::gram, Curvature::observed,
                                                Curvature::expected, Curvature::score};

/// The matrices of second order of a LossGradientCase at the parameters of its first set.
template <class T>
class CurvatureCase {
 public:
  CurvatureCase(index_t samples, index_t features, Parts parts, Intercept intercept,
                index_t padding = 0)
      : problem_(samples, features, 1, parts, intercept, padding),
        intercept_(intercept),
        parameters_(features + (intercept == Intercept::fitted ? 1 : 0)) {}

  /// As LossGradientCase's.
  void store_by_columns(index_t padding) { problem_.store_by_columns(padding); }

  /// P x P; NaN where nothing was written.
  [[nodiscard]] std::vector<double> evaluate(Context& context, const Loss& loss,
                                             Curvature curvature) const {
    const std::vector<computing_t<T>> target = problem_.target_of(loss);
    CurvatureEvaluator<T> evaluator(context, problem_.samples_with(target), loss, intercept_);
    return evaluate(evaluator, curvature);
  }
  [[nodiscard]] std::vector<double> evaluate(CurvatureEvaluator<T>& evaluator,
                                             Curvature curvature) const {
    std::vector<double> result(static_cast<std::size_t>(parameters_ * parameters_), std::nan(""));
    evaluator(curvature, problem_.parameters().row(0), {result.data(), parameters_, parameters_});
    return result;
  }

  /// Every matrix on `context` lies within the derived bound of the reference backend's.
  void expect_parity(Context& context, const Loss& loss) const {
    auto reference = Context::on("reference");
    const std::vector<computing_t<T>> target = problem_.target_of(loss);
    const Samples<T> samples = problem_.samples_with(target);
    CurvatureEvaluator<T> evaluator(context, samples, loss, intercept_);
    for (const Curvature curvature : every_curvature) {
      const auto expected = evaluate(reference, loss, curvature);
      const auto actual = evaluate(evaluator, curvature);
      const auto bound = bounds(samples, loss, curvature);
      for (std::size_t i = 0; i < actual.size(); ++i)
        ASSERT_TRUE(is_within(actual[i], expected[i], bound[i]))
            << "curvature " << static_cast<int>(curvature) << " entry " << i;
    }
  }

 private:
  /// First-order bounds of rounding (Higham 2002, chapter 3) for both backends:
  ///   factor   its prediction errs as LossGradientBound says; what that changes is read off the
  ///            factor itself on both sides, twice for its bends, plus 16 roundings
  ///   entry    centring, the product with the factor and 128 sums in T, the rest, at most M terms,
  ///            in double
  [[nodiscard]] std::vector<double> bounds(const Samples<T>& samples, const Loss& loss,
                                           Curvature curvature) const {
    std::vector<double> result(static_cast<std::size_t>(parameters_ * parameters_));
    const double in_sum =
        gamma<computing_t<T>>(136) + gamma<double>(static_cast<double>(samples.count()) + 16);
    std::vector<double> z(static_cast<std::size_t>(samples.feature_count() + 1), 1.0);
    for (index_t m = 0; m < samples.count(); ++m) {
      for (index_t j = 0; j < samples.feature_count(); ++j)
        z[static_cast<std::size_t>(j)] =
            std::fabs(static_cast<double>(samples.features(m, j)) -
                      (samples.centre.empty() ? 0.0 : static_cast<double>(samples.centre[j])));
      const auto [factor, error] = factor_of(samples, loss, curvature, m);
      const double size = 2 * (std::fabs(factor) * in_sum + error);
      for (index_t i = 0; i < parameters_; ++i)
        for (index_t j = 0; j < parameters_; ++j)
          result[static_cast<std::size_t>(i * parameters_ + j)] +=
              size * z[static_cast<std::size_t>(i)] * z[static_cast<std::size_t>(j)];
    }
    return result;
  }

  struct Factor {
    double value;
    double error;
  };
  [[nodiscard]] Factor factor_of(const Samples<T>& samples, const Loss& loss, Curvature curvature,
                                 index_t m) const {
    const auto [eta, eta_error] =
        LossGradientBound<T>(samples, problem_.parameters().row(0), intercept_, no_fold)
            .prediction(m);
    const double weight = samples.weight.empty() ? 1.0 : static_cast<double>(samples.weight[m]);
    const auto at = [&](double prediction) {
      return std::visit(
          [&](const auto& l) {
            return curvature_factor(l, curvature, weight, prediction,
                                    static_cast<double>(samples.target[m]));
          },
          loss);
    };
    const double value = at(eta);
    if (curvature == Curvature::gram) return {value, 0};
    const double change =
        std::fabs(at(eta + eta_error) - value) + std::fabs(at(eta - eta_error) - value);
    return {value, 2 * change + gamma<double>(16) * (std::fabs(value) + weight * weight) +
                       eta_error * eta_error};
  }

  LossGradientCase<T> problem_;
  Intercept intercept_;
  index_t parameters_;
};

}  // namespace batchgrad::test
