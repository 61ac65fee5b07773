#pragma once

#include <batchgrad/stencil/fornberg.hpp>

namespace batchgrad {

/// On which sides of x a stencil has its points.
enum class Side : unsigned char { both, right, left };

/// The points of a difference formula, as multiples of the step; fornberg_weights has their
/// weights.
///   right, left   0, 1, ..., order + accuracy - 1, and minus these: forward and backward
///   differences both          1, ..., reach and minus these; x itself for even orders only, since
///   its weight in
///                 odd ones is zero. `accuracy` is even.
/// The truncation error is O(step^accuracy). For first and second derivatives the central formula
/// of accuracy 4 is the Richardson extrapolation of two central quotients, with steps h and 2h:
///   (4 D(h) - D(2h)) / 3
struct Stencil {
  Side side = Side::both;
  int order = 1;
  int accuracy = 2;

  BATCHGRAD_HD bool uses_centre() const { return side != Side::both || order % 2 == 0; }
  /// The largest multiple.
  BATCHGRAD_HD int reach() const {
    return side == Side::both ? (order - 1) / 2 + accuracy / 2 : order + accuracy - 1;
  }
  BATCHGRAD_HD int size() const {
    return (side == Side::both ? 2 * reach() : reach()) + (uses_centre() ? 1 : 0);
  }
  /// The multiple of point k: for both sides ... -2, -1, (0,) 1, 2 ..., else outwards from x.
  BATCHGRAD_HD int multiple(int k) const {
    if (side == Side::right) return k;
    if (side == Side::left) return -k;
    const int n = k - reach();
    return n >= 0 && !uses_centre() ? n + 1 : n;
  }
};

}  // namespace batchgrad
