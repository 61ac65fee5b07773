#pragma once

#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>
#include <batchgrad/regression/standardised_variables.hpp>

#include <vector>

#include "solver/feature_moments.hpp"
#include "solver/objective.hpp"
#include "training.hpp"

namespace batchgrad::detail {

/// A regression objective as solvers see it. With Standardise::yes their variables are
///   v_j = w_j scale_j,    v_D = b + sum_j centre_j w_j     (the intercept of centred features)
/// in which the objective is the same function, the penalty on w included, and
///   d objective / d v_j = (d objective / d w_j) / scale_j,      l1 |w_j| = (l1 / scale_j) |v_j|.
/// With Standardise::no they are w and b as they are. A model of classes has such a block of
/// variables for each of them, one after the other.
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
  /// intercept, as they are otherwise. All but the options must outlive this. `target_magnitude` is
  /// the largest derivative_size(target) + |offset|. The evaluator's samples are those that
  /// `training` sees.
  StandardisedObjective(LossEvaluator<T>& evaluator, const FeatureMoments& moments,
                        double target_magnitude, const FitOptions& options, Training<T>& training);

  [[nodiscard]] index_t parameter_count() const override { return evaluator_.parameter_count(); }
  /// Empty without an l1; 0 for the intercept.
  [[nodiscard]] VectorView<const double> l1_weights() const override { return l1_weights_; }
  Evaluation evaluate(VectorView<const double> parameters, VectorView<double> gradient) override;
  [[nodiscard]] Batches* batches() override { return training_.batches(); }
  ///   sum_batch v_m loss / (batch's samples * mean v_m of all)  +  penalty
  /// and the gradient of that. The norm is the largest entry of it.
  Evaluation evaluate_rows(VectorView<const index_t> rows, VectorView<const double> parameters,
                           VectorView<double> gradient) override;

  // The parts of an evaluation, for whoever evaluates many objectives at once: the parameters that
  // the evaluator takes; what it says, without l1, of these; and, before the first, of zeros.
  [[nodiscard]] std::vector<computing_t<T>> rounded_parameters(
      VectorView<const double> variables) const;
  /// Turns the evaluator's gradient into that of the solver's variables.
  [[nodiscard]] Evaluation judge(const std::vector<computing_t<T>>& parameters, double objective,
                                 double derivative_rms, VectorView<double> gradient) const;
  /// The same of a batch, whose loss and gradient have no penalty yet.
  [[nodiscard]] Evaluation judge_rows(VectorView<const index_t> rows,
                                      const std::vector<computing_t<T>>& parameters, double loss,
                                      VectorView<double> gradient) const;
  void know_zero_model(double derivative_rms);
  /// The evaluation that a judge makes of these numbers, but for l1 and a held-out loss.
  [[nodiscard]] Evaluation evaluation_of(double objective, double derivative_rms,
                                         double largest_slope) const;
  [[nodiscard]] const StandardisedVariables& variables() const { return variables_; }
  [[nodiscard]] const Training<T>& training() const { return training_; }

  /// Solver variables of raw parameters, intercept last.
  [[nodiscard]] std::vector<double> from_raw(VectorView<const double> raw) const;
  /// Raw parameters, intercept last, of solver variables.
  [[nodiscard]] std::vector<double> to_raw(VectorView<const double> variables) const;

 private:
  [[nodiscard]] index_t features() const { return variables_.features; }
  [[nodiscard]] index_t block_size() const { return variables_.block_size(); }
  /// Calls body(block's first variable) for each block.
  template <class Body>
  void for_each_block(const Body& body) const {
    for (index_t first = 0; first < parameter_count(); first += block_size()) body(first);
  }
  [[nodiscard]] double gradient_scale(double derivative_rms) const;
  void evaluate_first(const std::vector<computing_t<T>>& parameters, LossGradient result);
  [[nodiscard]] double largest_standardised(VectorView<const double> raw_gradient,
                                            const std::vector<computing_t<T>>& parameters) const;
  void to_solver_gradient(VectorView<double> gradient,
                          const std::vector<computing_t<T>>& parameters) const;
  [[nodiscard]] SetOptions set_options() const;
  [[nodiscard]] double l1_term(const std::vector<computing_t<T>>& parameters) const;
  [[nodiscard]] double penalty_slope(index_t variable,
                                     const std::vector<computing_t<T>>& parameters) const;

  LossEvaluator<T>& evaluator_;
  const FeatureMoments& moments_;
  Training<T>& training_;
  double target_magnitude_;
  StandardisedVariables variables_;
  double l1_;
  double l2_;
  std::vector<double> l1_weights_;
  double scale_floor_ = 0;
  bool is_first_ = true;
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class StandardisedObjective<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
