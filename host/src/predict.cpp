#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <fmt/format.h>

namespace batchgrad {
namespace {

/// x . w in four interleaved sums, so that additions need not wait for each other.
template <class T>
double dot(VectorView<const T> x, VectorView<const double> w) {
  double sums[4] = {0, 0, 0, 0};
  index_t j = 0;
  for (; j + 4 <= x.size(); j += 4)
    for (index_t k = 0; k < 4; ++k) sums[k] += static_cast<double>(x[j + k]) * w[j + k];
  for (; j < x.size(); ++j) sums[0] += static_cast<double>(x[j]) * w[j];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void check_size(const char* name, index_t size, index_t expected, const char* reason) {
  if (size != expected)
    throw InvalidArgument(
        fmt::format("{} has {} entries (expected {}: {})", name, size, expected, reason));
}

}  // namespace

template <class T>
void predict(MatrixView<const T> features, VectorView<const double> coefficients, double intercept,
             VectorView<const T> offset, VectorView<double> predictions) {
  check_size("coefficients", coefficients.size(), features.columns(), "one for each feature");
  check_size("predictions", predictions.size(), features.rows(), "one for each row of features");
  if (!offset.empty())
    check_size("offset", offset.size(), features.rows(), "one for each row of features");
#pragma omp parallel for schedule(static)
  for (index_t m = 0; m < features.rows(); ++m) {
    const double linear = dot(features.row(m), coefficients) + intercept;
    predictions[m] = offset.empty() ? linear : linear + static_cast<double>(offset[m]);
  }
}

template void predict(MatrixView<const float>, VectorView<const double>, double,
                      VectorView<const float>, VectorView<double>);
template void predict(MatrixView<const double>, VectorView<const double>, double,
                      VectorView<const double>, VectorView<double>);

}  // namespace batchgrad
