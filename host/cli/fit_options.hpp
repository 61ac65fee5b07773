#pragma once

#include <batchgrad/dataset.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common.hpp"
#include "data_options.hpp"

namespace batchgrad::cli {

enum class SolverChoice { automatic, lbfgs, gradient_descent };
enum class Storage { f64, f32 };

/// The options of `batchgrad fit`, as given.
struct FitArguments {
  std::string path;
  std::string target;
  std::vector<std::string> features;
  std::vector<std::string> ignore;
  std::string weight;
  std::string offset;
  Loss loss;
  std::optional<std::string> positive;
  double l2 = 0;
  bool no_intercept = false;
  SolverChoice solver = SolverChoice::automatic;
  std::optional<double> learning_rate;
  std::optional<double> momentum;
  std::optional<index_t> memory;
  std::optional<index_t> max_iterations;
  std::optional<double> tolerance;
  double objective_tolerance = 0;
  bool no_standardise = false;
  std::vector<std::pair<std::string, double>> start;
  Storage storage = Storage::f64;
  std::string history;
  std::string output;
  DataOptions data;
};

void add_fit_options(CLI::App& command, FitArguments& arguments);

/// Refuses options that do not go together.
void check_fit_arguments(const FitArguments& arguments);

/// The solver to use, and why it is this one.
struct ChosenSolver {
  Solver solver;
  std::string name;
  std::string reason;
};
[[nodiscard]] ChosenSolver choose_solver(const FitArguments& arguments);

/// The options of the library's fit, but for the observer. `names` are the data set's features.
[[nodiscard]] FitOptions fit_options(const FitArguments& arguments,
                                     const std::vector<std::string>& names);

}  // namespace batchgrad::cli
