#pragma once

#include <batchgrad/solver.hpp>

#include <CLI/App.hpp>
#include <optional>

namespace batchgrad::cli {

enum class SolverChoice {
  automatic,
  lbfgs,
  gradient_descent,
  adam,
  adagrad,
  rmsprop,
  proximal,
  newton,
  gram
};

/// Which command takes the solver. Fits have solvers that need more than a gradient, and an auto
/// that looks at the loss, the features and --l1.
enum class SolversOf { minimize, fit };

/// Which solver, and its own options, as given. The others are those of the command.
struct SolverArguments {
  SolverChoice choice = SolverChoice::automatic;
  std::optional<double> learning_rate;
  std::optional<double> momentum;
  bool nesterov = false;
  std::optional<double> beta1;
  std::optional<double> beta2;
  std::optional<double> decay;
  std::optional<double> epsilon;
  std::optional<Schedule> schedule;
  GradientClip clip;
  std::optional<index_t> memory;
  bool extended_precision = false;
};

/// Also --max-iterations, which every solver has.
void add_solver_options(CLI::App& command, SolverArguments& arguments,
                        std::optional<index_t>& max_iterations, SolversOf solvers);

/// Refuses options of another solver than the one chosen, and those that contradict each other.
void check_solver_arguments(const SolverArguments& arguments);

/// The solver chosen; auto, of minimize, is lbfgs.
[[nodiscard]] Solver make_solver(const SolverArguments& arguments);

/// The group of the help that these options are in.
inline constexpr const char* solver_group = "How it is solved";

}  // namespace batchgrad::cli
