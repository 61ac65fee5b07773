#include "fit_options.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

#include "arguments.hpp"
#include "names.hpp"
#include "paths.hpp"

namespace batchgrad::cli {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr NumberBetween not_negative{0, infinity};

Loss parse_loss_option(const std::string& text) {
  const auto colon = std::min(text.find(':'), text.size());
  return parse_loss(hyphenated(text.substr(0, colon)) + text.substr(colon));
}

SolverChoice parse_solver(const std::string& text) {
  const std::string name = hyphenated(text);
  if (name == "auto") return SolverChoice::automatic;
  if (name == Lbfgs::name) return SolverChoice::lbfgs;
  if (name == GradientDescent::name) return SolverChoice::gradient_descent;
  throw InvalidArgument(fmt::format("there is no solver '{}' choose one of: auto, {}, {}", text,
                                    Lbfgs::name, GradientDescent::name));
}

Storage parse_storage(const std::string& text) {
  if (text == "f64") return Storage::f64;
  if (text == "f32") return Storage::f32;
  throw InvalidArgument(fmt::format("'{}' is neither f64 nor f32", text));
}

void add_column_options(CLI::App& command, FitArguments& arguments) {
  constexpr const char* group = "What the columns are";
  const auto add_text = [&](const char* name, std::string& value, const char* type,
                            const char* help) {
    return command.add_option(name, value, help)->type_name(type)->group(group);
  };
  add_text("--target", arguments.target, "COLUMN", "The column to predict")->required();
  CLI::Option* features =
      add_list(command, "--features", arguments.features,
               "The columns to predict from, a comma-separated list, \"in quotes\" where a name "
               "has a comma. Default: all without another role")
          ->type_name("COLUMNS")
          ->group(group);
  add_list(command, "--ignore", arguments.ignore, "Columns to leave out of the features")
      ->type_name("COLUMNS")
      ->group(group)
      ->excludes(features);
  add_text("--weight", arguments.weight, "COLUMN", "Weights of the samples. Default: all 1");
  add_text("--offset", arguments.offset, "COLUMN",
           "Added to each prediction, in the fit and when the model predicts");
  command
      .add_option_function<std::string>(
          "--positive", [&arguments](const std::string& text) { arguments.positive = text; },
          "The value of the target that counts as 1, with --loss logistic. Default: the larger "
          "of two; targets of more than two values from 0 to 1 are taken as proportions")
      ->type_name("VALUE")
      ->group(group);
}

void add_model_options(CLI::App& command, FitArguments& arguments) {
  constexpr const char* group = "The model";
  add_parsed(command, "--loss", arguments.loss, parse_loss_option,
             fmt::format("The loss: one of {}; a parameter follows a colon, as in "
                         "huber:delta=1.5. Default: squared",
                         fmt::join(loss_names(), ", ")))
      ->type_name("LOSS")
      ->group(group);
  add_parsed(command, "--l2", arguments.l2, not_negative,
             "Penalty L2 / 2 |w|^2 on the coefficients, not on the intercept. Default: 0")
      ->type_name("NUMBER")
      ->group(group);
  command.add_flag("--no-intercept", arguments.no_intercept, "No constant term")->group(group);
}

void add_solver_options(CLI::App& command, FitArguments& arguments) {
  constexpr const char* group = "How it is solved";
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    add_parsed(command, name, value, parse, help)->type_name(type)->group(group);
  };
  add("--solver", arguments.solver, parse_solver, "SOLVER",
      "auto, lbfgs or gradient-descent. Default: auto");
  add("--learning-rate", arguments.learning_rate,
      NumberBetween{0, infinity, NumberBetween::End::open}, "NUMBER",
      "Of gradient-descent: the step per unit of gradient. Default: from the curvature");
  add("--momentum", arguments.momentum,
      NumberBetween{0, 1, NumberBetween::End::closed, NumberBetween::End::open}, "NUMBER",
      "Of gradient-descent: the share of a step that the next one keeps. Default: 0");
  add("--memory", arguments.memory, CountBetween{1, 1000}, "N",
      "Of lbfgs: how many past steps it remembers. Default: 10");
  add("--max-iterations", arguments.max_iterations,
      CountBetween{0, std::numeric_limits<index_t>::max()}, "N",
      "Stop after so many iterations; 0 evaluates the start alone. Default: 1000");
  add("--tolerance", arguments.tolerance, not_negative, "NUMBER",
      "Converged when the gradient is below this share of what it could be; 0: never. Default: "
      "1e-9, with --storage f32 1e-6");
  add("--objective-tolerance", arguments.objective_tolerance, not_negative, "NUMBER",
      "Also converged when an iteration lowers the objective by no more than this share of it. "
      "Default: 0, never");
  command
      .add_flag("--no-standardise", arguments.no_standardise,
                "Solve on the features as they are, not scaled to mean 0 and mean square 1. The "
                "coefficients are of the raw features either way")
      ->group(group);
  add("--start", arguments.start, parse_assignments, "LIST",
      "Coefficients to start from, as a=1,b=2,(intercept)=0. Default and others: 0");
  add("--storage", arguments.storage, parse_storage, "TYPE",
      "What the data is held in: f64 or f32; sums are always f64. Default: f64");
}

