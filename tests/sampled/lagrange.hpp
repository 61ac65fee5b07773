#pragma once

#include <batchgrad/core/view.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace batchgrad::test {

/// Weights of the derivative at 0 from the interpolating polynomial written out in powers, in long
/// double: another way to them than Fornberg's recursion.
inline std::vector<long double> lagrange_weights(const std::vector<long double>& offsets,
                                                 int order) {
  std::vector<long double> weights;
  for (std::size_t k = 0; k < offsets.size(); ++k) {
    std::vector<long double> powers = {1};  // of the polynomial that is 1 at k and 0 at the others
    for (std::size_t j = 0; j < offsets.size(); ++j) {
      if (j == k) continue;
      powers.push_back(0);
      for (std::size_t p = powers.size() - 1; p > 0; --p)
        powers[p] = (powers[p - 1] - offsets[j] * powers[p]) / (offsets[k] - offsets[j]);
      powers[0] *= -offsets[j] / (offsets[k] - offsets[j]);
    }
    weights.push_back(powers[static_cast<std::size_t>(order)] * std::tgamma(order + 1.0L));
  }
  return weights;
}

/// The window of `points` samples that the derivative at `place` is made of.
inline index_t window_begin(index_t place, index_t points, index_t extent) {
  const index_t begin = place - (points - 1) / 2;
  return begin < 0 ? 0 : begin > extent - points ? extent - points : begin;
}

}  // namespace batchgrad::test
