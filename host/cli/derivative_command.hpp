#pragma once

#include <string>

#include "commands.hpp"
#include "points.hpp"

namespace batchgrad::cli {

/// A run of gradient or hessian.
struct DerivativeCommand {
  std::string name;
  FunctionOptions function;
  PointOptions points;
  DerivativeArguments derivatives;
  bool errors = false;
  bool results_only = false;
  std::string output = "-";
};

/// All options of both, but those that choose which derivatives.
void add_derivative_options(CLI::App& app, DerivativeCommand& command);

/// Answers the exit code.
int run_derivatives(const DerivativeCommand& command, const CommonOptions& common);

}  // namespace batchgrad::cli
