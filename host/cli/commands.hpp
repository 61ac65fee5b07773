#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "common.hpp"

namespace batchgrad::cli {

/// Runs a command whose options have been parsed and answers the exit code.
using Runner = std::function<int()>;

// Each adds one command to the program: its name, options and help. `common` holds what was given
// in front of the command, and receives what is given behind it.
Runner add_gradient(CLI::App& program, CommonOptions& common);
Runner add_hessian(CLI::App& program, CommonOptions& common);
Runner add_derive(CLI::App& program, CommonOptions& common);
Runner add_check(CLI::App& program, CommonOptions& common);
Runner add_differentiate(CLI::App& program, CommonOptions& common);
Runner add_minimize(CLI::App& program, CommonOptions& common);
Runner add_fit(CLI::App& program, CommonOptions& common);
Runner add_predict(CLI::App& program, CommonOptions& common);
Runner add_generate(CLI::App& program, CommonOptions& common);
Runner add_devices(CLI::App& program, CommonOptions& common);

}  // namespace batchgrad::cli
