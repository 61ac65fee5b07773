#pragma once

#include <batchgrad/regression/samples.hpp>

namespace batchgrad::detail {

/// The weight of a sample: 1 where there are none.
template <class T>
double weight_of(const Samples<T>& samples, index_t sample) {
  return samples.weight.empty() ? 1.0 : static_cast<double>(samples.weight[sample]);
}

}  // namespace batchgrad::detail
