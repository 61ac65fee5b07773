#pragma once

#include <batchgrad/derivative_options.hpp>
#include <batchgrad/expression.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common.hpp"

namespace batchgrad::cli {

/// What the commands on functions share: EXPR and --variables.
struct FunctionOptions {
  std::string text;
  std::vector<std::string> variables;  ///< empty: in order of appearance
};

void add_function_options(CLI::App& app, FunctionOptions& options);

/// Errors: UsageError showing the place in the text, or where there is no variable at all.
[[nodiscard]] Expression read_function(const FunctionOptions& options);

using Assignments = std::vector<std::pair<std::string, double>>;
using IntervalAssignments = std::vector<std::pair<std::string, Interval>>;

/// "x=0:inf,y=-1:1" as pairs. Errors: InvalidArgument.
[[nodiscard]] IntervalAssignments parse_intervals(const std::string& text);

// What an option assigns to variables, as one entry for each variable of f. `others` is for those
// that it does not name; without `others` each has to be named.
// Errors: UsageError naming the option and the variable.
[[nodiscard]] std::vector<double> in_order_of_variables(const Expression& f, const char* option,
                                                        const Assignments& assignments,
                                                        std::optional<double> others = {});
[[nodiscard]] std::vector<Interval> in_order_of_variables(const Expression& f, const char* option,
                                                          const IntervalAssignments& assignments,
                                                          std::optional<Interval> others = {});

/// Which derivatives are wanted and how they are computed, as far as it was given.
struct DerivativeArguments {
  Quantity quantity = Quantity::gradient;
  Assignments direction;
  std::optional<Method> method;
  std::optional<index_t> order;
  std::optional<index_t> accuracy;
  std::optional<double> step;
  std::optional<double> relative_step;
  std::optional<double> tolerance;
  Assignments typical;
  IntervalAssignments bounds;
  bool native = false;
};

// Not every command has all of them.
void add_method_option(CLI::App& app, DerivativeArguments& arguments);
/// --order, --direction and --laplacian.
void add_quantity_options(CLI::App& app, DerivativeArguments& arguments);
/// --accuracy, --step, --relative-step, --typical.
void add_step_options(CLI::App& app, DerivativeArguments& arguments);
/// The same, --bounds and --tolerance.
void add_difference_options(CLI::App& app, DerivativeArguments& arguments);

/// Errors: UsageError where an option names what is no variable.
[[nodiscard]] DerivativeOptions derivative_options(const DerivativeArguments& arguments,
                                                   const Expression& f);

}  // namespace batchgrad::cli
