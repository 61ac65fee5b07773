#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include "small_data.hpp"

namespace batchgrad::test {

/// A fit by batches in the raw variables from (4, 4), to the last epoch.
inline FitOptions options_for(const Solver& solver, index_t size, index_t epochs) {
  FitOptions options;
  options.solver = solver;
  options.standardise = Standardise::no;
  options.tolerance = 0;
  options.start = {4, 4};
  options.batch_size = size;
  options.max_epochs = epochs;
  options.seed = 7;
  return options;
}

inline FitResult fit_on(const char* device, const SmallData<>& data, const FitOptions& options) {
  Context context = Context::on(device);
  return fit(context, data.samples(), SquaredLoss{}, options);
}

}  // namespace batchgrad::test
