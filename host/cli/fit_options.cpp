#include "fit_options.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

#include "arguments.hpp"
#include "loss_options.hpp"
#include "names.hpp"
#include "paths.hpp"

namespace batchgrad::cli {
namespace {

void add_column_options(CLI::App& command, FitArguments& arguments) {
  constexpr const char* group = "What the columns are";
  const auto add_text = [&](const char* name, std::string& value, const char* type,
                            const char* help) {
    return command.add_option(name, value, help)->type_name(type)->group(group);
  };
  add_text("--target", arguments.target, "COLUMN",
           "The column to predict; as those of the options below, a column or an expression of "
           "columns, as 'log(price)'. Columns that only the expression of target, weight or offset "
           "uses are no features")
      ->required();
  CLI::Option* features =
      add_list(command, "--features", arguments.features,
               "The columns to predict from, a comma-separated list, \"in quotes\" where a name "
               "has a comma; expressions, as 'x^2' or 'log(area)', are features of that name. "
               "Default: all without another role")
          ->type_name("COLUMNS")
          ->group(group);
  add_list(command, "--ignore", arguments.ignore, "Columns to leave out of the features")
      ->type_name("COLUMNS")
      ->group(group)
      ->excludes(features);
  CLI::Option* weight =
      add_text("--weight", arguments.weight, "COLUMN", "Weights of the samples. Default: all 1");
  add_text("--weight-file", arguments.weight_file, "FILE",
           "Weights from a text file: one number a line for each row of DATA, also for rows that "
           "--na drop or --filter leave out")
      ->excludes(weight);
  add_text("--offset", arguments.offset, "COLUMN",
           "Added to each prediction, in the fit and when the model predicts, as 'log(expo)'");
  add_text("--filter", arguments.filter, "COLUMN",
           "Only the rows where it is not 0, as 'nclaims > 0'; the other expressions are computed "
           "there only. Predictions are made for every row");
  command
      .add_option_function<std::string>(
          "--positive", [&arguments](const std::string& text) { arguments.positive = text; },
          fmt::format("The value of the target that counts as 1, with --loss {}. Default: the "
                      "larger of two; for logistic, targets of more than two values from 0 to 1 "
                      "are taken as proportions",
                      label_losses()))
      ->type_name("VALUE")
      ->group(group);
}

void add_model_options(CLI::App& command, FitArguments& arguments) {
  constexpr const char* group = "The model";
  auto names = loss_names();
  names.emplace_back(SoftmaxLoss::name);
  command
      .add_option_function<std::string>(
          "--loss",
          [&arguments](const std::string& text) {
            try {
              set_loss(arguments, text);
            } catch (const InvalidArgument& error) {
              throw CLI::ValidationError("--loss", error.what());
            }
          },
          fmt::format("The loss: one of {}; a parameter follows a colon, as in huber:delta=1.5. "
                      "Default: squared. With softmax every value of the target is a class",
                      fmt::join(names, ", ")))
      ->type_name("LOSS")
      ->group(group);
  add_parsed(command, "--l2", arguments.l2, not_negative,
             "Penalty L2 / 2 |w|^2 on the coefficients, not on the intercept. Default: 0")
      ->type_name("NUMBER")
      ->group(group);
  add_parsed(command, "--l1", arguments.l1, not_negative,
             "Penalty L1 |w|_1 on the coefficients, not on the intercept: those that do not pay "
             "for themselves become 0. Solver proximal, which is auto then. Default: 0")
      ->type_name("NUMBER")
      ->group(group);
  command.add_flag("--no-intercept", arguments.no_intercept, "No constant term")->group(group);
}

void add_solving_options(CLI::App& command, FitArguments& arguments) {
  add_solver_options(command, arguments.solver, arguments.max_iterations, SolversOf::fit);
  add_batch_options(command, arguments.batches);
  const auto add = [&](const char* name, auto& value, auto parse, const char* type,
                       const char* help) {
    add_parsed(command, name, value, parse, help)->type_name(type)->group(solver_group);
  };
  add("--tolerance", arguments.tolerance, not_negative, "NUMBER",
      "Converged when the gradient is below this share of what it could be; 0: never. Default: "
      "1e-9, with another --storage than f64 1e-6");
  add("--objective-tolerance", arguments.objective_tolerance, not_negative, "NUMBER",
      "Also converged when an iteration lowers the objective by no more than this share of it. "
      "Default: 0, never");
  command
      .add_flag("--no-standardise", arguments.no_standardise,
                "Solve on the features as they are, not scaled to mean 0 and mean square 1; "
                "learning rates and clipping are in the units of what is solved. The "
                "coefficients are of the raw features either way")
      ->group(solver_group);
  add("--start", arguments.start, parse_assignments, "LIST",
      "Coefficients to start from, as a=1,b=2,(intercept)=0. Default and others: 0");
  add("--storage", arguments.storage, parse_storage, "TYPE",
      "What the features are rounded to and held in: f64, f32, or bf16 or f16 of 16 bits; the fit "
      "is that of the rounded ones, predictions take them as they are read. What else there is is "
      "f32 unless this is f64; sums are always f64. A value too large is an error. Default: f64");
}

void add_inference_options(CLI::App& command, FitArguments& arguments) {
  constexpr const char* group = "What is said of the coefficients";
  CLI::Option* errors =
      command
          .add_flag("--errors", arguments.errors,
                    "Standard errors, statistics, p-values and confidence "
                    "intervals, the deviance and the log-likelihood, as in R's summary")
          ->group(group);
  command
      .add_flag("--robust", arguments.robust,
                "Errors by the sandwich (HC0), right also where the likelihood is not; the only "
                "ones for losses that are no likelihood, as huber")
      ->group(group)
      ->needs(errors);
  add_parsed(command, "--confidence", arguments.confidence,
             NumberBetween{0, 1, NumberBetween::End::open, NumberBetween::End::open},
             "The probability of the intervals. Default: 0.95")
      ->type_name("NUMBER")
      ->group(group)
      ->needs(errors);
}

/// Terms are named as in the output; of a softmax "class:term".
std::vector<double> start_of(const FitArguments& arguments, const std::vector<std::string>& names,
                             const std::vector<std::string>& classes) {
  std::vector<std::string> terms;
  const std::vector<std::string> unnamed{""};
  for (const std::string& one : classes.empty() ? unnamed : classes) {
    const std::string prefix = classes.empty() ? "" : one + ":";
    for (const std::string& name : names) terms.push_back(prefix + name);
    if (!arguments.no_intercept) terms.push_back(prefix + intercept_name);
  }
  std::vector<double> start(terms.size(), 0.0);
  for (const auto& [name, value] : arguments.start) {
    const auto place = std::find(terms.begin(), terms.end(), name);
    if (place == terms.end())
      throw UsageError(
          fmt::format("--start: the model has no coefficient '{}' its coefficients are: {}", name,
                      fmt::join(terms, ", ")));
    start[static_cast<std::size_t>(place - terms.begin())] = value;
  }
  return start;
}

void refuse_without(bool given, const char* option, const std::string& needed) {
  if (given) throw UsageError(fmt::format("{} needs {}", option, needed));
}

}  // namespace

void add_fit_options(CLI::App& command, FitArguments& arguments) {
  command
      .add_option("DATA", arguments.path,
                  "CSV, TSV, .npy or libsvm file, also gzipped; - for standard input")
      ->type_name("")
      ->required();
  command.add_option("-o,--output", arguments.output, "Save the model, for batchgrad predict")
      ->type_name("FILE");
  command.add_option("--history", arguments.history, "Save a CSV line for each iteration")
      ->type_name("FILE");
  add_column_options(command, arguments);
  add_model_options(command, arguments);
  add_solving_options(command, arguments);
  add_inference_options(command, arguments);
  add_path_options(command, arguments.l2_path);
  add_data_options(command, arguments.data, DataCommand::fit);
}

namespace {

/// A path is of whole fits to all samples that nothing but their l2 tells apart.
void check_path_arguments(const FitArguments& arguments) {
  const PathArguments& path = arguments.l2_path;
  if (path.l2.empty()) {
    if (path.folds)
      throw UsageError("--cv needs --path (there is nothing to choose from) give values of l2");
    return;
  }
  const auto refuse = [](bool given, const char* option, const char* reason) {
    if (given) throw UsageError(fmt::format("--path does not go with {} ({})", option, reason));
  };
  refuse(arguments.l2 > 0, "--l2", "the path has the values of l2");
  refuse(arguments.errors, "--errors", "penalised coefficients have no such standard errors");
  if (path.folds) return;
  refuse(!arguments.output.empty(), "-o",
         "one model is saved, not a path; choose one with --cv or --l2");
  refuse(!arguments.history.empty(), "--history", "one fit has one; choose an --l2");
}

}  // namespace

void check_fit_arguments(const FitArguments& arguments) {
  check_solver_arguments(arguments.solver);
  if (arguments.is_softmax) check_softmax_arguments(arguments);
  check_batch_arguments(arguments.batches, arguments.solver, arguments.max_iterations,
                        arguments.l2_path.folds.has_value());
  if (!arguments.is_softmax && !holds_labels(target_domain(arguments.loss)))
    refuse_without(
        arguments.positive.has_value(), "--positive",
        fmt::format("--loss {} (the other losses take the target as a number)", label_losses()));
  const SolverChoice choice = arguments.solver.choice;
  if (arguments.l1 > 0 && choice != SolverChoice::automatic && choice != SolverChoice::proximal)
    throw UsageError(
        "--l1 needs --solver proximal, or auto (the others follow slopes, and |w| has "
        "none at 0)");
  if (arguments.errors && arguments.batches.holdout)
    throw UsageError(
        "--errors does not go with --holdout (standard errors are those of the minimum over all "
        "samples, where such a fit does not end) leave one of them out");
  if (arguments.errors) {
    FitOptions options;
    options.l2 = arguments.l2;
    options.l1 = arguments.l1;
    try {
      check_inference(arguments.loss, options, inference_options(arguments));
    } catch (const InvalidArgument& error) {
      throw UsageError(fmt::format("--errors: {}", error.what()));
    }
  }
  check_path_arguments(arguments);
  constexpr const char* why = "the result of the fit is printed there";
  refuse_standard_output({"-o", arguments.output}, why);
  refuse_standard_output({"--history", arguments.history}, why);
  check_outputs({{"DATA", arguments.path}, {"--weight-file", arguments.weight_file}},
                {{"-o", arguments.output}, {"--history", arguments.history}});
}

InferenceOptions inference_options(const FitArguments& arguments) {
  InferenceOptions options;
  options.confidence = arguments.confidence.value_or(options.confidence);
  if (arguments.robust) options.covariance = Covariance::sandwich;
  return options;
}

ChosenSolver solver_of(const FitArguments& arguments, index_t features) {
  if (arguments.solver.choice != SolverChoice::automatic)
    return {make_solver(arguments.solver), "given by --solver"};
  // What newton and gram, which are done in a few steps, are not for.
  if (!arguments.l2_path.l2.empty() && arguments.l1 == 0)
    return {Lbfgs{}, "by auto: it fits many penalties with one read of the data for all"};
  if (arguments.batches.holdout && arguments.l1 == 0)
    return {Lbfgs{}, "by auto: it can stop where the held-out loss is lowest"};
  ChosenSolver chosen = arguments.is_softmax
                            ? choose_solver(SoftmaxLoss{}, features, arguments.l1)
                            : choose_solver(arguments.loss, features, arguments.l1);
  chosen.reason = "by auto: " + chosen.reason;
  return chosen;
}

FitOptions fit_options(const FitArguments& arguments, const std::vector<std::string>& names,
                       const std::vector<std::string>& classes, const Solver& solver) {
  FitOptions options;
  options.solver = solver;
  options.intercept = arguments.no_intercept ? Intercept::none : Intercept::fitted;
  options.standardise = arguments.no_standardise ? Standardise::no : Standardise::yes;
  options.l2 = arguments.l2;
  options.l1 = arguments.l1;
  options.max_iterations = arguments.max_iterations.value_or(options.max_iterations);
  options.tolerance = arguments.tolerance;
  options.objective_tolerance = arguments.objective_tolerance;
  apply_batch_arguments(arguments.batches, options);
  if (!arguments.start.empty()) options.start = start_of(arguments, names, classes);
  return options;
}

}  // namespace batchgrad::cli
