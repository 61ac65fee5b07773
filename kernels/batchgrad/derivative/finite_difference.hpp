#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/stencil/step.hpp>

namespace batchgrad {

/// A point whose coordinates are read as Scalar (float storage may be differenced in double).
template <class Scalar, class T>
class ConvertedPoint {
 public:
  BATCHGRAD_HD explicit ConvertedPoint(VectorView<const T> point) : point_(point) {}
  BATCHGRAD_HD Scalar operator[](index_t i) const { return static_cast<Scalar>(point_[i]); }
  BATCHGRAD_HD index_t size() const { return point_.size(); }

 private:
  VectorView<const T> point_;
};

/// The same with one coordinate moved: no copy of the point is made.
template <class Scalar, class T>
class ShiftedPoint {
 public:
  BATCHGRAD_HD ShiftedPoint(VectorView<const T> point, index_t shifted, Scalar coordinate)
      : point_(point), shifted_(shifted), coordinate_(coordinate) {}
  BATCHGRAD_HD Scalar operator[](index_t i) const {
    return i == shifted_ ? coordinate_ : static_cast<Scalar>(point_[i]);
  }
  BATCHGRAD_HD index_t size() const { return point_.size(); }

 private:
  VectorView<const T> point_;
  index_t shifted_;
  Scalar coordinate_;
};

/// f at a point, evaluated in Scalar.
template <class Scalar, class F, class T>
BATCHGRAD_HD Scalar function_value(const F& f, VectorView<const T> point) {
  return static_cast<Scalar>(f(ConvertedPoint<Scalar, T>(point)));
}

/// The derivative of f with respect to one parameter at one point, by one stencil:
///   stencil(c -> f(x with x_parameter = c)) at c = x_parameter
/// `centre` is f(x); stencils without `uses_centre` ignore it.
template <class Scalar, class F, class T, class Stencil>
BATCHGRAD_HD Scalar finite_difference(const F& f, VectorView<const T> point, index_t parameter,
                                      Scalar centre, const Stencil& stencil, const StepRule& rule) {
  const Scalar x = static_cast<Scalar>(point[parameter]);
  const auto at = [&](Scalar coordinate) {
    return static_cast<Scalar>(f(ShiftedPoint<Scalar, T>(point, parameter, coordinate)));
  };
  return stencil.derivative(at, centre, x, rule(x, Stencil::accuracy));
}

/// The whole gradient of f at one point; `value`, where it is not null, takes f there.
template <class Scalar, class F, class T, class Stencil>
BATCHGRAD_HD void finite_difference_gradient(const F& f, VectorView<const T> point,
                                             const Stencil& stencil, const StepRule& rule,
                                             VectorView<T> gradient, T* value) {
  const bool wants_centre = Stencil::uses_centre || value != nullptr;
  const Scalar centre = wants_centre ? function_value<Scalar>(f, point) : Scalar(0);
  if (value != nullptr) *value = static_cast<T>(centre);
  for (index_t i = 0; i < point.size(); ++i)
    gradient[i] = static_cast<T>(finite_difference<Scalar>(f, point, i, centre, stencil, rule));
}

}  // namespace batchgrad
