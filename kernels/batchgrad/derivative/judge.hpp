#pragma once

#include <batchgrad/derivative/estimate.hpp>
#include <batchgrad/derivative/evidence.hpp>

namespace batchgrad {

/// A derivative from the right less that from the left, and what errors of f amount to in it.
template <class T>
struct Jump {
  T value;
  T amplification;

  BATCHGRAD_HD Jump(const WeightedSum<T>& right, const WeightedSum<T>& left)
      : value(right.value - left.value), amplification(right.amplification + left.amplification) {}
  BATCHGRAD_HD bool is_beyond(T noise) const {
    return math::fabs(value) > T(8) * noise * amplification;
  }
};

/// How wrong a quotient may be, by the evidence, and the status that follows.
///
/// error = 2 (truncation + noise), or 2 * disagreement where that is more; 2 is a safety factor,
/// with which all of 10,000 smooth functions are covered.
///
/// - truncation = |D(h) - D(2h)|, which is 2^accuracy - 1 times the error of D(h) where the formula
///   converges as it should. It is not divided by that: so it holds for rougher functions, too.
///   Where there is no room for 2h, and for accuracies of 6 and more, 2 |D(h) - D(h/2)|.
///   One-sided formulas converge less evenly and get a factor 3.
/// - noise = 1.5 amplification * max(3 residual, epsilon (|f| + |x f'|)). The residual is measured:
///   f at four places between the nodes, which have no common period with them, against the
///   polynomial through the nodes. It is the rounding of f, cancellation within f, a higher
///   derivative, and whatever is too fine for the step. (More and Wild measure noise by differences
///   of high order in the same way.) Else the rounding of f and of its argument count. The two
///   values of a quotient of accuracy 1 have no others beside them: 4 instead of 1.5.
/// - disagreement: slopes over steps up to 2^16 times smaller, or second derivatives over 2^8 times
///   smaller ones, differ from the derivative by more than rounding, for which
///   32 epsilon (|f| + s |f'| + s^2 |f''| / 2) stands, s the scale of x: intermediate results of f
///   may be as large as f is at a distance of s. Or, where all points are on one side of x, f on
///   the other side is not on the polynomial through them.
///   Central derivatives of higher order are the mean of what a kink makes of both sides; those
///   with more nodes on one side are not, and count 3 times, 5 times for accuracies of 6 and more.
///
/// - kink: the one-sided derivatives differ, by more than rounding, and by the same at two steps:
///   where f is smooth the difference shrinks with the step.
/// - step_lost: f is the same at all points, but another at 0.22 s, or further away by steps as in
///   a staircase, or it could change by more than the tolerance within its rounding.
/// - ok: error <= tolerance * max(|f^(m)|, min(1, (|f| + s^2 |f''|) / s^m)). That is relative, and
///   where the derivative is nearly zero, as at a minimum, compared with what it is nearby.
///
/// Source: J. J. More and S. M. Wild, SIAM J. Sci. Comput. 33 (2011) 1292-1314; C. J. F. Ridders,
/// Advances in Engineering Software 4 (1982) 75-76 (differences of extrapolations as their error);
/// P. E. Gill, W. Murray, M. H. Wright, Practical Optimization (1981), section 8.6.
template <class T>
class Judge {
 public:
  BATCHGRAD_HD Judge(const Evidence<T>& seen, const Line<T>& line, const Placement<T>& placement)
      : seen_(seen), placement_(placement), scale_(line.scale) {
    const T slope = math::fabs(seen[Look::slope].value);
    const T underflow = seen.size > T(0) ? Limits<T>::smallest_normal : T(0);
    const T reach = T(placement.stencil.reach()) * placement.step;
    const T steepest = slope + reach * math::fabs(seen[Look::bend].value);
    const T rounding = Limits<T>::epsilon * (seen.size + line.size * steepest + underflow);
    const T roughest = roughness() * seen.residual;
    noise_ = roughest <= rounding ? rounding : roughest;
    model_ = Limits<T>::epsilon * (seen.size + scale_ * slope +
                                   scale_ * scale_ * math::fabs(seen[Look::bend].value) / T(2));
  }

  BATCHGRAD_HD Estimate<T> estimate(T tolerance) const {
    const WeightedSum<T>& right = seen_[is_central() ? Look::right_wide : Look::right_near];
    const WeightedSum<T>& left = seen_[is_central() ? Look::left_wide : Look::left_near];
    const T value = seen_[Look::quotient].value;
    const T jump = math::fabs(right.value - left.value);
    const bool has_kink = is_kink();
    T error = largest(truncation() + rounding(), disagreement());
    if (has_kink) error = largest(error, jump);

    Estimate<T> result;
    result.value = value;
    result.error = is_finite(error) ? T(2) * error : T(infinity);
    result.step = placement_.step;
    result.left = has_kink ? left.value : value;
    result.right = has_kink ? right.value : value;
    const bool is_small = result.error <= tolerance * largest(math::fabs(value), natural_size());
    result.status = is_small ? Status::ok : Status::noisy;
    if (seen_.is_unchanged && (seen_.is_staircase || !is_small)) result.status = Status::step_lost;
    if (has_kink) result.status = Status::kink;
    return result;
  }

