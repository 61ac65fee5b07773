#pragma once

#include <batchgrad/fit.hpp>

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>

#include "solver_options.hpp"

namespace batchgrad::cli {

/// What a fit learns from at a time, and what it holds out, as given.
struct BatchArguments {
  std::optional<index_t> batch_size;
  std::optional<index_t> max_epochs;
  std::optional<std::uint64_t> seed;
  std::optional<double> holdout;
  std::optional<index_t> patience;
};

void add_batch_options(CLI::App& command, BatchArguments& arguments);

/// Refuses options that do not go together, or do not suit the solver. `draws_folds`: a seed has
/// another use.
void check_batch_arguments(const BatchArguments& arguments, const SolverArguments& solver,
                           const std::optional<index_t>& max_iterations, bool draws_folds);

void apply_batch_arguments(const BatchArguments& arguments, FitOptions& options);

}  // namespace batchgrad::cli
