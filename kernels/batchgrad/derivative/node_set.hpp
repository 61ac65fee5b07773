#pragma once

#include <batchgrad/stencil/fornberg.hpp>

namespace batchgrad {

/// false for what is not a number, too.
template <class T>
BATCHGRAD_HD bool is_finite(T value) {
  return math::fabs(value) <= Limits<T>::max;
}

template <class T>
BATCHGRAD_HD T largest(T a, T b) {
  return a > b ? a : b;
}

/// Some nodes of a NodeSet, by their numbers.
struct NodeChoice {
  int node[max_stencil_size + 1] = {};
  int size = 0;

  BATCHGRAD_HD void add(int number) {
    for (int k = 0; k < size; ++k)
      if (node[k] == number) return;
    node[size++] = number;
  }
  BATCHGRAD_HD void add(const NodeChoice& other) {
    for (int k = 0; k < other.size; ++k) add(other.node[k]);
  }
};

/// A weighted sum of function values that stands for a derivative. Values that are wrong by e each
/// make it wrong by at most amplification * e.
template <class T>
struct WeightedSum {
  T value = T(quiet_nan);
  T amplification = T(infinity);
};

/// Values of a function of one variable at the places asked for so far.
template <class T>
class NodeSet {
 public:
  /// The stencil of a difference, another one with twice and one with half its step, the centre and
  /// some probes.
  static constexpr int capacity = 3 * max_stencil_size + 12;

  BATCHGRAD_HD void clear() { size_ = known_ = 0; }

  /// The number of the node at a place, a new one unless there is one.
  BATCHGRAD_HD int at(T place) {
    for (int k = 0; k < size_; ++k)
      if (places_[k] == place) return k;
    places_[size_] = place;
    return size_++;
  }
  BATCHGRAD_HD int wanted() const { return size_ - known_; }
  BATCHGRAD_HD T wanted_place(int k) const { return places_[known_ + k]; }
  BATCHGRAD_HD void receive(T value) { values_[known_++] = value; }

  BATCHGRAD_HD T place(int node) const { return places_[node]; }
  BATCHGRAD_HD T value(int node) const { return values_[node]; }

  /// The derivative of order `order` at `x` of the polynomial through the chosen nodes. `unit` is a
  /// power of two near their distance: offsets are counted in it, so that no product of them leaves
  /// the range of T.
  /// Values enter as their differences from one of them, which are mostly exact: the weights'
  /// rounding is then relative to the result. (For order 0 the one is added again.)
  BATCHGRAD_HD WeightedSum<T> derivative(const NodeChoice& nodes, int order, T x, T unit) const {
    T offsets[max_stencil_size + 1];
    T weights[max_stencil_size + 1];
    for (int k = 0; k < nodes.size; ++k) offsets[k] = (places_[nodes.node[k]] - x) / unit;
    fornberg_weights(offsets, nodes.size, order, weights);
    const T reference = values_[nodes.node[0]];
    WeightedSum<T> sum{T(0), T(0)};
    for (int k = 0; k < nodes.size; ++k) {
      sum.value += weights[k] * (values_[nodes.node[k]] - reference);
      sum.amplification += math::fabs(weights[k]);
    }
    for (int n = 0; n < order; ++n) {
      sum.value /= unit;
      sum.amplification /= unit;
    }
    if (order == 0) sum.value += reference;
    return sum;
  }

 private:
  T places_[capacity];
  T values_[capacity];
  int size_ = 0;
  int known_ = 0;
};

}  // namespace batchgrad
