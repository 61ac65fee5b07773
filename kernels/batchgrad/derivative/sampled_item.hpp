#pragma once

#include <batchgrad/core/portability.hpp>
#include <batchgrad/stencil/fornberg.hpp>

namespace batchgrad {

/// Which samples the derivative at a place of an axis is made of: a window of `points` neighbours,
/// the place in the middle of it except near the ends of the axis, where the window stops.
struct SampledWindow {
  index_t extent = 0;  ///< samples of the axis, >= points
  int points = 3;      ///< of the window
  int centred = 3;     ///< of these, where the place has as many neighbours on either side
  int order = 1;       ///< of the derivative
  bool has_slope_at_ends = false;  ///< the first and the last place take two points only

  BATCHGRAD_HD index_t first(index_t place) const {
    const index_t wanted = place - (centred - 1) / 2;
    const index_t last = extent - points;
    return wanted < 0 ? 0 : wanted < last ? wanted : last;
  }

  /// The weights of a window whose samples stand `offsets` away from the place, which is number
  /// `at` of them:  derivative = sum_k weights[k] sample[k]
  BATCHGRAD_HD void weigh(const double* offsets, int at, double* weights) const {
    int begin = 0;
    int size = points;
    if (has_slope_at_ends && (at == 0 || at == points - 1)) {
      size = 2;
      begin = at == 0 ? 0 : points - 2;
    } else if (centred < points && (at == centred / 2 || at == centred / 2 + 1)) {
      size = centred;
      begin = at - centred / 2;
    }
    for (int k = 0; k < points; ++k) weights[k] = 0;
    fornberg_weights(offsets + begin, size, order, weights + begin);
  }
};

/// Weights for one place on an axis with coordinates. They are those of offsets divided by a power
/// of two, `scale`, which keeps products of them within range.
struct SampledWeightsItem {
  SampledWindow window;
  index_t begin = 0;         ///< the place that is item 0
  index_t sample_begin = 0;  ///< the place that coordinates[0] belongs to
  const double* coordinates = nullptr;
  double* weights = nullptr;  ///< items x points
  double* scales = nullptr;   ///< items

  BATCHGRAD_HD void operator()(index_t item) const {
    const index_t place = begin + item;
    const index_t first = window.first(place);
    const double* x = coordinates + (first - sample_begin);
    const int at = static_cast<int>(place - first);
    double largest = 0;
    for (int k = 0; k < window.points; ++k) {
      const double size = math::fabs(x[k] - x[at]);
      largest = largest < size ? size : largest;
    }
    int exponent = 0;
    math::frexp(largest, &exponent);
    --exponent;  // the scale is at most the largest offset, hence finite
    double offsets[max_stencil_size];
    for (int k = 0; k < window.points; ++k) offsets[k] = math::ldexp(x[k] - x[at], -exponent);
    scales[item] = math::ldexp(1.0, exponent);
    window.weigh(offsets, at, weights + item * window.points);
  }
};

/// The derivative at one place of one line of an array:
///   sum_k weights[k] (sample[k] - sample[0]) / scale^order
/// The weights of a derivative add up to 0, so the difference changes nothing but the rounding:
/// what all samples have in common cancels exactly. Samples of weight 0 are not looked at. An array
/// is lines x extent x inner; the piece at hand has some of the places of each line.
template <class T>
struct SampledItem {
  SampledWindow window;
  index_t begin = 0;   ///< the first place
  index_t places = 0;  ///< their number
  index_t inner = 1;   ///< samples between neighbours on the axis
  const T* samples = nullptr;
  index_t sample_begin = 0;   ///< the place that samples[0] belongs to
  index_t sample_stride = 0;  ///< from line to line
  T* derivatives = nullptr;
  index_t derivative_stride = 0;
  const double* weights = nullptr;
  const double* scales = nullptr;
  /// Whether each place has its weights and scale, as coordinates need it, or each position in the
  /// window its weights, and there is one scale.
  bool has_weights_of_places = false;

  BATCHGRAD_HD void operator()(index_t line, index_t place, index_t column) const {
    const index_t first = window.first(begin + place);
    const int at = static_cast<int>(begin + place - first);
    const index_t row = has_weights_of_places ? place : at;
    const double* weight = weights + row * window.points;
    const double scale = scales[has_weights_of_places ? place : 0];
    const T* sample = samples + line * sample_stride + (first - sample_begin) * inner + column;
    const double base = static_cast<double>(sample[(weight[at] != 0 ? at : at - 1) * inner]);
    double sum = 0;
    for (int k = 0; k < window.points; ++k)
      if (weight[k] != 0) sum += weight[k] * (static_cast<double>(sample[k * inner]) - base);
    for (int i = 0; i < window.order; ++i) sum /= scale;
    derivatives[line * derivative_stride + place * inner + column] = static_cast<T>(sum);
  }

  /// Items numbered line by line, for a grid of threads.
  BATCHGRAD_HD void operator()(index_t item) const {
    const index_t row = item / inner;
    (*this)(row / places, row % places, item % inner);
  }
};

}  // namespace batchgrad