void refuse_without(bool given, const char* option, const char* needed) {
  if (given) throw UsageError(fmt::format("{} needs {}", option, needed));
}

}  // namespace

void add_fit_options(CLI::App& command, FitArguments& arguments) {
  command
      .add_option("DATA", arguments.path,
                  "CSV, TSV or .npy file, also gzipped; - for standard input")
      ->type_name("")
      ->required();
  command.add_option("-o,--output", arguments.output, "Save the model, for batchgrad predict")
      ->type_name("FILE");
  command.add_option("--history", arguments.history, "Save a CSV line for each iteration")
      ->type_name("FILE");
  add_column_options(command, arguments);
  add_model_options(command, arguments);
  add_solver_options(command, arguments);
  add_data_options(command, arguments.data, DataCommand::fit);
}

void check_fit_arguments(const FitArguments& arguments) {
  if (arguments.solver != SolverChoice::gradient_descent) {
    refuse_without(arguments.learning_rate.has_value(), "--learning-rate",
                   "--solver gradient-descent (no other solver has one)");
    refuse_without(arguments.momentum.has_value(), "--momentum",
                   "--solver gradient-descent (no other solver has one)");
  }
  if (arguments.solver != SolverChoice::lbfgs)
    refuse_without(arguments.memory.has_value(), "--memory",
                   "--solver lbfgs (no other solver has one)");
  if (!std::holds_alternative<LogisticLoss>(arguments.loss))
    refuse_without(arguments.positive.has_value(), "--positive",
                   "--loss logistic (the other losses take the target as a number)");
  constexpr const char* why = "the result of the fit is printed there";
  refuse_standard_output({"-o", arguments.output}, why);
  refuse_standard_output({"--history", arguments.history}, why);
  check_outputs({{"DATA", arguments.path}},
                {{"-o", arguments.output}, {"--history", arguments.history}});
}

ChosenSolver choose_solver(const FitArguments& arguments) {
  if (arguments.solver == SolverChoice::gradient_descent) {
    GradientDescent solver;
    solver.learning_rate = arguments.learning_rate;
    solver.momentum = arguments.momentum.value_or(solver.momentum);
    return {solver, GradientDescent::name, "given by --solver"};
  }
  Lbfgs solver;
  solver.memory = arguments.memory.value_or(solver.memory);
  if (arguments.solver == SolverChoice::lbfgs) return {solver, Lbfgs::name, "given by --solver"};
  return {solver, Lbfgs::name,
          "by auto: it needs no learning rate, and far fewer passes over the data than gradient "
          "descent"};
}

FitOptions fit_options(const FitArguments& arguments, const std::vector<std::string>& names) {
  FitOptions options;
  options.solver = choose_solver(arguments).solver;
  options.intercept = arguments.no_intercept ? Intercept::none : Intercept::fitted;
  options.standardise = arguments.no_standardise ? Standardise::no : Standardise::yes;
  options.l2 = arguments.l2;
  options.max_iterations = arguments.max_iterations.value_or(options.max_iterations);
  options.tolerance = arguments.tolerance;
  options.objective_tolerance = arguments.objective_tolerance;
  if (arguments.start.empty()) return options;
  options.start.assign(names.size() + (arguments.no_intercept ? 0 : 1), 0.0);
  for (const auto& [name, value] : arguments.start) {
    const auto place = std::find(names.begin(), names.end(), name);
    const bool is_intercept = name == intercept_name && !arguments.no_intercept;
    if (place == names.end() && !is_intercept)
      throw UsageError(
          fmt::format("--start: the model has no coefficient '{}' its coefficients "
                      "are: {}{}",
                      name, arguments.no_intercept ? "" : "(intercept), ", fmt::join(names, ", ")));
    const auto index =
        is_intercept ? names.size() : static_cast<std::size_t>(place - names.begin());
    options.start[index] = value;
  }
  return options;
}

}  // namespace batchgrad::cli
