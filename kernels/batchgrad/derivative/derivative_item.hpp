#pragma once

#include <batchgrad/derivative/derivative_output.hpp>
#include <batchgrad/derivative/difference.hpp>
#include <batchgrad/derivative/exact_estimate.hpp>
#include <batchgrad/derivative/forward_ad.hpp>

namespace batchgrad {

/// Derivatives that are wanted, as kernels are told: all views are of memory that the kernel may
/// touch. C = results * columns.size() derivatives at each point. Items refer to it.
template <class T>
struct DerivativeRequest {
  MatrixView<const T> points;
  DerivativeOutput<T> output;
  index_t results;
  VectorView<const DerivativeColumn> columns;  ///< of one result; the next result's follow
  DifferenceRule rule;
  VectorView<const double> typical;
  VectorView<const Interval> bounds;
  VectorView<const double> direction;

  BATCHGRAD_HD DifferenceSite<T> site(index_t point) const {
    return {points.row(point), typical, bounds, direction};
  }

  /// The other column of a result that is the same derivative (Hessians are symmetric), or itself.
  BATCHGRAD_HD index_t mirror(index_t column) const {
    if (columns[column].kind != DerivativeColumn::Kind::mixed) return column;
    return column % points.columns() * points.columns() + column / points.columns();
  }
};

/// f, or the functor of one result where f has several and so an `at(result)`.
template <class F>
BATCHGRAD_HD auto result_of(const F& f, index_t result) {
  if constexpr (requires { f.at(result); })
    return f.at(result);
  else
    return f;
}

/// difference.hpp's, for all items of a program in one copy: it is most of what there is to
/// compile.
template <class Scalar, class F, class T>
BATCHGRAD_HD_LARGE Estimate<Scalar> called_difference(const F& f, const DifferenceRule& rule,
                                                      const DerivativeColumn& column,
                                                      const DifferenceSite<T>& site) {
  return difference<Scalar>(f, rule, column, site);
}

/// What is known of a derivative computed by rules. A plain number comes without an error estimate;
/// where one is wanted and needs_difference, two_sided_estimate has to say it.
template <class T>
BATCHGRAD_HD Estimate<double> rule_estimate(const DerivativeRequest<T>&, double derivative) {
  return exact_estimate(RunningError<double>(derivative), 0);
}
template <class T>
BATCHGRAD_HD Estimate<double> rule_estimate(const DerivativeRequest<T>& request,
                                            const RunningError<double>& derivative) {
  return exact_estimate(derivative, request.rule.tolerance);
}

BATCHGRAD_HD bool is_doubtful(double) { return false; }
BATCHGRAD_HD bool is_doubtful(const RunningError<double>& derivative) {
  return needs_difference(derivative);
}

template <class F, class T>
BATCHGRAD_HD Estimate<double> two_sided_estimate(const F& f, const DerivativeRequest<T>& request,
                                                 index_t point, index_t column,
                                                 const RunningError<double>& derivative) {
  DifferenceRule rule = request.rule;
  rule.method = DifferenceMethod::adaptive;
  rule.effort = Effort::estimate;
  const index_t columns = request.columns.size();
  const auto compared = called_difference<double>(
      result_of(f, column / columns), rule, request.columns[column % columns], request.site(point));
  return exact_estimate(derivative, compared, rule.tolerance);
}
template <class F, class T>
BATCHGRAD_HD Estimate<double> two_sided_estimate(const F&, const DerivativeRequest<T>& request,
                                                 index_t, index_t, double derivative) {
  return rule_estimate(request, derivative);
}

/// f itself, in double whatever its derivatives are computed in.
template <class F, class T>
BATCHGRAD_HD void store_value(const F& result, const DerivativeRequest<T>& request, index_t point,
                              index_t position) {
  if (request.output.values.empty()) return;
  request.output.values(point, position) =
      static_cast<T>(function_value<double>(result, request.points.row(point)));
}

/// One derivative at one point by differences computed in Scalar. Items: points * C, those of one
/// column next to each other, so that neighbours do the same.
template <class Scalar, class F, class T>
struct DifferenceItem {
  F f;
  const DerivativeRequest<T>& request;

  static BATCHGRAD_HD index_t items(const DerivativeRequest<T>& request) {
    return request.points.rows() * request.results * request.columns.size();
  }

  BATCHGRAD_HD void operator()(index_t item) const {
    const index_t columns = request.columns.size();
    const index_t n = item % request.points.rows();
    const index_t q = item / request.points.rows() / columns;
    const index_t column = item / request.points.rows() % columns;
    const index_t mirror = request.mirror(column);
    if (mirror < column) return;
    const auto result = result_of(f, q);
    if (column == 0) store_value(result, request, n, q);
    DifferenceRule rule = request.rule;
    rule.effort = request.output.wants_estimates() ? Effort::estimate : Effort::value;
    const auto estimate =
        called_difference<Scalar>(result, rule, request.columns[column], request.site(n));
    request.output.store(n, q * columns + column, estimate);
    if (mirror > column) request.output.store(n, q * columns + mirror, estimate);
  }
};

/// Up to four first derivatives, or one of a higher order, of one result at one point by forward
/// automatic differentiation. Items: points * results * groups of columns. Scalar is double, and
/// then there is no error estimate, or RunningError<double>.
template <class Scalar, int Order, class F, class T>
struct ForwardItem {
  static constexpr int lanes = Order == 1 ? 4 : 1;

