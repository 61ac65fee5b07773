#pragma once

#include <batchgrad/dataset.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/inference.hpp>
#include <batchgrad/loss.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batch_options.hpp"
#include "common.hpp"
#include "data_options.hpp"
#include "l2_path.hpp"
#include "solver_options.hpp"
#include "storage.hpp"

namespace batchgrad::cli {

/// The options of `batchgrad fit`, as given.
struct FitArguments {
  std::string path;
  std::string target;
  std::vector<std::string> features;
  std::vector<std::string> ignore;
  std::string weight;
  std::string weight_file;
  std::string offset;
  std::string filter;
  Loss loss;
  bool is_softmax = false;  ///< in place of `loss`
  std::optional<std::string> positive;
  double l2 = 0;
  double l1 = 0;
  bool no_intercept = false;
  SolverArguments solver;
  std::optional<index_t> max_iterations;
  BatchArguments batches;
  PathArguments l2_path;
  std::optional<double> tolerance;
  double objective_tolerance = 0;
  bool no_standardise = false;
  std::vector<std::pair<std::string, double>> start;
  Storage storage = Storage::f64;
  bool errors = false;
  std::optional<double> confidence;
  bool robust = false;
  std::string history;
  std::string output;
  DataOptions data;
};

/// What --errors, --robust and --confidence ask for.
[[nodiscard]] InferenceOptions inference_options(const FitArguments& arguments);

void add_fit_options(CLI::App& command, FitArguments& arguments);

/// Refuses options that do not go together.
void check_fit_arguments(const FitArguments& arguments);

/// The solver that --solver names, or the library's choice for so many features.
[[nodiscard]] ChosenSolver solver_of(const FitArguments& arguments, index_t features);

/// The options of the library's fit, but for the observer. `names` are the data set's features,
/// `classes` those of a softmax.
[[nodiscard]] FitOptions fit_options(const FitArguments& arguments,
                                     const std::vector<std::string>& names,
                                     const std::vector<std::string>& classes, const Solver& solver);

}  // namespace batchgrad::cli
