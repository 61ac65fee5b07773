#pragma once

#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <vector>

#include "solver/feature_moments.hpp"
#include "solver/objective.hpp"

namespace batchgrad::detail {

/// A regression objective as solvers see it. With Standardise::yes their variables are
///   v_j = w_j scale_j,    v_D = b + sum_j centre_j w_j     (the intercept of centred features)
/// in which the objective is the same function, the penalty on w included, and
///   d objective / d v_j = (d objective / d w_j) / scale_j.
/// With Standardise::no they are w and b as they are.
///
/// gradient_norm is the same quantity in both: the largest entry of the gradient in terms of v over
///   gradient_scale = max(derivative_rms, floor derivative_rms of the model of zeros),
/// floor = 1e-6 for double, 1/2 for float: times the default tolerance that is 4 units in the last
/// place of the targets, all that is left of the gradient of a perfect fit. A bounded derivative,
/// as Huber's, does not know the size of the targets. Where derivative_rms is itself no more than 4
/// units in the last place of the largest target, the fit is perfect for any loss, and that
/// target's magnitude takes the place of the model of zeros.
///
/// A feature that vanishes once it is centred keeps the coefficient it has at the start (unless it
/// is penalised): its slope is set to exactly that of the penalty.
///
/// Solvers work in double; the evaluation gets their variables rounded to T, and so does `to_raw`,
/// so that the coefficients are those of the objective reported.
template <class T>
class StandardisedObjective final : public Objective {
 public:
  /// `evaluator` sees the features centred by moments.centre for Standardise::yes with an
  /// intercept, as they are otherwise. Both must outlive this. `target_magnitude` is the largest
  /// |target| + |offset|.
  StandardisedObjective(LossEvaluator<T>& evaluator, const FeatureMoments& moments,
                        double target_magnitude, const FitOptions& options);

  [[nodiscard]] index_t parameter_count() const override { return evaluator_.parameter_count(); }
  Evaluation evaluate(VectorView<const double> parameters, VectorView<double> gradient) override;

  /// Solver variables of raw parameters, intercept last.
  [[nodiscard]] std::vector<double> from_raw(VectorView<const double> raw) const;
  /// Raw parameters, intercept last, of solver variables.
  [[nodiscard]] std::vector<double> to_raw(VectorView<const double> variables) const;

 private:
  [[nodiscard]] double gradient_scale(double derivative_rms) const;
  [[nodiscard]] std::vector<T> rounded_parameters(VectorView<const double> variables) const;
  void evaluate_first(const std::vector<T>& parameters, LossGradient result);
  [[nodiscard]] double largest_standardised(VectorView<const double> raw_gradient,
                                            const std::vector<T>& parameters) const;
  void to_solver_gradient(VectorView<double> gradient, const std::vector<T>& parameters) const;
  [[nodiscard]] double penalty_slope(index_t feature, const std::vector<T>& parameters) const;

  LossEvaluator<T>& evaluator_;
  const FeatureMoments& moments_;
  double target_magnitude_;
  index_t features_;
  bool has_intercept_;
  bool standardises_;
  double l2_;
  double scale_floor_ = 0;
  bool is_first_ = true;
};

extern template class StandardisedObjective<float>;
extern template class StandardisedObjective<double>;

}  // namespace batchgrad::detail
