#include "function_options.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "arguments.hpp"

namespace batchgrad::cli {
namespace {

constexpr const char* method_group = "How it is differentiated";

double parse_end(const std::string& text) {
  if (text == "inf" || text == "+inf") return infinity;
  if (text == "-inf") return -infinity;
  return parse_number(text);
}

Interval parse_interval(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos)
    throw InvalidArgument(fmt::format("'{}' does not say LOWER:UPPER", text));
  const Interval interval{parse_end(trim_spaces(text.substr(0, colon))),
                          parse_end(trim_spaces(text.substr(colon + 1)))};
  if (!(interval.lower < interval.upper))
    throw InvalidArgument(fmt::format("{} is empty (its lower end is not below the upper)", text));
  return interval;
}

template <class Value>
std::vector<Value> in_order(const Expression& f, const char* option,
                            const std::vector<std::pair<std::string, Value>>& assignments,
                            std::optional<Value> others) {
  const std::vector<std::string>& variables = f.variables();
  std::vector<std::optional<Value>> found(variables.size(), others);
  for (const auto& [name, value] : assignments) {
    try {
      found[static_cast<std::size_t>(f.variable(name))] = value;
    } catch (const InvalidArgument& error) {
      throw UsageError(fmt::format("{}: {}", option, error.what()));
    }
  }
  std::vector<Value> values;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (!found[i])
      throw UsageError(
          fmt::format("{} does not say what {} is (every variable needs a value) add "
                      "{}=...",
                      option, variables[i], variables[i]));
    values.push_back(*found[i]);
  }
  return values;
}

}  // namespace

void add_function_options(CLI::App& app, FunctionOptions& options) {
  app.add_option("EXPR", options.text,
                 "The function, such as 'x^2*y + y^3' or '[x*y, x/y]'; one that starts with a "
                 "minus sign goes into parentheses")
      ->type_name("")
      ->required();
  add_list(app, "--variables", options.variables,
           "The variables and their order; they may be more than EXPR uses. Default: as they "
           "appear in EXPR")
      ->type_name("NAMES");
}

Expression read_function(const FunctionOptions& options) {
  try {
    const Expression f(options.text, options.variables);
    if (!f.variables().empty()) return f;
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
  throw UsageError(
      fmt::format("'{}' has no variables (there is nothing to differentiate by) use some, or name "
                  "them with --variables",
                  options.text));
}

IntervalAssignments parse_intervals(const std::string& text) {
  IntervalAssignments result;
  for (const std::string& element : split_list(text)) {
    const auto equals = element.find('=');
    std::string name = trim_spaces(element.substr(0, equals));
    if (equals == std::string::npos || name.empty())
      throw InvalidArgument(fmt::format("'{}' does not say NAME=LOWER:UPPER", element));
    const auto same = [&](const auto& pair) { return pair.first == name; };
    if (std::any_of(result.begin(), result.end(), same))
      throw InvalidArgument(fmt::format("'{}' is there twice", name));
    result.emplace_back(std::move(name), parse_interval(element.substr(equals + 1)));
  }
  return result;
}

std::vector<double> in_order_of_variables(const Expression& f, const char* option,
                                          const Assignments& assignments,
                                          std::optional<double> others) {
  return in_order(f, option, assignments, others);
}

std::vector<Interval> in_order_of_variables(const Expression& f, const char* option,
                                            const IntervalAssignments& assignments,
                                            std::optional<Interval> others) {
  return in_order(f, option, assignments, others);
}

void add_method_option(CLI::App& app, DerivativeArguments& arguments) {
  add_parsed(
      app, "--method", arguments.method, [](const std::string& text) { return parse_method(text); },
      "symbolic, forward-ad, or by differences: forward, backward, central, richardson, adaptive. "
      "Default: symbolic")
      ->type_name("METHOD")
      ->group(method_group);
}

void add_quantity_options(CLI::App& app, DerivativeArguments& arguments) {
  constexpr const char* group = "Which derivatives";
  add_parsed(app, "--order", arguments.order, CountBetween{1, 1000},
             "Of the derivative: 2 for the second, and so on. Default: 1")
      ->type_name("N")
      ->group(group);
  CLI::Option* direction =
      add_parsed(app, "--direction", arguments.direction, parse_assignments,
                 "The derivative along a direction, as x=1,y=-1; others are 0. The slope grows "
                 "with the length of the direction")
          ->type_name("LIST")
          ->group(group);
  app.add_flag_callback(
         "--laplacian", [&arguments] { arguments.quantity = Quantity::laplacian; },
         "The sum of the second derivatives by each variable")
      ->group(group)
      ->excludes(direction);
}

void add_step_options(CLI::App& app, DerivativeArguments& arguments) {
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    return add_parsed(app, name, value, parse, help)->type_name(type)->group(method_group);
  };
  add("--accuracy", arguments.accuracy, CountBetween{1, 1000}, "N",
      "Of forward, backward and central: the power of the step in the error: 1 (one-sided "
      "methods), 2, 4, 6, 8. Default: 1, of central 2");
  CLI::Option* step = add("--step", arguments.step, positive, "NUMBER",
                          "The step of the differences, for every variable and point. Default: "
                          "matched to the method and the size of the variable");
  add("--relative-step", arguments.relative_step, positive, "NUMBER",
      "The step as a share of the size of the variable, max(|x|, typical)")
      ->excludes(step);
  add("--typical", arguments.typical, parse_assignments, "LIST",
      "Sizes of variables, as x=1e-6,y=100: nearer to 0 than this the step shrinks no further. "
      "Default: 1");
}

void add_difference_options(CLI::App& app, DerivativeArguments& arguments) {
  add_step_options(app, arguments);
  add_parsed(app, "--bounds", arguments.bounds, parse_intervals,
             "Where variables may be, as x=0:inf,y=-1:1; the function is not evaluated outside")
      ->type_name("LIST")
      ->group(method_group);
  add_parsed(app, "--tolerance", arguments.tolerance, positive,
             "Relative error above which a derivative is called noisy. Default: by the method")
      ->type_name("NUMBER")
      ->group(method_group);
}

DerivativeOptions derivative_options(const DerivativeArguments& arguments, const Expression& f) {
  DerivativeOptions result;
  result.quantity = arguments.quantity;
  if (!arguments.direction.empty()) {
    result.quantity = Quantity::directional;
    result.direction = in_order_of_variables(f, "--direction", arguments.direction, 0.0);
  }
  result.method = arguments.method.value_or(result.method);
  result.order = static_cast<int>(arguments.order.value_or(result.order));
  result.accuracy = static_cast<int>(arguments.accuracy.value_or(result.accuracy));
  result.step.step = arguments.step.value_or(result.step.step);
  result.step.relative_step = arguments.relative_step.value_or(result.step.relative_step);
  result.tolerance = arguments.tolerance.value_or(result.tolerance);
  if (!arguments.typical.empty())
    result.typical = in_order_of_variables(f, "--typical", arguments.typical, result.step.typical);
  if (!arguments.bounds.empty())
    result.bounds = in_order_of_variables(f, "--bounds", arguments.bounds, Interval{});
  if (arguments.native) result.arithmetic = Arithmetic::native;
  return result;
}

}  // namespace batchgrad::cli
