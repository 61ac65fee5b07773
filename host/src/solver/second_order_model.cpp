#include "solver/second_order_model.hpp"

#include <batchgrad/core/limits.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace batchgrad::detail {
namespace {

std::size_t place(index_t i) { return static_cast<std::size_t>(i); }

/// The squares of a feature that is not constant have a finite sum that is not 0.
void check_squares(MatrixView<const double> sums, const FeatureMoments& moments) {
  for (index_t j = 0; j < static_cast<index_t>(moments.scale.size()); ++j)
    if (!std::isfinite(sums(j, j)) || (moments.vanishes[place(j)] == 0 && !(sums(j, j) > 0)))
      throw InvalidArgument(fmt::format(
          "the squares of feature {} sum up to {} (they overflow or vanish in its type) "
          "give it in another unit, or fit by lbfgs",
          j, sums(j, j)));
}

}  // namespace

template <class T>
SecondOrderModel<T>::SecondOrderModel(Context& context, const Samples<T>& seen, const Loss& loss,
                                      const FitOptions& options, const FeatureMoments& moments)
    : seen_(seen),
      moments_(moments),
      evaluator_(context, seen, loss, options.intercept),
      features_(seen.feature_count()),
      has_intercept_(options.intercept == Intercept::fitted),
      l2_(options.l2) {}

template <class T>
std::vector<double> SecondOrderModel<T>::matrix(Curvature curvature,
                                                VectorView<const double> variables) {
  const index_t size = parameter_count();
  std::vector<computing_t<T>> parameters(place(size));
  std::vector<double> result(place(size * size));
  const MatrixView<double> sums(result.data(), size, size);
  const auto scale = [&](index_t j) { return j < features_ ? moments_.scale[place(j)] : 1.0; };
  for (index_t j = 0; j < variables.size(); ++j)
    parameters[place(j)] = static_cast<computing_t<T>>(variables[j] / scale(j));
  evaluator_(curvature, parameters, sums);
  if (curvature == Curvature::gram) check_squares(sums, moments_);
  for (index_t i = 0; i < size; ++i)
    for (index_t j = 0; j < size; ++j)
      sums(i, j) = sums(i, j) / scale(i) / scale(j) / evaluator_.weight_sum();
  if (curvature == Curvature::score) return result;
  for (index_t j = 0; j < features_; ++j) sums(j, j) += l2_ / scale(j) / scale(j);
  return result;
}

template <class T>
ExtendedGram SecondOrderModel<T>::extended(MatrixView<const double> low) const {
  ExtendedGram gram =
      extended_gram(seen_, has_intercept_ ? Intercept::fitted : Intercept::none, low);
  const DoubleDouble penalty = exact_product(l2_, evaluator_.weight_sum());
  for (index_t j = 0; j < features_; ++j) gram.matrix[place(j * gram.size + j)] += penalty;
  return gram;
}

template <class T>
std::vector<index_t> SecondOrderModel<T>::order() const {
  std::vector<index_t> columns(place(parameter_count()));
  std::iota(columns.begin(), columns.end(), index_t{0});
  if (has_intercept_) std::rotate(columns.begin(), columns.end() - 1, columns.end());
  return columns;
}

template <class T>
double SecondOrderModel<T>::extended_tolerance(bool features_are_exact) const {
  constexpr double least = 1e-28;
  constexpr double rounding = 8.0 * static_cast<double>(Limits<computing_t<T>>::unit_roundoff);
  double location = 0;
  for (std::size_t j = 0; j < moments_.scale.size(); ++j)
    if (moments_.vanishes[j] == 0)
      location = std::max(location, std::fabs(moments_.centre[j] / moments_.scale[j]));
  return features_are_exact ? least
                            : std::max(least, rounding * rounding * (1 + location * location));
}

/// x_j - centre_j = sum_k t_k (x_k - centre_k) holds for the raw features with the constant
/// centre_j - sum_k t_k centre_k, which involves the intercept unless it is 0.
template <class T>
std::vector<Dependency> SecondOrderModel<T>::name(
    const std::vector<DependentColumn>& columns) const {
  std::vector<Dependency> result;
  for (const DependentColumn& column : columns) {
    Dependency dependency{column.column, {}};
    double constant = moments_.centre[place(column.column)];
    double size = std::fabs(constant) + moments_.scale[place(column.column)];
    for (std::size_t k = 0; k < column.others.size(); ++k) {
      const index_t other = column.others[k];
      if (other == features_) continue;
      dependency.on.push_back(other);
      const double unit = moments_.scale[place(column.column)] / moments_.scale[place(other)];
      const double part = column.factors[k] * unit * moments_.centre[place(other)];
      constant -= part;
      size += std::fabs(part);
    }
    constexpr double noise = std::is_same_v<computing_t<T>, float> ? 1e-5 : 1e-9;
    const bool is_constant = moments_.vanishes[place(column.column)] != 0;
    if (has_intercept_ && (is_constant ? constant != 0 : std::fabs(constant) > noise * size))
      dependency.on.push_back(features_);
    result.push_back(std::move(dependency));
  }
  std::sort(result.begin(), result.end(),
            [](const Dependency& a, const Dependency& b) { return a.feature < b.feature; });
  return result;
}

#define BATCHGRAD_WITH_STORAGE(T) template class SecondOrderModel<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
