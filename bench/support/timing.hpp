#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace batchgrad::bench {

template <class Work>
double seconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The value below which `share` of them lie, from 0 to 1; of not-empty values.
inline double quantile(std::vector<double> values, double share) {
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
  const auto found = values.begin() + std::min(place, last);
  std::nth_element(values.begin(), found, values.end());
  return *found;
}

inline double median(const std::vector<double>& values) { return quantile(values, 0.5); }

}  // namespace batchgrad::bench
