#pragma once

#include <cstddef>
#include <vector>

#include "small_data.hpp"

namespace batchgrad::test {

/// Samples 0, 1, 2, ... in turn in each of so many folds.
inline std::vector<fold_t> folds_in_turn(const SmallData<>& data, fold_t folds) {
  std::vector<fold_t> result;
  for (std::size_t m = 0; m < data.y.size(); ++m)
    result.push_back(static_cast<fold_t>(m % static_cast<std::size_t>(folds)));
  return result;
}

/// The same where the samples of one fold weigh nothing.
inline SmallData<> without(SmallData<> data, const std::vector<fold_t>& folds, fold_t fold) {
  if (data.weight.empty()) data.weight.assign(data.y.size(), 1.0);
  for (std::size_t m = 0; m < folds.size(); ++m)
    if (folds[m] == fold) data.weight[m] = 0;
  return data;
}

/// Weights between 1/2 and 3/2.
inline SmallData<> weighted(SmallData<> data) {
  Sequence sequence;
  for (std::size_t m = 0; m < data.y.size(); ++m) data.weight.push_back(1 + sequence.next() / 2);
  return data;
}

}  // namespace batchgrad::test
