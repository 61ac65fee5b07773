#include <batchgrad/classes.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss/softmax.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "contiguous_rows.hpp"

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

/// Calls use(m, predictions) with the predictions of all classes for each row of features.
template <class T, class Use>
void for_each_row(FeatureView<const T> features, MatrixView<const double> coefficients,
                  VectorView<const double> intercepts, const Use& use) {
  const index_t classes = coefficients.rows();
  if (classes == 0)
    throw InvalidArgument("there are no coefficients (a row of them for each class) give a model");
  check_size("a row of coefficients", coefficients.columns(), features.columns(),
             "one for each feature");
  check_size("intercepts", intercepts.size(), classes, "one for each row of coefficients");
#pragma omp parallel
  {
    std::vector<double> predictions(static_cast<std::size_t>(classes));
    detail::ContiguousRows<T> rows(features);
#pragma omp for schedule(static)
    for (index_t m = 0; m < features.rows(); ++m) {
      const auto row = rows[m];
      for (index_t c = 0; c < classes; ++c)
        predictions[static_cast<std::size_t>(c)] = dot(row, coefficients.row(c)) + intercepts[c];
      use(m, predictions);
    }
  }
}

}  // namespace

template <class T>
void predict_probabilities(FeatureView<const T> features, MatrixView<const double> coefficients,
                           VectorView<const double> intercepts, MatrixView<double> probabilities) {
  check_size("probabilities", probabilities.rows(), features.rows(), "one row for each sample");
  check_size("a row of probabilities", probabilities.columns(), coefficients.rows(),
             "one for each class");
  const SoftmaxLoss loss{coefficients.rows()};
  for_each_row(features, coefficients, intercepts, [&](index_t m, std::vector<double>& eta) {
    loss.to_probabilities(eta.data());
    std::copy(eta.begin(), eta.end(), probabilities.row(m).begin());
  });
}

template <class T>
void predict_classes(FeatureView<const T> features, MatrixView<const double> coefficients,
                     VectorView<const double> intercepts, VectorView<index_t> classes) {
  check_size("classes", classes.size(), features.rows(), "one for each row of features");
  for_each_row(features, coefficients, intercepts, [&](index_t m, const std::vector<double>& eta) {
    classes[m] = std::max_element(eta.begin(), eta.end()) - eta.begin();
  });
}

#define BATCHGRAD_WITH_STORAGE(T)                                                     \
  template void predict_probabilities(FeatureView<const T>, MatrixView<const double>, \
                                      VectorView<const double>, MatrixView<double>);  \
  template void predict_classes(FeatureView<const T>, MatrixView<const double>,       \
                                VectorView<const double>, VectorView<index_t>);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

template <class T>
void predict(FeatureView<const T> features, VectorView<const double> coefficients, double intercept,
             VectorView<const computing_t<T>> offset, VectorView<double> predictions) {
  check_size("coefficients", coefficients.size(), features.columns(), "one for each feature");
  check_size("predictions", predictions.size(), features.rows(), "one for each row of features");
  if (!offset.empty())
    check_size("offset", offset.size(), features.rows(), "one for each row of features");
#pragma omp parallel
  {
    detail::ContiguousRows<T> rows(features);
#pragma omp for schedule(static)
    for (index_t m = 0; m < features.rows(); ++m) {
      const double linear = dot(rows[m], coefficients) + intercept;
      predictions[m] = offset.empty() ? linear : linear + static_cast<double>(offset[m]);
    }
  }
}

#define BATCHGRAD_WITH_STORAGE(T)                                               \
  template void predict(FeatureView<const T>, VectorView<const double>, double, \
                        VectorView<const computing_t<T>>, VectorView<double>);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
