#pragma once

#include <batchgrad/derivative/sampled_item.hpp>

namespace batchgrad {

/// Work of sampled_gradient for a backend: some places of every line. The pointers are the host's.
template <class T>
struct SampledPiece {
  /// Fills the weights that `item` reads, one item for each of its places; nothing to fill where
  /// coordinates is null.
  SampledWeightsItem weigh;
  SampledItem<T> item;
  index_t lines = 0;

  /// Samples of a line that the places look at.
  [[nodiscard]] index_t window_places() const {
    const SampledWindow& window = item.window;
    return window.first(item.begin + item.places - 1) + window.points - item.sample_begin;
  }
};

}  // namespace batchgrad
