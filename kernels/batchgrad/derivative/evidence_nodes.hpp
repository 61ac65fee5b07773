#pragma once

#include <batchgrad/derivative/evidence.hpp>

namespace batchgrad {

/// The places on a line at which f is looked at for one difference quotient and for the evidence
/// around it, and which of them each Look takes.
template <class T>
class EvidenceNodes {
 public:
  static constexpr int inner_probes = 4;

  BATCHGRAD_HD void start(const Line<T>& line, const Placement<T>& placement) {
    line_ = line;
    placement_ = placement;
    nodes_.clear();
    for (int k = 0; k < 2; ++k) other_[k] = between_[k] = -1;
  }
  BATCHGRAD_HD NodeSet<T>& nodes() { return nodes_; }
  BATCHGRAD_HD const NodeSet<T>& nodes() const { return nodes_; }

  BATCHGRAD_HD void place_centre() { centre_ = nodes_.at(line_.origin); }
  BATCHGRAD_HD void place_quotient() { quotient_ = choose(placement_.step); }
  BATCHGRAD_HD void place_check(T factor) { check_ = choose(factor * placement_.step); }

  /// Places within the stencil; of one-sided ones also two on the other side, for kinks. They are
  /// golden fractions of it: no multiple of a period that the stencil's own points may share.
  BATCHGRAD_HD void place_probes() {
    const T hull = T(placement_.stencil.reach()) * placement_.step;
    const T outwards = placement_.stencil.side == Side::left ? -hull : hull;
    const T x = line_.origin;
    probes_[0] = probe(x + T(0.145898) * outwards);
    probes_[1] = probe(x + T(0.381966) * outwards);
    probes_[2] = probe(x - T(0.145898) * outwards);
    probes_[3] = probe(x - T(0.381966) * outwards);
    inner_[0] = probes_[0];
    inner_[1] = probes_[1];
    inner_[2] = is_central() ? probes_[2] : probe(x + T(0.618034) * outwards);
    inner_[3] = is_central() ? probes_[3] : probe(x + T(0.854102) * outwards);
  }

  /// For first derivatives: two places at a step much smaller than the quotient's, and two between.
  /// For one-sided quotients, whose own step may be as small, two at that of a central one.
  /// For second derivatives with a large step: two at that of accuracy 2.
  BATCHGRAD_HD void place_other_scales() {
    if (placement_.stencil.order == 2) place_other_bend();
    if (placement_.stencil.order != 1) return;
    const T scale = power_of_two_below(line_.scale);
    T step = math::ldexp(scale, -(Limits<T>::digits / 2));
    const bool is_smaller = T(128) * step <= placement_.step;
    if (!is_smaller) {
      step = math::ldexp(scale, -(Limits<T>::digits / 3));
      if (is_central() || step < T(8) * placement_.step) return;
    }
    place_pair(step, other_);
    if (!is_smaller) return;
    between_step_ = math::sqrt(step * placement_.step);
    place_pair(between_step_, between_);
  }
  BATCHGRAD_HD T between_step() const { return between_step_; }

  /// Places far away, each with one as near to it as the stencil's are to x.
  BATCHGRAD_HD void place_far() {
    for (int k = 0; k < most_far; ++k) {
      const T distance = (k < 2 ? T(0.22) : T(2.2)) * line_.scale;
      const T place = line_.origin + (k % 2 == 0 ? distance : -distance);
      far_[k] = probe(place);
      far_neighbour_[k] = probe(place + placement_.step);
    }
  }

  BATCHGRAD_HD const NodeChoice& quotient() const { return quotient_; }
  BATCHGRAD_HD T centre_value() const { return nodes_.value(centre_); }
  BATCHGRAD_HD bool is_check_finite() const {
    for (int k = 0; k < check_.size; ++k)
      if (!is_finite(nodes_.value(check_.node[k]))) return false;
    return true;
  }
  /// Whether f is the same at all points of the stencils.
  BATCHGRAD_HD bool is_unchanged() const { return !has_another(quotient_) && !has_another(check_); }
  /// The size of f at the nearer of these places: what its values here may be a difference of.
  BATCHGRAD_HD T far_size() const {
    T size = T(0);
    for (int k = 0; k < 2; ++k)
      if (far_[k] >= 0 && is_finite(nodes_.value(far_[k])))
        size = largest(size, math::fabs(nodes_.value(far_[k])));
    return size;
  }
  /// Whether f hides its changes: it is another at 0.22 s, so that here it must have changed if it
  /// is smooth, or it is another further away, and the same around there.
  BATCHGRAD_HD bool is_staircase() const {
    for (int k = 0; k < most_far; ++k) {
      if (far_[k] < 0 || far_neighbour_[k] < 0) continue;
      const T there = nodes_.value(far_[k]);
      const bool is_flat = k < 2 || there == nodes_.value(far_neighbour_[k]);
      if (!(there == centre_value()) && is_flat) return true;
    }
    return false;
  }

