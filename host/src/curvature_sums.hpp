#pragma once

#include <batchgrad/regression/curvature.hpp>

namespace batchgrad {

/// The backend's half of CurvatureEvaluator: a data set and a loss, and sums over the samples.
template <class T>
class CurvatureSums {
 public:
  virtual ~CurvatureSums() = default;

  /// sums = sum_m c_m z_m z_m^T,  z_m = (x_m - centre, 1) always with the 1, all of it written.
  /// Shapes: coefficients D (Curvature::gram: not looked at), sums (D + 1) x (D + 1).
  virtual void evaluate(Curvature curvature, VectorView<const computing_t<T>> coefficients,
                        computing_t<T> intercept, MatrixView<double> sums) = 0;
};

}  // namespace batchgrad
