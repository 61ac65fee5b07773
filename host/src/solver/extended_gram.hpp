#pragma once

#include <batchgrad/regression/samples.hpp>

#include <vector>

#include "solver/double_double.hpp"

namespace batchgrad::detail {

/// The normal equations of least squares in about 106 bits.
struct ExtendedGram {
  index_t size = 0;                  ///< P, the intercept last where there is one
  std::vector<DoubleDouble> matrix;  ///< P x P: sum_m v_m z_m z_m^T, z_m = (x_m - centre, 1)
  std::vector<DoubleDouble> right;   ///< P: sum_m v_m z_m (y_m - o_m)
};

/// Differences, products and sums in DoubleDouble, virtual blocks in parallel, their sums by the
/// fixed tree: the same bits for any number of threads. On the host's cores, wherever the context
/// runs.
///   low   M x D, or empty: what was cut off when the features were rounded; x + low is used
/// Memory: P (P + 3) / 2 numbers of 16 bytes for each virtual block, 128 MiB at most, and one.
/// Cost: X is read once; about 20 M P (P + 3) floating-point operations.
template <class T>
ExtendedGram extended_gram(const Samples<T>& samples, Intercept intercept,
                           MatrixView<const double> low);

#define BATCHGRAD_WITH_STORAGE(T)                                          \
  extern template ExtendedGram extended_gram(const Samples<T>&, Intercept, \
                                             MatrixView<const double>);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
