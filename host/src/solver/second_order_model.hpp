#pragma once

#include <batchgrad/curvature.hpp>
#include <batchgrad/fit.hpp>

#include <type_traits>
#include <vector>

#include "solver/cholesky.hpp"
#include "solver/extended_gram.hpp"
#include "solver/feature_moments.hpp"

namespace batchgrad::detail {

/// Above this condition number of the scaled second moments, half of the digits of their products
/// are lost on the way to their inverse, and they are taken in DoubleDouble.
template <class T>
inline constexpr double most_gram_condition = std::is_same_v<computing_t<T>, float> ? 1e4 : 1e8;

/// The bound for M samples of P parameters: three digits where M P^2 <= 1e7, and all of this is a
/// matter of milliseconds.
template <class T>
[[nodiscard]] constexpr double gram_condition_bound(index_t samples, index_t parameters) {
  constexpr index_t small = 10'000'000;
  constexpr double most_small_condition = 1e3;
  return samples * parameters <= small / (parameters < 1 ? 1 : parameters) ? most_small_condition
                                                                           : most_gram_condition<T>;
}

/// What newton and gram know of a model besides its gradient. Columns are those of parameter sets;
/// the intercept, last, is taken first where columns are chosen.
template <class T>
class SecondOrderModel {
 public:
  /// `seen` are the samples with their centre, which must be moments.centre where there is an
  /// intercept. All must outlive this.
  /// Errors: those of CurvatureEvaluator.
  SecondOrderModel(Context& context, const Samples<T>& seen, const Loss& loss,
                   const FitOptions& options, const FeatureMoments& moments);

  /// P x P, in the solver's variables (StandardisedObjective) and per unit of weight, with the
  /// penalty but for Curvature::score: for Curvature::observed the Hessian of the objective.
  /// Errors: InvalidArgument where squares of features overflow or vanish.
  [[nodiscard]] std::vector<double> matrix(Curvature curvature, VectorView<const double> variables);

  /// The normal equations in DoubleDouble, in raw coefficients and the intercept of centred
  /// features, not divided by weights, with the penalty.
  [[nodiscard]] ExtendedGram extended(MatrixView<const double> low) const;

  /// The columns in the order of the Cholesky factor.
  [[nodiscard]] std::vector<index_t> order() const;
  /// What counts as dependent: 1 - R^2 of the order of the rounding of the features themselves.
  [[nodiscard]] double extended_tolerance(bool features_are_exact) const;
  /// The same for matrices whose products were taken in computing_t<T>.
  [[nodiscard]] static constexpr double tolerance() {
    return std::is_same_v<computing_t<T>, float> ? 1e-5 : 1e-13;
  }

  /// In terms of the features as they are given, of what a factor found out.
  [[nodiscard]] std::vector<Dependency> name(const std::vector<DependentColumn>& columns) const;

  [[nodiscard]] double weight_sum() const { return evaluator_.weight_sum(); }
  [[nodiscard]] index_t sample_count() const { return seen_.count(); }
  [[nodiscard]] index_t parameter_count() const { return evaluator_.parameter_count(); }
  [[nodiscard]] const FeatureMoments& moments() const { return moments_; }
  [[nodiscard]] bool has_intercept() const { return has_intercept_; }

 private:
  const Samples<T>& seen_;
  const FeatureMoments& moments_;
  CurvatureEvaluator<T> evaluator_;
  index_t features_;
  bool has_intercept_;
  double l2_;
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class SecondOrderModel<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
