#include <batchgrad/error.hpp>
#include <batchgrad/fit_path.hpp>
#include <batchgrad/fit_sets.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>
#include <variant>

#include "solver_check.hpp"

namespace batchgrad {
namespace {

constexpr std::size_t most_fitted_as_sets = 8;
constexpr std::size_t anchor_distance = 4;
constexpr std::size_t most_nodes = 4;  // of a cubic

/// Whether it does not matter where a fit starts.
bool has_one_answer(const FitOptions& options) {
  return options.batch_size == 0 && options.holdout == 0 &&
         !std::holds_alternative<Gram>(options.solver);
}

/// What FitOptions::start takes.
std::vector<double> parameters_of(const FitResult& fit, Intercept intercept) {
  const std::vector<double> one{fit.intercept};
  const std::vector<double>& intercepts = fit.intercepts.empty() ? one : fit.intercepts;
  const std::size_t features = fit.coefficients.size() / intercepts.size();
  std::vector<double> parameters;
  for (std::size_t c = 0; c < intercepts.size(); ++c) {
    const auto row = fit.coefficients.begin() + static_cast<std::ptrdiff_t>(c * features);
    parameters.insert(parameters.end(), row, row + static_cast<std::ptrdiff_t>(features));
    if (intercept == Intercept::fitted) parameters.push_back(intercepts[c]);
  }
  return parameters;
}

/// Fits of some values of a path, and where they say that those between them end.
class Anchors {
 public:
  /// `values` increase.
  explicit Anchors(const std::vector<double>& values) : values_(values) {
    for (std::size_t i = 0; i + 1 < values.size(); i += anchor_distance) positions_.push_back(i);
    positions_.push_back(values.size() - 1);
  }

  [[nodiscard]] const std::vector<std::size_t>& positions() const { return positions_; }
  void add(std::vector<double> parameters) { parameters_.push_back(std::move(parameters)); }

  /// Empty where the fits are not finite.
  [[nodiscard]] std::vector<double> start_at(std::size_t position) const {
    const std::size_t nodes = std::min(most_nodes, positions_.size());
    const std::size_t next = position / anchor_distance + 1;
    const std::size_t first = std::min(next < 2 ? 0 : next - 2, positions_.size() - nodes);
    std::vector<double> start(parameters_.front().size());
    for (std::size_t a = first; a < first + nodes; ++a) {
      const double weight = weight_at(place(position), a, first, nodes);
      for (std::size_t p = 0; p < start.size(); ++p) start[p] += weight * parameters_[a][p];
    }
    const auto is_finite = [](double value) { return std::isfinite(value); };
    return std::all_of(start.begin(), start.end(), is_finite) ? start : std::vector<double>();
  }

 private:
  /// Where a value is on the path: its logarithm, but for 0.
  [[nodiscard]] double place(std::size_t position) const {
    return std::log(values_[position] + (values_[0] > 0 ? values_[0] : values_[1]));
  }
  /// Lagrange's, of the node `a` among those from `first` on.
  [[nodiscard]] double weight_at(double at, std::size_t a, std::size_t first,
                                 std::size_t nodes) const {
    double weight = 1;
    for (std::size_t b = first; b < first + nodes; ++b)
      if (b != a)
        weight *= (at - place(positions_[b])) / (place(positions_[a]) - place(positions_[b]));
    return weight;
  }

  const std::vector<double>& values_;
  std::vector<std::size_t> positions_;
  std::vector<std::vector<double>> parameters_;
};

template <class L>
std::vector<FitSetOf<L>> sets_of(const L& loss, const FitOptions& options,
                                 const std::vector<double>& values) {
  std::vector<FitSetOf<L>> sets;
  sets.reserve(values.size());
  for (const double value : values) {
    sets.push_back({loss, options});
    sets.back().options.l2 = value;
  }
  return sets;
}

/// Of values that increase.
template <class T, class L>
std::vector<FitResult> fit_in_two_rounds(Context& context, const Samples<T>& samples, const L& loss,
                                         const FitOptions& options,
                                         const std::vector<double>& values) {
  std::vector<FitSetOf<L>> sets = sets_of(loss, options, values);
  std::vector<FitResult> results(values.size());
  const auto fit_those = [&](const std::vector<std::size_t>& positions) {
    std::vector<FitSetOf<L>> chosen;
    chosen.reserve(positions.size());
    for (const std::size_t i : positions) chosen.push_back(std::move(sets[i]));
    std::vector<FitResult> found = fit_sets(context, samples, chosen);
    for (std::size_t k = 0; k < positions.size(); ++k) results[positions[k]] = std::move(found[k]);
  };
  Anchors anchors(values);
  fit_those(anchors.positions());
  for (const std::size_t i : anchors.positions())
    anchors.add(parameters_of(results[i], options.intercept));
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::binary_search(anchors.positions().begin(), anchors.positions().end(), i)) continue;
    others.push_back(i);
    if (auto start = anchors.start_at(i); !start.empty()) sets[i].options.start = std::move(start);
  }
  fit_those(others);
  return results;
}

template <class T, class L>
std::vector<FitResult> fit_all(Context& context, const Samples<T>& samples, const L& loss,
                               const FitOptions& options, const std::vector<double>& l2) {
  if (options.l2 != 0)
    throw InvalidArgument(
        fmt::format("options.l2 is {} (a path has penalties of its own) leave it 0", options.l2));
  for (const double value : l2) detail::check_not_negative("l2", value, "use 0 for no penalty");
  std::vector<double> values = l2;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() <= most_fitted_as_sets || !has_one_answer(options))
    return fit_sets(context, samples, sets_of(loss, options, l2));
  const auto found = fit_in_two_rounds(context, samples, loss, options, values);
  std::vector<FitResult> results;
  results.reserve(l2.size());
  for (const double value : l2)
    results.push_back(found[static_cast<std::size_t>(
        std::lower_bound(values.begin(), values.end(), value) - values.begin())]);
  return results;
}

}  // namespace

template <class T>
std::vector<FitResult> fit_path(Context& context, const Samples<T>& samples, const Loss& loss,
                                const FitOptions& options, const std::vector<double>& l2) {
  return fit_all(context, samples, loss, options, l2);
}
template <class T>
std::vector<FitResult> fit_path(Context& context, const Samples<T>& samples,
                                const SoftmaxLoss& loss, const FitOptions& options,
                                const std::vector<double>& l2) {
  return fit_all(context, samples, loss, options, l2);
}

#define BATCHGRAD_WITH_STORAGE(T)                                                           \
  template std::vector<FitResult> fit_path(Context&, const Samples<T>&, const Loss&,        \
                                           const FitOptions&, const std::vector<double>&);  \
  template std::vector<FitResult> fit_path(Context&, const Samples<T>&, const SoftmaxLoss&, \
                                           const FitOptions&, const std::vector<double>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
