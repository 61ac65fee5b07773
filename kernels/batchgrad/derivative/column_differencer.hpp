#pragma once

#include <batchgrad/derivative/column_geometry.hpp>
#include <batchgrad/derivative/line_differencer.hpp>

namespace batchgrad {

/// One derivative (a column of the result at one point) by differences, as a dialogue, so that
/// whoever evaluates f may evaluate it for many columns and points together:
///
///   ColumnDifferencer<double, T> column(rule, what, site, centre);
///   while (const int wanted = column.request()) {          // at most `most_values`
///     for (int k = 0; k < wanted; ++k) values[k] = f(x_p = column.coordinate(k, p) for all p);
///     column.receive(values);
///   }
///   Estimate<double> derivative = column.result();
///
/// `centre` is f(x), which all columns at a point share; the constructor without it leaves the
/// column to ask for it where it is needed (uses_centre says whether).
/// With Effort::value the error is infinite and the status says only what was seen by the way; the
/// value has the same bits with either effort. The site's views outlive the column.
template <class Scalar, class T>
class ColumnDifferencer {
 public:
  /// The largest number of function values wanted at a time.
  static constexpr int most_values = 16;

  BATCHGRAD_HD ColumnDifferencer(const DifferenceRule& rule, const DerivativeColumn& column,
                                 const DifferenceSite<T>& site)
      : rule_(rule), geometry_(column, site, rule) {
    start_line();
    advance();
  }
  BATCHGRAD_HD ColumnDifferencer(const DifferenceRule& rule, const DerivativeColumn& column,
                                 const DifferenceSite<T>& site, Scalar centre)
      : ColumnDifferencer(rule, column, site, Known{centre}) {}

  /// Whether f(x) is used wherever everything is finite.
  static BATCHGRAD_HD bool uses_centre(const DifferenceRule& rule, const DerivativeColumn& column) {
    const int order = derivative_order(rule, column);
    return rule.effort == Effort::estimate || rule.method == DifferenceMethod::adaptive ||
           rule.method == DifferenceMethod::forward || rule.method == DifferenceMethod::backward ||
           order % 2 == 0;
  }

  /// The number of function values wanted now; 0: the result is there.
  BATCHGRAD_HD int request() const {
    const int terms = geometry_.terms();
    const int values = line_.wanted() * terms;
    return values <= most_values ? values : most_values / terms * terms;
  }
  /// Coordinate `parameter` of the k-th point wanted.
  BATCHGRAD_HD Scalar coordinate(int k, index_t parameter) const {
    const int terms = geometry_.terms();
    return geometry_.coordinate(line_.wanted_place(k / terms), k % terms, parameter);
  }
  /// The values wanted, in the order of the request.
  BATCHGRAD_HD void receive(const Scalar* values) {
    const int terms = geometry_.terms();
    const int nodes = request() / terms;
    for (int k = 0; k < nodes; ++k)
      line_.receive(geometry_.combine(values + k * terms), geometry_.size(values + k * terms));
    advance();
  }

  BATCHGRAD_HD Estimate<Scalar> result() const { return result_; }

 private:
  struct Known {
    Scalar centre;
  };
  BATCHGRAD_HD ColumnDifferencer(const DifferenceRule& rule, const DerivativeColumn& column,
                                 const DifferenceSite<T>& site, const Known& known)
      : rule_(rule), geometry_(column, site, rule), centre_(known.centre), knows_centre_(true) {
    start_line();
    advance();
  }

  BATCHGRAD_HD void start_line() {
    if (knows_centre_) {
      const Scalar same[3] = {centre_, centre_, centre_};
      line_.know_centre(geometry_.combine(same), geometry_.size(same));
    }
    line_.start(rule_, geometry_.order(), geometry_.line());
  }
  BATCHGRAD_HD_LARGE void advance() {
    while (!is_done_ && line_.wanted() == 0) {
      line_.advance();
      if (line_.is_done()) finish_line();
    }
  }
  BATCHGRAD_HD void finish_line() {
    const Estimate<Scalar> estimate = geometry_.scaled(line_.estimate());
    if (is_check_) return finish_check(estimate);
    if (!is_finite(estimate.value) && geometry_.next_variant()) {
      line_.forget_centre();
      return start_line();
    }
    if (geometry_.is_first())
      result_ = estimate;
    else
      add(estimate);
    if (geometry_.next_line()) return start_line();
    is_check_ =
        rule_.effort == Effort::estimate && is_finite(result_.value) && geometry_.next_check();
    if (!is_check_) {
      is_done_ = true;
      return;
    }
    line_.forget_centre();
    start_line();
  }
  /// Where another form of the derivative finds another one, or a kink, there is something that the
  /// first does not see.
  BATCHGRAD_HD void finish_check(const Estimate<Scalar>& other) {
    is_done_ = true;
    const Scalar distance = math::fabs(other.value - result_.value);
    if (distance > Scalar(2) * result_.error) {
      result_.error = distance + other.error;
      if (result_.status == Status::ok) result_.status = Status::noisy;
    }
    if (other.status != Status::kink || result_.status == Status::kink) return;
    result_.error = largest(result_.error, other.error);
    result_.left = other.left;
    result_.right = other.right;
    result_.status = Status::kink;
  }
  /// Errors add up, and a sum is as doubtful as its worst term.
  BATCHGRAD_HD void add(const Estimate<Scalar>& term) {
    result_.value += term.value;
    result_.error += term.error;
    result_.left += term.left;
    result_.right += term.right;
    result_.step = largest(result_.step, term.step);
    if (gravity(term.status) > gravity(result_.status)) result_.status = term.status;
  }
  static BATCHGRAD_HD int gravity(Status status) {
    switch (status) {
      case Status::ok:
        return 0;
      case Status::one_sided:
        return 1;
      case Status::noisy:
        return 2;
      case Status::kink:
        return 3;
      case Status::step_lost:
        return 4;
      case Status::not_finite:
        return 5;
    }
    return 5;
  }

  DifferenceRule rule_;
  ColumnGeometry<Scalar, T> geometry_;
  Scalar centre_ = Scalar(0);
  bool knows_centre_ = false;
  bool is_done_ = false;
  bool is_check_ = false;
  LineDifferencer<Scalar> line_;
  Estimate<Scalar> result_;
};

}  // namespace batchgrad