 private:
  BATCHGRAD_HD bool is_central() const { return placement_.stencil.side == Side::both; }

  /// A kink between two nodes may be so many times as rough as it seems at the probes.
  BATCHGRAD_HD T roughness() const {
    const Stencil& stencil = placement_.stencil;
    if (stencil.order == 1)
      return stencil.accuracy == 1 ? T(1) : stencil.accuracy > 4 ? T(5) : T(3);
    if (stencil.accuracy <= 4) return T(3);
    return stencil.order == 2 ? T(2) : T(4);
  }
  BATCHGRAD_HD T truncation() const {
    const T change = math::fabs(seen_[Look::quotient].value - seen_[Look::checked].value);
    return change * (seen_.check_factor < T(1) ? T(2) : T(1)) * (is_central() ? T(1) : T(3));
  }
  BATCHGRAD_HD T rounding() const {
    const WeightedSum<T>& quotient = seen_[Look::quotient];
    const T factor = placement_.stencil.accuracy > 1 ? T(1.5) : T(4);
    return factor * noise_ * quotient.amplification +
           T(4) * Limits<T>::epsilon * math::fabs(quotient.value);
  }

  BATCHGRAD_HD T disagreement() const {
    // Looked at side by side where the step is small, so that they cannot cancel.
    const bool is_smaller = seen_.between_step > T(0);
    const T right = excess(is_smaller ? Look::other_right : Look::other, T(0));
    const T left = excess(is_smaller ? Look::other_left : Look::other, T(0));
    const T bend = seen_.between_step * seen_.between_step * math::fabs(seen_[Look::twist].value);
    const T both = largest(right, left) * (is_smaller ? T(1) : T(3));
    const T uneven = largest(distance_of(Look::more_right), distance_of(Look::more_left)) *
                     (placement_.stencil.accuracy > 4 ? T(5) : T(3));
    const T across = seen_.across * (placement_.stencil.order > 2 ? T(3) : T(1));
    return largest(largest(both, largest(across, uneven)), excess(Look::between, bend));
  }
  /// 0 where it was not looked at.
  BATCHGRAD_HD T distance_of(Look look) const {
    const T distance = math::fabs(seen_[look].value - seen_[Look::quotient].value);
    return is_finite(distance) ? distance : T(0);
  }
  /// By how much a derivative differs from the one here, 0 where rounding and `truncation` explain
  /// it.
  BATCHGRAD_HD T excess(Look look, T truncation) const {
    const Look here = placement_.stencil.order == 1 ? Look::slope : Look::quotient;
    const T difference = math::fabs(seen_[look].value - seen_[here].value) - truncation;
    const WeightedSum<T>& noise = seen_[look == Look::between ? Look::between : Look::other];
    if (difference > T(32) * model_ * noise.amplification) return difference;
    // A central stencil has values all around x: there must be one near it.
    const bool is_looked_at = is_finite(seen_[look].amplification);
    const bool is_missing = !is_finite(seen_[look].value);
    return is_central() && is_looked_at && is_missing ? T(infinity) : T(0);
  }

  /// By two differences of one-sided derivatives, and because no polynomial can follow a kink.
  BATCHGRAD_HD bool is_kink() const {
    const Jump<T> near(seen_[Look::right_near], seen_[Look::left_near]);
    const Jump<T> other = is_central() ? Jump<T>(seen_[Look::right_wide], seen_[Look::left_wide])
                                       : Jump<T>(seen_[Look::other_right], seen_[Look::other_left]);
    const T size = math::fabs(near.value);
    const bool is_rough =
        !is_central() || noise_ * seen_[Look::quotient].amplification >= T(0.01) * size;
    return is_rough && near.is_beyond(model_) && other.is_beyond(model_) &&
           math::fabs(near.value - other.value) <= T(0.3) * size;
  }

  /// How large the derivative may be at a distance of s, as far as f'' is not noise.
  BATCHGRAD_HD T natural_size() const {
    const WeightedSum<T>& second = seen_[Look::bend];
    const T bend = math::fabs(second.value) - T(4) * noise_ * second.amplification;
    T size = seen_.size + (bend > T(0) ? scale_ * scale_ * bend : T(0));
    for (int k = 0; k < placement_.stencil.order; ++k) size /= scale_;
    return size < T(1) ? size : T(1);
  }

  const Evidence<T>& seen_;
  const Placement<T>& placement_;
  T scale_;
  T noise_;
  T model_;
};

}  // namespace batchgrad
