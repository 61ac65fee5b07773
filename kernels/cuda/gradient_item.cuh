#pragma once

#include <batchgrad/derivative/finite_difference.hpp>
#include <batchgrad/function/functions.hpp>
#include <batchgrad/stencil/stencils.hpp>

namespace batchgrad::cuda {

/// The gradient at one point by differences, computed in Scalar.
/// Moves (2 P + 1) elements of T a point when `values` is given, 2 P otherwise.
template <class Scalar, class T>
struct GradientItem {
  AnyFunction function;
  AnyStencil stencil;
  StepRule rule;
  MatrixView<const T> points;
  MatrixView<T> gradients;
  T* values;  ///< or null

  __device__ void operator()(index_t n) const {
    T* value = values == nullptr ? nullptr : values + n;
    function.visit([&](const auto& f) {
      stencil.visit([&](const auto& s) {
        finite_difference_gradient<Scalar>(f, points.row(n), s, rule, gradients.row(n), value);
      });
    });
  }
};

}  // namespace batchgrad::cuda
