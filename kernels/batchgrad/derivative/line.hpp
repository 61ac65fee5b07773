#pragma once

#include <batchgrad/derivative/difference_rule.hpp>
#include <batchgrad/stencil/stencil.hpp>

namespace batchgrad {

/// A function of one variable around its place x: f along a parameter or a direction.
template <class T>
struct Line {
  T origin = T(0);    ///< x
  T scale = T(1);     ///< max(|x|, typical): the length over which f is expected to change
  T size = T(0);      ///< of the numbers that are rounded to make up a place
  T fallback = T(0);  ///< |x|, a smaller scale to try where f is not defined far enough; 0: none
  T lower = T(-infinity);
  T upper = T(infinity);

  BATCHGRAD_HD bool contains(T place) const { return lower <= place && place <= upper; }
};

/// Where a stencil lies on a line, within the bounds.
template <class T>
struct Placement {
  Stencil stencil;
  T step = T(0);

  /// Whether the points up to `reach` steps from x are within the bounds.
  BATCHGRAD_HD bool fits(const Line<T>& line, T reach) const {
    return (stencil.side == Side::left || line.contains(line.origin + reach * step)) &&
           (stencil.side == Side::right || line.contains(line.origin - reach * step));
  }
};

/// The stencil as it is if it fits; else with a step up to 8 times smaller; else on the side with
/// more room, where its accuracy is kept, with the largest step / 2^n that fits.
template <class T>
BATCHGRAD_HD Placement<T> place_within_bounds(const Line<T>& line, const Stencil& stencil, T step) {
  Placement<T> placement{stencil, step};
  for (int halvings = 0; halvings <= 3; ++halvings) {
    if (placement.fits(line, T(stencil.reach()))) return placement;
    placement.step /= T(2);
  }
  const bool has_more_above = line.upper - line.origin >= line.origin - line.lower;
  placement = {{has_more_above ? Side::right : Side::left, stencil.order, stencil.accuracy}, step};
  // An infinite step, of an infinite x, would stay one.
  while (!placement.fits(line, T(placement.stencil.reach())) && placement.step > T(0) &&
         placement.step <= Limits<T>::max)
    placement.step /= T(2);
  return placement;
}

}  // namespace batchgrad
