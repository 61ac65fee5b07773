#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/core/view.hpp>

#include <vector>

namespace batchgrad {

/// Where the samples of an axis stand: evenly, or each at its coordinate.
struct SampleGrid {
  double spacing = 1;                    ///< negative where the axis runs backwards
  VectorView<const double> coordinates;  ///< one for each sample, all increasing or all decreasing;
                                         ///< empty: evenly spaced

  static SampleGrid spaced(double spacing) { return {spacing, {}}; }
  static SampleGrid at(VectorView<const double> coordinates) { return {1, coordinates}; }
};

/// A row-major array and the axis along which it is differentiated. No extents: one line of
/// samples.
struct SampleLayout {
  std::vector<index_t> extents;
  index_t axis = 0;
};

struct SampledGradientOptions {
  int order = 1;     ///< of the derivative, 1 to 8
  int accuracy = 2;  ///< order of the truncation error, everywhere: 2, 4, 6 or 8
  /// numpy.gradient's edge_order, for order 1 and accuracy 2: with 1, the first and the last sample
  /// get the slope to their neighbour, of accuracy 1. 0: as accurate as the others, which is 2.
  int edge_order = 0;
};

/// Derivatives of sampled values along an axis of an array:
///   derivative(i) = sum_k weight(i, k) samples(k)      over the nearest order + accuracy samples
/// exact for polynomials of lower degree than these are many. Even orders on an even grid take one
/// sample less, symmetrically. Near the ends the samples lie on one side more than on the other.
/// With order 1 and accuracy 2 the results are those of numpy.gradient, edge_order 1 or 2.
///
/// Shapes: samples and derivatives have as many numbers as the extents multiply to, coordinates as
///   many as the axis; the views must not overlap.
/// Memory: a fixed workspace; a cuda context copies pieces of the array.
/// Blocking: returns when the derivatives are there.
/// Errors: InvalidArgument for sizes that do not match, options that do not exist, a spacing that
/// is
///   0 or not finite, coordinates that repeat or turn back (naming the first), an axis with fewer
///   samples than order + accuracy (2 where edge_order is 1).
/// Cost: order + accuracy multiplications a sample, computed in double; coordinates cost the
/// weights
///   of each place once.
/// Samples that are not numbers make those derivatives not a number that they have a part in.
/// Source: B. Fornberg, Mathematics of Computation 51 (1988) 699-706.
void sampled_gradient(Context& context, VectorView<const double> samples,
                      const SampleLayout& layout, const SampleGrid& grid,
                      VectorView<double> derivatives, const SampledGradientOptions& options = {});
void sampled_gradient(Context& context, VectorView<const float> samples, const SampleLayout& layout,
                      const SampleGrid& grid, VectorView<float> derivatives,
                      const SampledGradientOptions& options = {});

/// How many of the first coordinates all increase or all decrease: all of them, or the place of the
/// first that does neither.
[[nodiscard]] index_t count_sorted(VectorView<const double> coordinates);

}  // namespace batchgrad
