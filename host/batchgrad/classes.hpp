#pragma once

#include <batchgrad/core/storage.hpp>
#include <batchgrad/regression/feature_view.hpp>

namespace batchgrad {

/// What a softmax model says of samples, from the coefficients (C x D, a row a class) and the
/// intercepts (C) of its FitResult:
///   eta_mc = x_m . coefficients_c + intercepts_c
///   probabilities_mc = exp(eta_mc) / sum_d exp(eta_md)
/// Shapes: features M x D, probabilities M x C.
/// Memory: one row of C doubles for each thread.
/// Blocking: returns when the results are there; runs on the host's cores.
/// Errors: InvalidArgument for shapes that do not match.
/// Cost: 2 M D C floating-point operations.
template <class T>
void predict_probabilities(FeatureView<const T> features, MatrixView<const double> coefficients,
                           VectorView<const double> intercepts, MatrixView<double> probabilities);

/// The same, but for the most probable class of each sample, the first of equals.
/// Shapes: classes M.
template <class T>
void predict_classes(FeatureView<const T> features, MatrixView<const double> coefficients,
                     VectorView<const double> intercepts, VectorView<index_t> classes);

#define BATCHGRAD_WITH_STORAGE(T)                                                            \
  extern template void predict_probabilities(FeatureView<const T>, MatrixView<const double>, \
                                             VectorView<const double>, MatrixView<double>);  \
  extern template void predict_classes(FeatureView<const T>, MatrixView<const double>,       \
                                       VectorView<const double>, VectorView<index_t>);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
