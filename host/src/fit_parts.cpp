#include "fit_parts.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "samples_check.hpp"
#include "solver/second_order_fit.hpp"
#include "solver_check.hpp"
#include "training.hpp"

namespace batchgrad::detail {
namespace {

void check_options(const FitOptions& options, index_t parameters) {
  check_solver(options.solver);
  check_not_negative("l2", options.l2, "use 0 for no penalty");
  check_not_negative("l1", options.l1, "use 0 for no penalty");
  if (options.l1 > 0 && !std::holds_alternative<Proximal>(options.solver))
    throw InvalidArgument(
        fmt::format("l1 is {} (solver {} follows slopes, and |w| has none at 0) use solver {}",
                    options.l1, solver_name(options.solver), Proximal::name));
  check_training(options);
  check_rules(stop_rules<double>(options));
  if (parameters == 0)
    throw InvalidArgument(
        "there is nothing to fit (no features and no intercept) give one of them");
  const auto size = static_cast<index_t>(options.start.size());
  if (size != 0 && size != parameters)
    throw InvalidArgument(fmt::format(
        "start has {} entries (the model has {} parameters) give the coefficients{}", size,
        parameters,
        options.intercept == Intercept::fitted ? " and then the intercept" : ", no intercept"));
  const auto is_finite = [](double value) { return std::isfinite(value); };
  const auto bad = std::find_if_not(options.start.begin(), options.start.end(), is_finite);
  if (bad != options.start.end())
    throw InvalidArgument(fmt::format("start {} is {} (parameters are finite numbers)",
                                      bad - options.start.begin(), *bad));
}

template <class T>
void check_uncentred(const Samples<T>& samples) {
  if (!samples.centre.empty())
    throw InvalidArgument(
        "samples have a centre (a fit centres the features itself) leave it empty, or evaluate "
        "with LossEvaluator");
}

template <class T>
void check_features_low(const Samples<T>& samples, const FitOptions& options) {
  const Gram* gram = std::get_if<Gram>(&options.solver);
  if (gram == nullptr || gram->features_low.empty()) return;
  if (gram->features_low.rows() != samples.count() ||
      gram->features_low.columns() != samples.feature_count())
    throw InvalidArgument(fmt::format("features_low is {}x{} (features are {}x{}; they must match)",
                                      gram->features_low.rows(), gram->features_low.columns(),
                                      samples.count(), samples.feature_count()));
  if (gram->precision != Precision::extended)
    throw InvalidArgument(
        "features_low is given but the precision is not extended (double has no room for it) set "
        "precision to extended");
}

/// What no loss changes.
FitResult result_of(Minimum minimum) {
  FitResult result;
  result.objective = minimum.value.objective;
  result.gradient_norm = minimum.value.gradient_norm;
  result.held_out_loss = minimum.value.held_out_loss;
  result.iterations = minimum.iterations;
  result.evaluations = minimum.evaluations;
  result.stop = minimum.stop;
  result.history = std::move(minimum.history);
  return result;
}

}  // namespace

template <class T>
StopRules stop_rules(const FitOptions& options) {
  constexpr double default_tolerance = std::is_same_v<computing_t<T>, float> ? 1e-6 : 1e-9;
  StopRules rules{most_iterations(options), options.tolerance.value_or(default_tolerance),
                  options.objective_tolerance, options.observer};
  rules.patience = options.patience;
  return rules;
}

template <class T>
void check_fit(const Samples<T>& samples, const Loss& loss, const FitOptions& options) {
  const bool has_intercept = options.intercept == Intercept::fitted;
  check_options(options, samples.feature_count() + (has_intercept ? 1 : 0));
  check_uncentred(samples);
  check_samples(samples, loss);
  check_loss(options.solver, loss);
  check_features_low(samples, options);
}

/// The number of classes is checked before parameters are counted by it.
template <class T>
void check_fit(const Samples<T>& samples, const SoftmaxLoss& loss, const FitOptions& options) {
  const bool has_intercept = options.intercept == Intercept::fitted;
  check_uncentred(samples);
  check_samples(samples, loss);
  if (is_second_order(options.solver))
    throw InvalidArgument(
        fmt::format("solver {} does not fit loss 'softmax' (it needs losses of one prediction a "
                    "sample) use lbfgs",
                    solver_name(options.solver)));
  check_options(options, loss.classes * (samples.feature_count() + (has_intercept ? 1 : 0)));
}

template <class T>
double target_magnitude(const Samples<T>& samples, const Loss& loss) {
  double largest = 0;
  std::visit(
      [&](const auto& l) {
        for (index_t m = 0; m < samples.count(); ++m) {
          const double offset = samples.offset.empty() ? 0.0 : samples.offset[m];
          const double size = derivative_size(l, static_cast<double>(samples.target[m]));
          largest = std::max(largest, size + std::fabs(offset));
        }
      },
      loss);
  return largest;
}

FitResult result_of(Minimum minimum, std::vector<double> raw, Intercept intercept, const Loss&) {
  FitResult result = result_of(std::move(minimum));
  if (intercept == Intercept::fitted) {
    result.intercept = raw.back();
    raw.pop_back();
  }
  result.coefficients = std::move(raw);
  return result;
}

FitResult result_of(Minimum minimum, const std::vector<double>& raw, Intercept intercept,
                    const SoftmaxLoss& loss) {
  FitResult result = result_of(std::move(minimum));
  const auto classes = static_cast<std::size_t>(loss.classes);
  const std::size_t block_size = raw.size() / classes;
  const std::size_t features = block_size - (intercept == Intercept::fitted ? 1 : 0);
  result.intercepts.assign(classes, 0.0);
  for (std::size_t c = 0; c < classes; ++c) {
    const double* block = raw.data() + c * block_size;
    result.coefficients.insert(result.coefficients.end(), block, block + features);
    if (features < block_size) result.intercepts[c] = block[features];
  }
  return result;
}

template <class T>
Samples<T> seen_samples(const Samples<T>& samples, VectorView<const computing_t<T>> centre,
                        const FitOptions& options) {
  Samples<T> seen = samples;
  if (options.intercept == Intercept::fitted && options.standardise == Standardise::yes)
    seen.centre = centre;
  return seen;
}

#define BATCHGRAD_WITH_STORAGE(T)                                                       \
  template StopRules stop_rules<T>(const FitOptions&);                                  \
  template void check_fit(const Samples<T>&, const Loss&, const FitOptions&);           \
  template void check_fit(const Samples<T>&, const SoftmaxLoss&, const FitOptions&);    \
  template double target_magnitude(const Samples<T>&, const Loss&);                     \
  template Samples<T> seen_samples(const Samples<T>&, VectorView<const computing_t<T>>, \
                                   const FitOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