  F f;
  const DerivativeRequest<T>& request;

  static BATCHGRAD_HD index_t groups(const DerivativeRequest<T>& request) {
    return (request.columns.size() + lanes - 1) / lanes;
  }
  static BATCHGRAD_HD index_t items(const DerivativeRequest<T>& request) {
    return request.points.rows() * request.results * groups(request);
  }

  BATCHGRAD_HD void operator()(index_t item) const {
    const index_t n = item % request.points.rows();
    const index_t q = item / request.points.rows() / groups(request);
    const index_t column = item / request.points.rows() % groups(request) * lanes;
    if (request.mirror(column) < column) return;
    const auto result = result_of(f, q);
    if (column == 0) store_value(result, request, n, q);
    const index_t left = request.columns.size() - column;
    const int count = left < lanes ? static_cast<int>(left) : lanes;
    Scalar derivatives[lanes];
    forward_derivatives<Scalar, Order, lanes>(result, request.points.row(n),
                                              request.columns.data() + column, count,
                                              request.direction, derivatives);
    for (int lane = 0; lane < count; ++lane)
      store(n, q * request.columns.size(), column + lane, derivatives[lane]);
  }

 private:
  BATCHGRAD_HD void store(index_t n, index_t first, index_t column,
                          const Scalar& derivative) const {
    const auto estimate = is_doubtful(derivative)
                              ? two_sided_estimate(f, request, n, first + column, derivative)
                              : rule_estimate(request, derivative);
    request.output.store(n, first + column, estimate);
    const index_t mirror = request.mirror(column);
    if (mirror != column) request.output.store(n, first + mirror, estimate);
  }
};

/// The same for the order that is asked for at run time: one kernel instead of four, of which each
/// would hold all that is called.
template <class Scalar, class F, class T>
struct AnyForwardItem {
  F f;
  const DerivativeRequest<T>& request;

  static BATCHGRAD_HD index_t items(const DerivativeRequest<T>& request) {
    return request.rule.order == 1 ? ForwardItem<Scalar, 1, F, T>::items(request)
                                   : ForwardItem<Scalar, 2, F, T>::items(request);
  }

  BATCHGRAD_HD void operator()(index_t item) const {
    switch (request.rule.order) {
      case 1:
        return ForwardItem<Scalar, 1, F, T>{f, request}(item);
      case 2:
        return ForwardItem<Scalar, 2, F, T>{f, request}(item);
      case 3:
        return ForwardItem<Scalar, 3, F, T>{f, request}(item);
      default:
        return ForwardItem<Scalar, 4, F, T>{f, request}(item);
    }
  }
};

/// All values and derivatives at one point by one program: outputs(x, write) calls
/// write(position, value) once for each, in any order that is always the same; the results have the
/// first positions, the C derivatives those behind. Items: points. Scalar as in ForwardItem. Where
/// both sides of a kink have to be looked at, `doubts` derivatives are kept at a time; the program
/// runs again for more.
template <class Scalar, class Outputs, class F, class T>
struct SymbolicItem {
  static constexpr int doubts = 8;

  Outputs outputs;
  F f;
  const DerivativeRequest<T>& request;

  static BATCHGRAD_HD index_t items(const DerivativeRequest<T>& request) {
    return request.points.rows();
  }

  BATCHGRAD_HD void operator()(index_t n) const {
    index_t columns[doubts];
    Scalar derivatives[doubts];
    index_t settled = 0;
    int kept = 0;
    bool is_defined = true;
    do {
      index_t seen = 0;
      kept = 0;
      outputs(ConvertedPoint<Scalar, T>(request.points.row(n)),
              [&](index_t position, const Scalar& value) {
                const index_t column = position - request.results;
                if (column < 0) {
                  if (!(value == value)) is_defined = false;
                  if (!request.output.values.empty())
                    request.output.values(n, position) =
                        static_cast<T>(rule_estimate(request, value).value);
                } else if (!is_doubtful(value)) {
                  request.output.store(n, column, rule_estimate(request, value));
                } else if (++seen > settled && kept < doubts) {
                  columns[kept] = column;
                  derivatives[kept++] = value;
                }
              });
      for (int k = 0; k < kept; ++k)
        request.output.store(n, columns[k],
                             two_sided_estimate(f, request, n, columns[k], derivatives[k]));
      settled += kept;
    } while (kept == doubts);
    if (!is_defined) store_undefined(n);
  }

 private:
  /// Where f has no value it has no derivative either, though 1/x is a number where log(x) is none.
  BATCHGRAD_HD void store_undefined(index_t n) const {
    const index_t columns = request.columns.size();
    for (index_t q = 0; q < request.results; ++q) {
      const double value = function_value<double>(result_of(f, q), request.points.row(n));
      if (value == value) continue;
      for (index_t c = q * columns; c < (q + 1) * columns; ++c)
        request.output.store(n, c, rule_estimate(request, value));
    }
  }
};

}  // namespace batchgrad
