#include "batch_options.hpp"

#include <fmt/format.h>
#include <limits>

#include "arguments.hpp"
#include "common.hpp"

namespace batchgrad::cli {
namespace {

void refuse_without(bool is_given, const char* option, bool has_needed, const char* needed) {
  if (is_given && !has_needed) throw UsageError(fmt::format("{} needs {}", option, needed));
}

bool takes_batches(const SolverArguments& solver) {
  switch (solver.choice) {
    case SolverChoice::adam:
    case SolverChoice::adagrad:
    case SolverChoice::rmsprop:
      return true;
    case SolverChoice::gradient_descent:
      return solver.learning_rate.has_value();
    default:
      return false;
  }
}

}  // namespace

void add_batch_options(CLI::App& command, BatchArguments& arguments) {
  constexpr index_t most = std::numeric_limits<index_t>::max();
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    add_parsed(command, name, value, parse, help)->type_name(type)->group(solver_group);
  };
  add("--batch-size", arguments.batch_size, CountBetween{1, most}, "N",
      "Of gradient-descent with --learning-rate, adam, adagrad, rmsprop: update with the gradient "
      "of N samples at a time, 1 for single samples, drawn without replacement. An iteration is "
      "then an epoch, a pass over all batches. Default: all samples");
  add("--max-epochs", arguments.max_epochs, CountBetween{0, most}, "N",
      "With --batch-size, in place of --max-iterations: stop after so many epochs. Default: 100");
  add("--holdout", arguments.holdout,
      NumberBetween{0, 1, NumberBetween::End::open, NumberBetween::End::open}, "SHARE",
      "Learn without this share of the samples, drawn at random, and stop when the loss over them "
      "no longer falls; the result is where it was lowest. Default: learn from all");
  add("--patience", arguments.patience, CountBetween{1, most}, "N",
      "With --holdout: stop after so many iterations without a lower held-out loss. Default: 10");
  add("--seed", arguments.seed, parse_seed, "SEED",
      "Of --batch-size, --holdout and --cv: the same samples at the same time. Default: 1");
}

void check_batch_arguments(const BatchArguments& arguments, const SolverArguments& solver,
                           const std::optional<index_t>& max_iterations, bool draws_folds) {
  const bool has_batches = arguments.batch_size.has_value();
  refuse_without(has_batches, "--batch-size", takes_batches(solver),
                 "--solver adam, adagrad or rmsprop, or gradient-descent and --learning-rate (the "
                 "others compare values from step to step, which no two batches share)");
  refuse_without(arguments.max_epochs.has_value(), "--max-epochs", has_batches,
                 "--batch-size (an epoch is a pass over the batches) use --max-iterations without");
  if (has_batches && max_iterations)
    throw UsageError(
        "--max-iterations does not go with --batch-size (an iteration is an epoch there) use "
        "--max-epochs");
  refuse_without(arguments.patience.has_value(), "--patience", arguments.holdout.has_value(),
                 "--holdout (without one there is no held-out loss to wait for)");
  refuse_without(arguments.seed.has_value(), "--seed",
                 has_batches || arguments.holdout.has_value() || draws_folds,
                 "--batch-size, --holdout or --cv (nothing else is drawn at random)");
}

void apply_batch_arguments(const BatchArguments& arguments, FitOptions& options) {
  options.batch_size = arguments.batch_size.value_or(options.batch_size);
  options.max_epochs = arguments.max_epochs;
  options.seed = arguments.seed.value_or(options.seed);
  options.holdout = arguments.holdout.value_or(options.holdout);
  options.patience = arguments.patience.value_or(options.patience);
}

}  // namespace batchgrad::cli
