#pragma once

#include <batchgrad/derivative/column_differencer.hpp>

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

/// The k-th point that a column wants: no copy of the point is made.
template <class Scalar, class T>
class WantedPoint {
 public:
  BATCHGRAD_HD WantedPoint(const ColumnDifferencer<Scalar, T>& column, int k, index_t size)
      : column_(column), k_(k), size_(size) {}
  BATCHGRAD_HD Scalar operator[](index_t i) const { return column_.coordinate(k_, i); }
  BATCHGRAD_HD index_t size() const { return size_; }

 private:
  const ColumnDifferencer<Scalar, T>& column_;
  int k_;
  index_t size_;
};

/// f at a point, evaluated in Scalar.
template <class Scalar, class F, class T>
BATCHGRAD_HD Scalar function_value(const F& f, VectorView<const T> point) {
  return static_cast<Scalar>(f(ConvertedPoint<Scalar, T>(point)));
}

/// The values a column asks for, until it has its result.
template <class Scalar, class F, class T>
BATCHGRAD_HD Estimate<Scalar> answer(const F& f, ColumnDifferencer<Scalar, T> column,
                                     index_t parameters) {
  Scalar values[ColumnDifferencer<Scalar, T>::most_values];
  for (int wanted = column.request(); wanted > 0; wanted = column.request()) {
    for (int k = 0; k < wanted; ++k)
      values[k] = static_cast<Scalar>(f(WantedPoint<Scalar, T>(column, k, parameters)));
    column.receive(values);
  }
  return column.result();
}

/// One derivative of f at one point by differences; f takes anything with `x[i]` and `x.size()`.
/// `centre` is f there.
template <class Scalar, class F, class T>
BATCHGRAD_HD Estimate<Scalar> difference(const F& f, const DifferenceRule& rule,
                                         const DerivativeColumn& column,
                                         const DifferenceSite<T>& site, Scalar centre) {
  return answer<Scalar>(f, ColumnDifferencer<Scalar, T>(rule, column, site, centre),
                        site.point.size());
}
template <class Scalar, class F, class T>
BATCHGRAD_HD Estimate<Scalar> difference(const F& f, const DifferenceRule& rule,
                                         const DerivativeColumn& column,
                                         const DifferenceSite<T>& site) {
  return answer<Scalar>(f, ColumnDifferencer<Scalar, T>(rule, column, site), site.point.size());
}

}  // namespace batchgrad
