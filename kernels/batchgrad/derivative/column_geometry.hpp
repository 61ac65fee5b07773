#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/derivative/estimate.hpp>
#include <batchgrad/derivative/line.hpp>

namespace batchgrad {

/// Where a function is differenced. `point` has P coordinates; of the others each has P entries or
/// none: the sizes below which a parameter no longer sets its own step (none: the step rule's
/// `typical`), the intervals that no stencil leaves, and the direction of a directional column.
template <class T>
struct DifferenceSite {
  VectorView<const T> point;
  VectorView<const double> typical = {};
  VectorView<const Interval> bounds = {};
  VectorView<const double> direction = {};
};

/// The order of a column's derivative.
BATCHGRAD_HD int derivative_order(const DifferenceRule& rule, const DerivativeColumn& column) {
  const bool is_second = column.kind == DerivativeColumn::Kind::mixed ||
                         column.kind == DerivativeColumn::Kind::laplacian;
  return is_second ? 2 : rule.order;
}

/// How derivatives of functions of one variable make up a column.
///   parameter   of t -> f(x with x_i = t)
///   direction   of t -> f(x + t v)
///   laplacian   P lines, second derivatives along each parameter, added up
///   mixed       4 a b f_ij = d^2/dt^2 [f(x + t a e_i + t b e_j) - f(x + t a e_i - t b e_j)]
///               with lengths a, b that make t a number without unit; and, where bounds or the
///               domain of f leave no room for this, with signs of a and b that point to it,
///               2 a b f_ij = d^2/dt^2 [f(x + t a e_i + t b e_j) - f(x + t a e_i) - f(x + t b e_j)]
template <class Scalar, class T>
class ColumnGeometry {
 public:
  BATCHGRAD_HD ColumnGeometry(const DerivativeColumn& column, const DifferenceSite<T>& site,
                              const DifferenceRule& rule)
      : column_(column), site_(site), step_(rule.step), order_(derivative_order(rule, column)) {
    if (column_.kind == Kind::laplacian) column_.i = 0;
    if (column_.kind == Kind::mixed) start_mixed();
  }

  BATCHGRAD_HD int order() const { return order_; }
  /// The number of values of f in one value on the line.
  BATCHGRAD_HD int terms() const {
    if (column_.kind != Kind::mixed) return 1;
    return variant_ == 0 ? 2 : 3;
  }
  BATCHGRAD_HD Scalar combine(const Scalar* values) const {
    if (column_.kind != Kind::mixed) return values[0];
    return variant_ == 0 ? values[0] - values[1] : values[0] - values[1] - values[2];
  }
  BATCHGRAD_HD Scalar size(const Scalar* values) const {
    Scalar size = Scalar(0);
    for (int k = 0; k < terms(); ++k)
      if (math::fabs(values[k]) > size) size = math::fabs(values[k]);
    return size;
  }

  BATCHGRAD_HD Scalar coordinate(Scalar place, int term, index_t parameter) const {
    const Scalar x = at(parameter);
    if (column_.kind == Kind::direction)
      return clamped(x + place * static_cast<Scalar>(site_.direction[parameter]), parameter);
    if (column_.kind != Kind::mixed) return parameter == column_.i ? place : x;
    if (parameter == column_.i && !(variant_ > 0 && term == 2))
      return clamped(x + place * length_i_, parameter);
    if (parameter == column_.j && !(variant_ > 0 && term == 1))
      return clamped(variant_ == 0 && term == 1 ? x - place * length_j_ : x + place * length_j_,
                     parameter);
    return x;
  }

  BATCHGRAD_HD Line<Scalar> line() const {
    if (column_.kind == Kind::direction) return direction_line();
    if (column_.kind == Kind::mixed) return mixed_line();
    const Scalar x = at(column_.i);
    const Scalar size = math::fabs(x);
    Line<Scalar> line;
    line.origin = x;
    line.size = size;
    line.scale = scale(column_.i);
    line.fallback = size < line.scale ? size : Scalar(0);
    const Interval interval = bounds(column_.i);
    line.lower = Scalar(interval.lower);
    line.upper = Scalar(interval.upper);
    return line;
  }
  /// The column's share of a derivative on the line.
  BATCHGRAD_HD Estimate<Scalar> scaled(Estimate<Scalar> estimate) const {
    if (column_.kind != Kind::mixed) return estimate;
    const Scalar factor = variant_ == 0 ? Scalar(4) : Scalar(2);
    const auto divided = [&](Scalar value) { return value / factor / length_i_ / length_j_; };
    estimate.value = divided(estimate.value);
    estimate.left = divided(estimate.left);
    estimate.right = divided(estimate.right);
    estimate.error = math::fabs(divided(estimate.error));
    estimate.step *= math::fabs(length_i_);
    return estimate;
  }

