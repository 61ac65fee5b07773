#pragma once

#include <batchgrad/fit.hpp>

#include <vector>

namespace batchgrad {

/// Fits a path of penalties: the same model with each of several l2, of which a fit is looked for
/// that meets the tolerance, wherever it starts.
///   objective_s(w, b) = sum_m v_m loss(x_m . w + b + o_m, y_m) / sum_m v_m
///                       + l2_s / 2 |w|^2 + l1 |w|_1
/// Solutions change smoothly along a path. Of its l2 in order, every fourth and the largest are
/// fitted first, all at once, from options.start. The others follow, all at once, each from a cubic
/// through the nearest four of those, coefficient by coefficient, in log(l2 + the least positive
/// l2): they have little left to do. Up to 8 values, and fits whose result is not a minimum (by
/// batches, with a holdout) or that take no start (gram), are those of fit_sets, to the bit.
/// Shapes: samples M x D; one result for each l2, in their order.
/// Memory: as fit_sets for so many sets.
/// Blocking: returns when all fits have stopped.
/// Errors: InvalidArgument for an l2 that is negative or not finite and for an options.l2 other
/// than
///   0, before anything is fitted; otherwise as fit_sets.
/// Cost: as fit_sets for a quarter of the sets, and for the others few rounds of evaluations.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
[[nodiscard]] std::vector<FitResult> fit_path(Context& context, const Samples<T>& samples,
                                              const Loss& loss, const FitOptions& options,
                                              const std::vector<double>& l2);
template <class T>
[[nodiscard]] std::vector<FitResult> fit_path(Context& context, const Samples<T>& samples,
                                              const SoftmaxLoss& loss, const FitOptions& options,
                                              const std::vector<double>& l2);

#define BATCHGRAD_WITH_STORAGE(T)                                                                  \
  extern template std::vector<FitResult> fit_path(Context&, const Samples<T>&, const Loss&,        \
                                                  const FitOptions&, const std::vector<double>&);  \
  extern template std::vector<FitResult> fit_path(Context&, const Samples<T>&, const SoftmaxLoss&, \
                                                  const FitOptions&, const std::vector<double>&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
