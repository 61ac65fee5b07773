#pragma once

#include <batchgrad/core/storage.hpp>
#include <batchgrad/regression/feature_view.hpp>

namespace batchgrad {

/// A part of a data set that some parameter sets do not see: cross-validation and held-out samples.
using fold_t = int;
inline constexpr fold_t no_fold = -1;

/// A data set as the evaluation sees it: views of what somebody else owns.
///   features  M x D, one sample a row, in T: double, float, Bfloat16 or Float16. Widened as it is
///             loaded, what is stored is taken as exact; everything else is in computing_t<T>.
///             Stored by rows, as any MatrixView is, or by columns (FeatureView::by_columns)
///   target    M
///   weight    M, or empty: every sample weighs 1. Never negative, not all zero
///   offset    M, or empty: 0. Added to each sample's prediction
///   centre    D, or empty: 0. Features are seen as x - centre; the subtraction happens inside
///             the evaluation, so X is neither changed nor copied
///   fold      M, or empty: none. The fold that a sample belongs to, from 0 on
template <class T>
struct Samples {
  using Computing = computing_t<T>;

  FeatureView<const T> features;
  VectorView<const Computing> target;
  VectorView<const Computing> weight;
  VectorView<const Computing> offset;
  VectorView<const Computing> centre;
  VectorView<const fold_t> fold;

  constexpr BATCHGRAD_HD index_t count() const { return features.rows(); }
  constexpr BATCHGRAD_HD index_t feature_count() const { return features.columns(); }
};

/// Whether a linear model has a constant term. Where it has one, it is the last entry of a
/// parameter set: P = D + 1, otherwise P = D.
enum class Intercept { none, fitted };

}  // namespace batchgrad