  /// Another way to the same derivative, where the last one met values that are not finite.
  BATCHGRAD_HD bool next_variant() {
    if (column_.kind != Kind::mixed || variant_ == 2) return false;
    ++variant_;
    if (variant_ == 2) length_j_ = -length_j_;
    return true;
  }
  /// A mixed derivative's first form does not see what is even in x_j, such as |x_j| x_i. Turns to
  /// the second one, which does.
  BATCHGRAD_HD bool next_check() {
    if (column_.kind != Kind::mixed || variant_ > 0) return false;
    variant_ = 1;
    return true;
  }
  BATCHGRAD_HD bool is_first() const { return column_.kind != Kind::laplacian || column_.i == 0; }
  BATCHGRAD_HD bool next_line() {
    return column_.kind == Kind::laplacian && ++column_.i < site_.point.size();
  }

 private:
  using Kind = DerivativeColumn::Kind;

  BATCHGRAD_HD Scalar at(index_t parameter) const {
    return static_cast<Scalar>(site_.point[parameter]);
  }
  BATCHGRAD_HD Scalar scale(index_t parameter) const {
    const Scalar typical = Scalar(site_.typical.empty() ? step_.typical : site_.typical[parameter]);
    const Scalar size = math::fabs(at(parameter));
    return size > typical ? size : typical;
  }
  BATCHGRAD_HD Interval bounds(index_t parameter) const {
    return site_.bounds.empty() ? Interval{} : site_.bounds[parameter];
  }
  BATCHGRAD_HD Scalar clamped(Scalar coordinate, index_t parameter) const {
    const Interval interval = bounds(parameter);
    if (coordinate < Scalar(interval.lower)) return Scalar(interval.lower);
    if (coordinate > Scalar(interval.upper)) return Scalar(interval.upper);
    return coordinate;
  }
  /// Narrows a line through x, with places t, to where x_parameter + t length is within its bounds.
  BATCHGRAD_HD void narrow(Line<Scalar>& line, index_t parameter, Scalar length) const {
    const Interval interval = bounds(parameter);
    const Scalar below = (Scalar(interval.lower) - at(parameter)) / length;
    const Scalar above = (Scalar(interval.upper) - at(parameter)) / length;
    const Scalar lower = length > Scalar(0) ? below : above;
    const Scalar upper = length > Scalar(0) ? above : below;
    if (lower > line.lower) line.lower = lower;
    if (upper < line.upper) line.upper = upper;
  }

  /// The scale of t is that of the parameter which moves through its own scale first.
  BATCHGRAD_HD Line<Scalar> direction_line() const {
    Line<Scalar> line;
    line.scale = line.fallback = Scalar(infinity);
    for (index_t p = 0; p < site_.point.size(); ++p) {
      const Scalar speed = static_cast<Scalar>(site_.direction[p]);
      if (speed == Scalar(0)) continue;
      const Scalar here = scale(p) / math::fabs(speed);
      const Scalar small = math::fabs(at(p) / speed);
      if (here < line.scale) line.scale = here;
      if (small > Scalar(0) && small < line.fallback) line.fallback = small;
      narrow(line, p, speed);
    }
    if (!(line.fallback < line.scale)) line.fallback = Scalar(0);
    if (!(line.scale < Scalar(infinity))) line.scale = Scalar(1);
    line.size = line.scale;
    return line;
  }

  BATCHGRAD_HD void start_mixed() {
    // With a step of the caller's both parameters move by it.
    const bool is_given = step_.step > 0;
    length_i_ = is_given ? Scalar(1) : power_of_two_below(scale(column_.i));
    length_j_ = is_given ? Scalar(1) : power_of_two_below(scale(column_.j));
    const Line<Scalar> line = mixed_line();
    const Scalar step = step_.of_scale(line.scale, max_accuracy, 2);
    if (line.upper < Scalar(4) * step) point_into_bounds();
  }
  BATCHGRAD_HD void point_into_bounds() {
    variant_ = 1;
    const Interval i = bounds(column_.i);
    const Interval j = bounds(column_.j);
    if (i.upper - at(column_.i) < at(column_.i) - i.lower) length_i_ = -length_i_;
    if (j.upper - at(column_.j) < at(column_.j) - j.lower) length_j_ = -length_j_;
  }
  BATCHGRAD_HD Line<Scalar> mixed_line() const {
    Line<Scalar> line;
    if (step_.step > 0) {
      line.scale = scale(column_.i);
      if (scale(column_.j) < line.scale) line.scale = scale(column_.j);
    }
    line.size = line.scale;
    const Scalar small_i = math::fabs(at(column_.i) / length_i_);
    const Scalar small_j = math::fabs(at(column_.j) / length_j_);
    if (small_i > Scalar(0) && small_i < line.scale) line.fallback = small_i;
    if (small_j > Scalar(0) && small_j < line.scale &&
        !(line.fallback > Scalar(0) && line.fallback < small_j))
      line.fallback = small_j;
    narrow(line, column_.i, length_i_);
    narrow(line, column_.j, length_j_);
    if (variant_ == 0) {
      narrow(line, column_.j, -length_j_);
      if (-line.lower < line.upper) line.upper = -line.lower;
      line.lower = -line.upper;
    }
    return line;
  }

  DerivativeColumn column_;
  DifferenceSite<T> site_;
  StepRule step_;
  int order_ = 1;
  int variant_ = 0;
  Scalar length_i_ = Scalar(1);
  Scalar length_j_ = Scalar(1);
};

}  // namespace batchgrad
