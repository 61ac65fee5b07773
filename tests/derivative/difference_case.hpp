#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace batchgrad::test {

inline constexpr double pi = 3.14159265358979323846;

/// A function with its exact gradient at a point.
struct DifferenceCase {
  const char* name;
  double (*f)(const double* x);
  std::vector<double> x;
  std::vector<double> gradient;
};

inline double square(double a) { return a * a; }
inline double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

}  // namespace batchgrad::test
