#pragma once

#include <batchgrad/derivative/line.hpp>
#include <batchgrad/derivative/node_set.hpp>

namespace batchgrad {

/// What is looked at around a difference quotient: derivatives of polynomials through values of f.
enum class Look : unsigned char {
  quotient,    ///< the derivative itself
  checked,     ///< the same formula with another step
  slope,       ///< first derivative of the polynomial through the stencil
  bend,        ///< and its second one
  right_near,  ///< the derivative from two nodes on one side of x
  left_near,
  right_wide,  ///< and from all of the stencils' there
  left_wide,
  other_right,  ///< quotients from x to a place at another scale ...
  other_left,
  other,       ///< ... and the derivative from the two
  between,     ///< first derivative from two places at a scale between
  twist,       ///< third derivative of the polynomial through the stencil
  more_right,  ///< a derivative of higher order from more nodes on one side than on the other
  more_left
};
inline constexpr int looks = 15;

BATCHGRAD_HD int derivative_order(Look look, int order) {
  if (look == Look::bend) return 2;
  if (look == Look::twist) return 3;
  const bool is_slope = look == Look::slope || look == Look::other_right ||
                        look == Look::other_left || look == Look::between;
  return is_slope ? 1 : order;
}
BATCHGRAD_HD bool is_right(Look look) {
  return look == Look::right_near || look == Look::right_wide || look == Look::other_right ||
         look == Look::more_right;
}

/// What was seen; not a number where it was not looked at.
template <class T>
struct Evidence {
  WeightedSum<T> sums[looks];
  T check_factor = T(2);      ///< of the other step to the first
  T between_step = T(0);      ///< of Look::between
  T residual = T(0);          ///< largest distance of f from the polynomial, between the nodes
  T across = T(0);            ///< error of a one-sided derivative, by f on the other side
  T size = T(0);              ///< largest |f| of the stencil
  bool is_unchanged = false;  ///< f was the same everywhere
  bool is_staircase = false;  ///< but it must have changed: see EvidenceNodes

  BATCHGRAD_HD const WeightedSum<T>& operator[](Look look) const {
    return sums[static_cast<int>(look)];
  }
};

}  // namespace batchgrad