  /// The node of an inner probe, -1 where there is none.
  BATCHGRAD_HD int inner(int k) const { return inner_[k]; }
  /// The node on the other side of one-sided points, -1 where there is none.
  BATCHGRAD_HD int across() const {
    return is_central() ? -1 : probes_[placement_.stencil.accuracy > 1 ? 2 : 3];
  }
  /// The nodes of a look, none where it was not prepared or is not made for such a derivative.
  BATCHGRAD_HD NodeChoice choice(Look look) const {
    const int order = placement_.stencil.order;
    const T side = is_right(look) ? T(1) : T(-1);
    NodeChoice chosen;
    switch (look) {
      case Look::quotient:
        return quotient_;
      case Look::checked:
        return check_;
      case Look::slope:
      case Look::bend:
      case Look::twist:
        chosen.add(centre_);
        chosen.add(quotient_);
        if (quotient_.size + check_.size <= max_stencil_size) chosen.add(check_);
        return chosen;
      case Look::right_near:
      case Look::left_near:
        if (order <= 2) add(chosen, probes_, 4, side);
        return chosen;
      case Look::right_wide:
      case Look::left_wide:
        if (order > 2) return chosen;
        chosen.add(centre_);
        chosen.add(outermost(quotient_, side));
        chosen.add(outermost(check_, side));
        return chosen;
      case Look::other_right:
      case Look::other_left:
        add(chosen, other_, 2, side);
        return chosen;
      case Look::other:
        add(chosen, other_, 2, T(0));
        return chosen;
      case Look::between:
        add(chosen, between_, 2, T(0));
        return chosen;
      case Look::more_right:
      case Look::more_left:
        return order > 2 && is_central() ? uneven(side) : chosen;
    }
    return chosen;
  }

 private:
  static constexpr int most_far = 4;

  BATCHGRAD_HD bool is_central() const { return placement_.stencil.side == Side::both; }
  BATCHGRAD_HD NodeChoice choose(T step) {
    NodeChoice choice;
    for (int k = 0; k < placement_.stencil.size(); ++k) {
      const int multiple = placement_.stencil.multiple(k);
      // x itself, and not x + 0, which is another number for -0.
      choice.add(nodes_.at(multiple == 0 ? line_.origin : line_.origin + T(multiple) * step));
    }
    return choice;
  }
  /// The node at a place, -1 where that is out of bounds.
  BATCHGRAD_HD int probe(T place) { return line_.contains(place) ? nodes_.at(place) : -1; }
  BATCHGRAD_HD void place_other_bend() {
    const T step = math::ldexp(power_of_two_below(line_.scale), -(Limits<T>::digits / 4));
    const Placement<T> near{placement_.stencil, step};
    if (!is_central() || step * T(8) > placement_.step || !near.fits(line_, T(1))) return;
    other_[0] = nodes_.at(line_.origin + T(0.618034) * step);
    other_[1] = nodes_.at(line_.origin - T(0.618034) * step);
  }
  /// One place on each side or, at a bound, both on the side that there is.
  BATCHGRAD_HD void place_pair(T step, int* pair) {
    const T right = line_.origin + T(0.618034) * step;
    const T left = line_.origin - T(0.732051) * step;
    pair[0] = line_.contains(right) ? nodes_.at(right) : probe(left - step);
    pair[1] = line_.contains(left) ? nodes_.at(left) : probe(right + step);
  }
  /// All nodes on one side, and on the other those up to half of the stencil's reach.
  BATCHGRAD_HD NodeChoice uneven(T side) const {
    const int half = (placement_.stencil.reach() + 1) / 2;  // the larger one
    const T most = T(half) * placement_.step;
    NodeChoice chosen;
    chosen.add(centre_);
    add_uneven(chosen, quotient_, side, most);
    add_uneven(chosen, check_, side, most);
    return chosen;
  }
  BATCHGRAD_HD void add_uneven(NodeChoice& chosen, const NodeChoice& from, T side, T most) const {
    for (int k = 0; k < from.size && chosen.size < max_stencil_size; ++k) {
      const T offset = (nodes_.place(from.node[k]) - line_.origin) * side;
      if (offset > T(-1.01) * most) chosen.add(from.node[k]);
    }
  }
  BATCHGRAD_HD bool has_another(const NodeChoice& choice) const {
    for (int k = 0; k < choice.size; ++k)
      if (!(nodes_.value(choice.node[k]) == centre_value())) return true;
    return false;
  }
  static BATCHGRAD_HD int outermost(const NodeChoice& nodes, T side) {
    return nodes.node[side > T(0) ? nodes.size - 1 : 0];
  }
  /// x with those of some nodes that are on one side; `side` 0: with all.
  BATCHGRAD_HD void add(NodeChoice& choice, const int* nodes, int count, T side) const {
    choice.add(centre_);
    for (int k = 0; k < count; ++k)
      if (nodes[k] >= 0 && (side == T(0) || (nodes_.place(nodes[k]) - line_.origin) * side > T(0)))
        choice.add(nodes[k]);
  }

  Line<T> line_;
  Placement<T> placement_;
  NodeSet<T> nodes_;
  NodeChoice quotient_;
  NodeChoice check_;
  T between_step_ = T(0);
  int centre_ = -1;
  int probes_[4] = {-1, -1, -1, -1};
  int inner_[inner_probes] = {-1, -1, -1, -1};
  int other_[2] = {-1, -1};
  int between_[2] = {-1, -1};
  int far_[most_far] = {-1, -1, -1, -1};
  int far_neighbour_[most_far] = {-1, -1, -1, -1};
};

}  // namespace batchgrad
