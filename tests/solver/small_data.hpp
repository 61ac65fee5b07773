#pragma once

#include <batchgrad/regression/samples.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace batchgrad::test {

/// A data set that owns its numbers.
template <class T = double>
struct SmallData {
  index_t features = 0;
  std::vector<T> x;  ///< row by row
  std::vector<T> y;
  std::vector<T> weight;
  std::vector<T> offset;

  [[nodiscard]] Samples<T> samples() const {
    const auto rows = static_cast<index_t>(y.size());
    return {MatrixView<const T>(x.data(), rows, features), y, weight, offset, {}};
  }
};

/// Numbers that look random, the same on every machine (the multiplier of D. E. Knuth's MMIX).
class Sequence {
 public:
  /// From -1 to 1.
  double next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 11) * 0x1p-52 - 1;
  }

 private:
  std::uint64_t state_ = 20;
};

/// y = 1 + sum_j (j + 1) x_j + noise * (something), x of different sizes and locations.
template <class T = double>
SmallData<T> linear_data(index_t rows, index_t features, double noise) {
  Sequence sequence;
  SmallData<T> data;
  data.features = features;
  for (index_t m = 0; m < rows; ++m) {
    double y = 1 + noise * sequence.next();
    for (index_t j = 0; j < features; ++j) {
      const double size = std::pow(10.0, static_cast<double>(j % 4) - 1);
      const T x = static_cast<T>(size * (sequence.next() + static_cast<double>(j)));
      data.x.push_back(x);
      y += static_cast<double>(j + 1) * static_cast<double>(x);
    }
    data.y.push_back(static_cast<T>(y));
  }
  return data;
}

/// 0 or 1 by chance, the more often 1 the larger the first feature; not separable.
inline SmallData<> labelled_data(index_t rows) {
  SmallData<> data = linear_data<double>(rows, 3, 0);
  Sequence sequence;
  for (std::size_t m = 0; m < data.y.size(); ++m)
    data.y[m] = sequence.next() < 10 * data.x[3 * m] ? 1 : 0;
  return data;
}

}  // namespace batchgrad::test
