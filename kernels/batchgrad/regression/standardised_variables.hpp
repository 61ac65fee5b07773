#pragma once

#include <batchgrad/core/view.hpp>

namespace batchgrad {

/// The variables v that solvers move in, and the parameters w that they stand for; a block of both
/// for each class. With standardisation
///   v_j = w_j scale_j,    v_D = b + sum_j centre_j w_j     (the intercept of centred features)
/// otherwise they are the same. host/src/solver/standardised_objective.hpp says what for.
struct StandardisedVariables {
  index_t features = 0;
  bool has_intercept = false;
  bool standardises = false;
  bool rounds_to_float = false;  ///< parameters are of what the evaluation computes in
  VectorView<const double> centre;
  VectorView<const double> scale;
  VectorView<const char> vanishes;  ///< features that are 0 once they are centred

  /// Of variables: coefficients and perhaps an intercept.
  BATCHGRAD_HD index_t block_size() const { return features + (has_intercept ? 1 : 0); }
  BATCHGRAD_HD index_t feature(index_t variable) const { return variable % block_size(); }
  BATCHGRAD_HD bool is_coefficient(index_t variable) const { return feature(variable) < features; }

  /// The parameter that a variable stands for.
  BATCHGRAD_HD double parameter(index_t variable, double value) const {
    if (standardises && is_coefficient(variable)) value /= scale[feature(variable)];
    return rounds_to_float ? static_cast<double>(static_cast<float>(value)) : value;
  }

  /// The slope along a variable, of that along its parameter. A feature that vanishes has none but
  /// that of the penalty.
  BATCHGRAD_HD double solver_slope(index_t variable, double slope, double penalty_slope) const {
    if (!standardises || !is_coefficient(variable)) return slope;
    const index_t j = feature(variable);
    return (vanishes[j] != 0 ? penalty_slope : slope) / scale[j];
  }

  /// The slope along a parameter where the features are centred, whether or not the evaluation's
  /// are. Over norm_scale it is what tolerances look at.
  BATCHGRAD_HD double centred_slope(index_t variable, double slope, double intercept_slope,
                                    double penalty_slope) const {
    if (!is_coefficient(variable)) return slope;
    const index_t j = feature(variable);
    if (vanishes[j] != 0) return penalty_slope;
    return has_intercept && !standardises ? slope - centre[j] * intercept_slope : slope;
  }
  BATCHGRAD_HD double norm_scale(index_t variable) const {
    return is_coefficient(variable) ? scale[feature(variable)] : 1.0;
  }
};

}  // namespace batchgrad
