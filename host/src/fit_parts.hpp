#pragma once

#include <batchgrad/fit.hpp>

#include <vector>

#include "solver/progress.hpp"

namespace batchgrad::detail {

// What one fit and many fits at once have in common.

/// When a fit to samples of type T stops.
template <class T>
[[nodiscard]] StopRules stop_rules(const FitOptions& options);

/// Throws InvalidArgument for options, samples and a loss that do not go together.
template <class T>
void check_fit(const Samples<T>& samples, const Loss& loss, const FitOptions& options);
template <class T>
void check_fit(const Samples<T>& samples, const SoftmaxLoss& loss, const FitOptions& options);

/// The size of the numbers that the loss's derivatives are made of, the largest of all samples.
template <class T>
[[nodiscard]] double target_magnitude(const Samples<T>& samples, const Loss& loss);
/// The numbers of classes have no size; what is predicted are indicators.
template <class T>
[[nodiscard]] double target_magnitude(const Samples<T>&, const SoftmaxLoss&) {
  return 1;
}

/// The samples as the solver sees them: centred where it works on standardised features.
template <class T>
[[nodiscard]] Samples<T> seen_samples(const Samples<T>& samples,
                                      VectorView<const computing_t<T>> centre,
                                      const FitOptions& options);

/// `raw`: the parameters found, intercept last, of softmax for each class.
[[nodiscard]] FitResult result_of(Minimum minimum, std::vector<double> raw, Intercept intercept,
                                  const Loss& loss);
[[nodiscard]] FitResult result_of(Minimum minimum, const std::vector<double>& raw,
                                  Intercept intercept, const SoftmaxLoss& loss);

}  // namespace batchgrad::detail
