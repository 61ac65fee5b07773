#include <batchgrad/core/philox.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/synthetic.hpp>

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "random/portable_math.hpp"

namespace batchgrad {
namespace {

constexpr std::array models = {SyntheticModel::linear, SyntheticModel::logistic,
                               SyntheticModel::poisson};
constexpr std::array<std::string_view, models.size()> model_names = {"linear", "logistic",
                                                                     "poisson"};

/// Independent sequences of one seed; the last word of Philox's counter.
enum class Stream : std::uint32_t { features, noise, response, truth };

struct Pair {
  double first;
  double second;
};

/// The uniform numbers 2 pair and 2 pair + 1 of a sample.
Pair uniform_pair(std::uint64_t seed, Stream stream, index_t sample, index_t pair) {
  const auto place = static_cast<std::uint64_t>(sample);
  const auto bits = detail::Philox(seed)(
      {static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(place >> 32),
       static_cast<std::uint32_t>(pair), static_cast<std::uint32_t>(stream)});
  return {detail::uniform(bits[0], bits[1]), detail::uniform(bits[2], bits[3])};
}

/// Standard normal numbers of one sample.
void fill_normal(std::uint64_t seed, Stream stream, index_t sample, VectorView<double> values) {
  for (index_t i = 0; i < values.size(); i += 2) {
    const Pair pair = uniform_pair(seed, stream, sample, i / 2);
    values[i] = detail::normal_quantile(pair.first);
    if (i + 1 < values.size()) values[i + 1] = detail::normal_quantile(pair.second);
  }
}

/// Counts by inversion of the distribution. A sum of Poisson variables is one, so large means are
/// taken in parts, each of which exp() can hold.
double poisson_count(std::uint64_t seed, index_t sample, double mean) {
  constexpr double largest_part = 256;
  double count = 0;
  for (index_t part = 0; mean > 0; ++part) {
    const double part_mean = mean < largest_part ? mean : largest_part;
    mean -= part_mean;
    const double u = uniform_pair(seed, Stream::response, sample, part).first;
    double probability = detail::portable_exp(-part_mean);
    double below = probability;
    // The sum may end just short of 1 by rounding; no draw is further out than 64 deviations.
    const double limit = part_mean + 64 * (1 + std::sqrt(part_mean));
    double k = 0;
    for (; u > below && k < limit; below += probability) probability *= part_mean / ++k;
    count += k;
  }
  return count;
}

}  // namespace

SyntheticModel parse_synthetic_model(std::string_view name) {
  for (std::size_t i = 0; i < models.size(); ++i)
    if (model_names[i] == name) return models[i];
  throw InvalidArgument(fmt::format("there is no synthetic model '{}' choose one of: {}", name,
                                    fmt::join(model_names, ", ")));
}

std::string_view synthetic_model_name(SyntheticModel model) {
  return model_names[static_cast<std::size_t>(model)];
}

Synthetic::Synthetic(const SyntheticOptions& options) : options_(options) {
  if (options.features < 1)
    throw InvalidArgument(fmt::format("features is {} (at least 1 is needed)", options.features));
  if (!(options.noise >= 0) || std::isinf(options.noise))
    throw InvalidArgument(
        fmt::format("noise is {} (it must be finite and not negative)", options.noise));
  if (options.model == SyntheticModel::poisson && options.noise > 2)
    throw InvalidArgument(
        fmt::format("noise is {} (the means of poisson grow with exp(noise)) choose it at most 2",
                    options.noise));
  const auto count = static_cast<double>(options.features);
  const double scale = options.model == SyntheticModel::linear     ? 1.0
                       : options.model == SyntheticModel::logistic ? 2.0 / std::sqrt(count)
                                                                   : 0.5 / std::sqrt(count);
  std::vector<double> truth(static_cast<std::size_t>(options.features) + 1);
  fill_normal(options.seed, Stream::truth, 0, truth);
  intercept_ = options.model == SyntheticModel::linear ? truth.back() : 0.5 * truth.back();
  truth.pop_back();
  coefficients_ = std::move(truth);
  for (double& coefficient : coefficients_) coefficient *= scale;
}

std::vector<std::string> Synthetic::column_names() const {
  std::vector<std::string> names;
  for (index_t j = 1; j <= options_.features; ++j) names.push_back(fmt::format("x{}", j));
  names.emplace_back("y");
  return names;
}

void Synthetic::make(index_t first, MatrixView<double> rows) const {
  if (rows.columns() != options_.features + 1)
    throw InvalidArgument(fmt::format("rows has {} columns ({} features and a target need {})",
                                      rows.columns(), options_.features, options_.features + 1));
  for (index_t i = 0; i < rows.rows(); ++i) {
    const VectorView<double> features(rows.row(i).data(), options_.features);
    fill_normal(options_.seed, Stream::features, first + i, features);
    rows(i, options_.features) = target(first + i, {features.data(), features.size()});
  }
}

double Synthetic::target(index_t sample, VectorView<const double> features) const {
  double eta = intercept_;
  for (index_t j = 0; j < features.size(); ++j)
    eta += coefficients_[static_cast<std::size_t>(j)] * features[j];
  if (options_.noise > 0) {
    double normal = 0;
    fill_normal(options_.seed, Stream::noise, sample, {&normal, 1});
    eta += options_.noise * normal;
  }
  switch (options_.model) {
    case SyntheticModel::linear:
      return eta;
    case SyntheticModel::logistic: {
      // u < 1 / (1 + exp(-eta)), solved for eta: the logarithm is the one function needed.
      const double u = uniform_pair(options_.seed, Stream::response, sample, 0).first;
      return detail::portable_log(u) - detail::portable_log(1 - u) < eta ? 1 : 0;
    }
    case SyntheticModel::poisson:
      break;
  }
  return poisson_count(options_.seed, sample, detail::portable_exp(eta));
}

}  // namespace batchgrad
