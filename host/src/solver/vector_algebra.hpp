#pragma once

#include <batchgrad/core/view.hpp>

#include <cmath>
#include <vector>

namespace batchgrad::detail {

/// Vectors of as many entries as a model has parameters: short beside the data, so plain loops, in
/// one order.

inline double dot(VectorView<const double> a, VectorView<const double> b) {
  double sum = 0;
  for (index_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline double norm(VectorView<const double> a) { return std::sqrt(dot(a, a)); }

inline void scale(double factor, VectorView<double> a) {
  for (double& entry : a) entry *= factor;
}

/// |a - b|
inline double distance(VectorView<const double> a, VectorView<const double> b) {
  double square = 0;
  for (index_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

/// b += factor * a
inline void add_scaled(double factor, VectorView<const double> a, VectorView<double> b) {
  for (index_t i = 0; i < a.size(); ++i) b[i] += factor * a[i];
}

inline std::vector<double> difference(VectorView<const double> a, VectorView<const double> b) {
  std::vector<double> result(a.begin(), a.end());
  for (index_t i = 0; i < b.size(); ++i) result[static_cast<std::size_t>(i)] -= b[i];
  return result;
}

}  // namespace batchgrad::detail
