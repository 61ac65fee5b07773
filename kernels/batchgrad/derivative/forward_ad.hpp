#pragma once

#include <batchgrad/core/dual.hpp>
#include <batchgrad/core/view.hpp>
#include <batchgrad/derivative/difference_rule.hpp>

namespace batchgrad {

/// Order dual numbers, one in the other: x + a_1 e_1 + ... + a_Order e_Order, whose coefficient of
/// e_1 e_2 ... e_Order after a function is its derivative along a_1, a_2, ... The innermost one has
/// Lanes directions in the place of a_Order, for as many derivatives at once.
template <class Scalar, int Order, int Lanes = 1>
struct Nested {
  using Inner = typename Nested<Scalar, Order - 1, Lanes>::type;
  using type = Dual<Inner>;
};
template <class Scalar, int Lanes>
struct Nested<Scalar, 1, Lanes> {
  using Inner = Scalar;
  using type = Dual<Scalar, Lanes>;
};

/// How far parameter p moves along direction `level` (from 0, the outermost) of a column.
BATCHGRAD_HD double direction_entry(const DerivativeColumn& column, int level, index_t p,
                                    VectorView<const double> direction) {
  if (column.kind == DerivativeColumn::Kind::direction) return direction[p];
  return p == (level == 0 ? column.i : column.j) ? 1 : 0;
}

/// A point whose coordinates are nested dual numbers that move along the directions of `Lanes`
/// columns. Columns that share a point differ in their innermost direction alone.
template <class Scalar, int Order, int Lanes, class T>
class NestedPoint {
 public:
  BATCHGRAD_HD NestedPoint(VectorView<const T> point, const DerivativeColumn* columns, int count,
                           VectorView<const double> direction)
      : point_(point), columns_(columns), count_(count), direction_(direction) {}

  BATCHGRAD_HD typename Nested<Scalar, Order, Lanes>::type operator[](index_t i) const {
    return coordinate<Order>(i);
  }
  BATCHGRAD_HD index_t size() const { return point_.size(); }

 private:
  template <int Depth>
  BATCHGRAD_HD auto coordinate(index_t i) const {
    constexpr int level = Order - Depth;
    if constexpr (Depth == 1) {
      Dual<Scalar, Lanes> result(Scalar(static_cast<double>(point_[i])));
      for (int lane = 0; lane < count_; ++lane)
        result.tangent[lane] = Scalar(direction_entry(columns_[lane], level, i, direction_));
      return result;
    } else {
      using Inner = typename Nested<Scalar, Depth, Lanes>::Inner;
      Dual<Inner> result(coordinate<Depth - 1>(i));
      result.tangent[0] = Inner(direction_entry(columns_[0], level, i, direction_));
      return result;
    }
  }

  VectorView<const T> point_;
  const DerivativeColumn* columns_;
  int count_;
  VectorView<const double> direction_;
};

/// The coefficient of e_1 e_2 ... e_Order in one lane.
template <int Order, class Jet>
BATCHGRAD_HD auto highest_coefficient(const Jet& jet, int lane) {
  if constexpr (Order == 1)
    return jet.tangent[lane];
  else
    return highest_coefficient<Order - 1>(jet.tangent[0], lane);
}

/// Derivatives of f at a point by forward automatic differentiation, one for each of `count`
/// columns, at most Lanes. Scalar is double, or RunningError<double> for bounds of their errors.
/// `direction` is that of a column of this kind. Columns of order > 1 go one at a time: Lanes is 1.
template <class Scalar, int Order, int Lanes, class F, class T>
BATCHGRAD_HD void forward_derivatives(const F& f, VectorView<const T> point,
                                      const DerivativeColumn* columns, int count,
                                      VectorView<const double> direction, Scalar* derivatives) {
  static_assert(Order == 1 || Lanes == 1);
  if (columns[0].kind == DerivativeColumn::Kind::laplacian) {
    if constexpr (Order > 1) {
      derivatives[0] = Scalar(0);
      for (index_t i = 0; i < point.size(); ++i) {
        const DerivativeColumn along{DerivativeColumn::Kind::parameter, i, i};
        const auto value = f(NestedPoint<Scalar, Order, 1, T>(point, &along, 1, direction));
        derivatives[0] += highest_coefficient<Order>(value, 0);
      }
    }
    return;
  }
  const auto value = f(NestedPoint<Scalar, Order, Lanes, T>(point, columns, count, direction));
  for (int lane = 0; lane < count; ++lane)
    derivatives[lane] = highest_coefficient<Order>(value, lane);
}

}  // namespace batchgrad
