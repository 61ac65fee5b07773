#pragma once

#include <batchgrad/core/view.hpp>

namespace batchgrad {

/// A data set as the evaluation sees it: views of what somebody else owns.
///   features  M x D, one sample a row
///   target    M
///   weight    M, or empty: every sample weighs 1. Never negative, not all zero
///   offset    M, or empty: 0. Added to each sample's prediction
///   centre    D, or empty: 0. Features are seen as x - centre; the subtraction happens inside
///             the evaluation, so X is neither changed nor copied
template <class T>
struct Samples {
  MatrixView<const T> features;
  VectorView<const T> target;
  VectorView<const T> weight;
  VectorView<const T> offset;
  VectorView<const T> centre;

  constexpr BATCHGRAD_HD index_t count() const { return features.rows(); }
  constexpr BATCHGRAD_HD index_t feature_count() const { return features.columns(); }
};

/// Whether a linear model has a constant term. Where it has one, it is the last entry of a
/// parameter set: P = D + 1, otherwise P = D.
enum class Intercept { none, fitted };

}  // namespace batchgrad
