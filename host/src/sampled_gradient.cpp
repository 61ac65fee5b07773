#include <batchgrad/error.hpp>
#include <batchgrad/sampled_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <vector>

#include "backend.hpp"

namespace batchgrad {
namespace {

/// An array as lines x extent x inner.
struct Shape {
  index_t lines = 1;
  index_t extent = 1;
  index_t inner = 1;
};

Shape shape_of(const SampleLayout& layout, index_t samples) {
  const std::vector<index_t> extents =
      layout.extents.empty() ? std::vector<index_t>{samples} : layout.extents;
  const auto dimensions = static_cast<index_t>(extents.size());
  if (layout.axis < 0 || layout.axis >= dimensions)
    throw InvalidArgument(fmt::format("axis {} (the array has the axes 0 to {}) choose one of them",
                                      layout.axis, dimensions - 1));
  Shape shape;
  index_t product = 1;
  for (index_t i = 0; i < dimensions; ++i) {
    const index_t extent = extents[static_cast<std::size_t>(i)];
    if (extent < 0)
      throw InvalidArgument(
          fmt::format("extent {} is {} (it counts samples) correct it", i, extent));
    if (extent > 0 && product > std::numeric_limits<index_t>::max() / extent)
      throw InvalidArgument(fmt::format("extents {} overflow (no array is so large) correct them",
                                        fmt::join(extents, " x ")));
    product *= extent;
    (i < layout.axis ? shape.lines : i > layout.axis ? shape.inner : shape.extent) *= extent;
  }
  if (product != samples)
    throw InvalidArgument(fmt::format("there are {} samples (the extents {} make {}) pass as many",
                                      samples, fmt::join(extents, " x "), product));
  return shape;
}

void check_options(const SampledGradientOptions& options) {
  const int accuracy = options.accuracy;
  if (accuracy != 2 && accuracy != 4 && accuracy != 6 && accuracy != 8)
    throw InvalidArgument(
        fmt::format("accuracy {} (sampled data has 2, 4, 6 and 8) choose one of them", accuracy));
  if (options.order < 1 || options.order > max_derivative_order)
    throw InvalidArgument(
        fmt::format("order {} (derivatives have the orders 1 to {}) choose one of "
                    "them",
                    options.order, max_derivative_order));
  if (options.edge_order < 0 || options.edge_order > 2)
    throw InvalidArgument(
        fmt::format("edge order {} (there are 1 and 2) choose one of them", options.edge_order));
  if (options.edge_order != 0 && (options.order != 1 || accuracy != 2))
    throw InvalidArgument(
        fmt::format("edge order {} does not go with order {} and accuracy {} (they make the edges "
                    "as accurate as the inside) leave it out",
                    options.edge_order, options.order, accuracy));
}

void check_coordinates(VectorView<const double> coordinates, index_t extent) {
  if (coordinates.size() != extent)
    throw InvalidArgument(
        fmt::format("there are {} coordinates (the axis has {} samples) pass one "
                    "for each",
                    coordinates.size(), extent));
  const index_t sorted = count_sorted(coordinates);
  if (sorted == extent) return;
  if (!std::isfinite(coordinates[sorted]))
    throw InvalidArgument(fmt::format("coordinate {} is {} (places are finite) correct it", sorted,
                                      coordinates[sorted]));
  if (coordinates[sorted] == coordinates[sorted - 1])
    throw InvalidArgument(
        fmt::format("coordinates {} and {} are both {} (no slope lies between "
                    "them) leave one of the samples out",
                    sorted - 1, sorted, coordinates[sorted]));
  throw InvalidArgument(
      fmt::format("coordinate {} is {}, behind {} (coordinates all increase or "
                  "all decrease) sort the samples by it",
                  sorted, coordinates[sorted], coordinates[sorted - 1]));
}

void check_grid(const SampleGrid& grid, index_t extent) {
  if (!grid.coordinates.empty()) {
    check_coordinates(grid.coordinates, extent);
  } else if (!std::isfinite(grid.spacing) || grid.spacing == 0) {
    throw InvalidArgument(
        fmt::format("spacing {} (it is a distance, finite and not 0) correct it", grid.spacing));
  }
}

SampledWindow window_of(const SampledGradientOptions& options, bool is_even, index_t extent) {
  SampledWindow window;
  window.extent = extent;
  window.order = options.order;
  window.points = options.order + options.accuracy;
  // Symmetry makes a formula of an odd number of points one order better.
  window.centred = is_even ? (window.points - 1) / 2 * 2 + 1 : window.points;
  window.has_slope_at_ends = options.edge_order == 1;
  const int needed = window.has_slope_at_ends ? 2 : window.points;
  if (extent < needed)
    throw InvalidArgument(fmt::format(
        "the axis has {} samples (order {} with accuracy {} takes {}) pass more, or ask "
        "for less",
        extent, options.order, options.accuracy, needed));
  // Two samples have no inside.
  window.points = static_cast<int>(std::min<index_t>(window.points, extent));
  window.centred = std::min(window.centred, window.points);
  return window;
}

template <class T>
void check_views(VectorView<const T> samples, VectorView<T> derivatives) {
  if (samples.size() != derivatives.size())
    throw InvalidArgument(
        fmt::format("there are {} derivatives (and {} samples; one each) pass "
                    "as many",
                    derivatives.size(), samples.size()));
  const std::less<const T*> before;
  if (before(samples.data(), derivatives.end()) && before(derivatives.data(), samples.end()))
    throw InvalidArgument(
        "the derivatives overlap the samples (a sample is needed again after its derivative is "
        "written) pass another array");
}

/// The weights of each position in a window of evenly spaced samples.
std::vector<double> even_weights(const SampledWindow& window) {
  std::vector<double> weights(static_cast<std::size_t>(window.points * window.points));
  for (int at = 0; at < window.points; ++at) {
    double offsets[max_stencil_size];
    for (int k = 0; k < window.points; ++k) offsets[k] = k - at;
    window.weigh(offsets, at, weights.data() + at * window.points);
  }
  return weights;
}

template <class T>
void differentiate(Context& context, VectorView<const T> samples, const SampleLayout& layout,
                   const SampleGrid& grid, VectorView<T> derivatives,
                   const SampledGradientOptions& options) {
  const Shape shape = shape_of(layout, samples.size());
  check_options(options);
  check_views(samples, derivatives);
  if (samples.empty()) return;
  check_grid(grid, shape.extent);
  const bool is_even = grid.coordinates.empty();
  const SampledWindow window = window_of(options, is_even, shape.extent);

  // As many places at a time as bound the weights, and what a device has to hold.
  constexpr index_t piece_size = index_t{1} << 20;
  const index_t places = std::min(shape.extent, std::max<index_t>(64, piece_size / shape.inner));
  std::vector<double> weights = even_weights(window);
  std::vector<double> scales = {grid.spacing};
  if (!is_even) {
    weights.resize(static_cast<std::size_t>(places * window.points));
    scales.resize(static_cast<std::size_t>(places));
  }
  for (index_t begin = 0; begin < shape.extent; begin += places) {
    SampledPiece<T> piece;
    piece.lines = shape.lines;
    SampledItem<T>& item = piece.item;
    item.window = window;
    item.begin = begin;
    item.places = std::min(places, shape.extent - begin);
    item.inner = shape.inner;
    item.sample_begin = window.first(begin);
    item.samples = samples.data() + item.sample_begin * shape.inner;
    item.derivatives = derivatives.data() + begin * shape.inner;
    item.sample_stride = item.derivative_stride = shape.extent * shape.inner;
    item.weights = weights.data();
    item.scales = scales.data();
    item.has_weights_of_places = !is_even;
    if (!is_even) {
      piece.weigh = {window,
                     begin,
                     item.sample_begin,
                     grid.coordinates.data() + item.sample_begin,
                     weights.data(),
                     scales.data()};
    }
    context.backend().sampled_gradient(piece);
  }
}

}  // namespace

void sampled_gradient(Context& context, VectorView<const double> samples,
                      const SampleLayout& layout, const SampleGrid& grid,
                      VectorView<double> derivatives, const SampledGradientOptions& options) {
  differentiate(context, samples, layout, grid, derivatives, options);
}

void sampled_gradient(Context& context, VectorView<const float> samples, const SampleLayout& layout,
                      const SampleGrid& grid, VectorView<float> derivatives,
                      const SampledGradientOptions& options) {
  differentiate(context, samples, layout, grid, derivatives, options);
}

index_t count_sorted(VectorView<const double> coordinates) {
  const bool falls = coordinates.size() > 1 && coordinates[1] < coordinates[0];
  for (index_t i = 0; i < coordinates.size(); ++i) {
    const double previous = i == 0 ? (falls ? HUGE_VAL : -HUGE_VAL) : coordinates[i - 1];
    const bool is_next = falls ? coordinates[i] < previous : coordinates[i] > previous;
    if (!is_next || !std::isfinite(coordinates[i])) return i;
  }
  return coordinates.size();
}

}  // namespace batchgrad
