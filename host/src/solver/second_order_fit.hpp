#pragma once

#include <batchgrad/fit.hpp>

#include <vector>

#include "solver/feature_moments.hpp"
#include "solver/progress.hpp"
#include "solver/standardised_objective.hpp"

namespace batchgrad::detail {

/// Whether a solver needs matrices of second order.
[[nodiscard]] bool is_second_order(const Solver& solver);

/// Throws InvalidArgument for a loss that such a solver cannot fit; others are for any.
void check_loss(const Solver& solver, const Loss& loss);

/// What newton and gram find.
struct SecondOrderMinimum {
  Minimum minimum;
  std::vector<Dependency> dependencies;
  Precision precision = Precision::standard;
  std::vector<double> raw;  ///< parameters, rounded once from more bits; empty: as the minimum says
};

/// Minimises by the second-order solver of the options. `objective` has the samples `seen`, which
/// are centred where there is an intercept; the solver and the loss have been checked.
/// Errors: InvalidArgument for more than 2048 features, for features whose squares overflow.
template <class T>
SecondOrderMinimum minimise_second_order(Context& context, const Samples<T>& seen, const Loss& loss,
                                         const FitOptions& options, const FeatureMoments& moments,
                                         StandardisedObjective<T>& objective,
                                         VectorView<const double> start, const StopRules& rules);

#define BATCHGRAD_WITH_STORAGE(T)                                                         \
  extern template SecondOrderMinimum minimise_second_order(                               \
      Context&, const Samples<T>&, const Loss&, const FitOptions&, const FeatureMoments&, \
      StandardisedObjective<T>&, VectorView<const double>, const StopRules&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

/// Whether an objective without penalty proves that its labels can be separated: where the sum of
/// the logistic losses of labels 0 and 1 is below log 2 times the least weight, every sample is on
/// its own side, and longer coefficients are always better.
template <class T>
[[nodiscard]] bool proves_separation(const Samples<T>& samples, const Loss& loss, double penalty,
                                     double objective);

#define BATCHGRAD_WITH_STORAGE(T) \
  extern template bool proves_separation(const Samples<T>&, const Loss&, double, double);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::detail
