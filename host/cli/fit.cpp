#include <batchgrad/dataset.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/model_file.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <set>

#include "commands.hpp"
#include "fit_options.hpp"
#include "fit_report.hpp"
#include "json_text.hpp"
#include "names.hpp"
#include "progress.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

DatasetOptions dataset_options(const FitArguments& arguments, const CommonOptions& common) {
  DatasetOptions options;
  options.target = arguments.target;
  options.features = arguments.features;
  options.ignore = arguments.ignore;
  options.weight = arguments.weight;
  options.offset = arguments.offset;
  options.read = read_options(arguments.data, common);
  return options;
}

/// More than two values, all from 0 to 1: shares of successes rather than two labels.
template <class T>
bool holds_proportions(VectorView<const T> target) {
  std::set<T> distinct;
  for (const T value : target) {
    if (!(value >= 0 && value <= 1)) return false;
    if (distinct.size() < 3) distinct.insert(value);
  }
  return distinct.size() > 2;
}

template <class T>
std::optional<BinaryLabels> encode_target(Dataset<T>& dataset, const FitArguments& arguments) {
  const bool categorical = !dataset.rules().target_levels.empty();
  if (!std::holds_alternative<LogisticLoss>(arguments.loss)) {
    if (categorical)
      throw DataError({arguments.path},
                      fmt::format("the target '{}' is categorical (loss {} needs numbers) use "
                                  "--loss logistic where it has two levels",
                                  arguments.target, loss_name(arguments.loss)));
    return std::nullopt;
  }
  if (!categorical && !arguments.positive && holds_proportions(dataset.target()))
    return std::nullopt;
  return encode_binary_target(dataset, arguments.positive.value_or(""));
}

/// Terms are told apart by their names wherever they are printed or stored.
void check_term_names(const std::vector<std::string>& names, const FitArguments& arguments,
                      const CommonOptions& common) {
  std::set<std::string> seen;
  if (!arguments.no_intercept) seen.insert(intercept_name);
  for (const std::string& name : names) {
    if (!seen.insert(name).second)
      throw DataError({arguments.path}, fmt::format("two terms of the model are called '{}' rename "
                                                    "or --ignore a column",
                                                    name));
    if (!arguments.output.empty() || common.format == Format::json) check_utf8(name);
  }
}

/// Iterations are shown as they come, and a signal stops them.
FitResult run_fit(Context& context, const auto& samples, const FitArguments& arguments,
                  FitOptions options, const CommonOptions& common) {
  Progress progress("fit", "iterations", 0,
                    common.quiet ? Progress::Show::no : Progress::Show::yes);
  index_t iteration = 0;
  options.observer = [&](const Iteration& row) {
    progress.update(iteration++, fmt::format("objective {:.6g}, gradient norm {:.2g}",
                                             row.objective, row.gradient_norm));
    return pending_signal() == 0 ? Continue::yes : Continue::no;
  };
  return fit(context, samples, arguments.loss, options);
}

void save_model(const FitArguments& arguments, const FitReport& report, const ColumnRules& rules) {
  Model model;
  model.loss = arguments.loss;
  if (!arguments.no_intercept) model.intercept = report.result.intercept;
  model.coefficients = report.result.coefficients;
  model.rules = rules;
  model.header = arguments.data.header.value_or(Header::present);
  model.labels = report.labels;
  model.fit = {report.samples,
               report.dropped_rows,
               report.result.iterations,
               report.result.evaluations,
               report.result.objective,
               report.result.gradient_norm,
               report.result.stop,
               report.solver.name,
               report.device};
  write_model(arguments.output, model);
}

bool is_finite(const FitResult& result) {
  return std::isfinite(result.objective) && std::isfinite(result.gradient_norm) &&
         std::isfinite(result.intercept) &&
         std::all_of(result.coefficients.begin(), result.coefficients.end(),
                     [](double value) { return std::isfinite(value); });
}

/// Files before standard output: a reader that has had enough must not cost the model.
void save_and_print(const FitArguments& arguments, const FitReport& report,
                    const ColumnRules& rules, const CommonOptions& common) {
  const FitResult& result = report.result;
  if (!arguments.output.empty() && is_finite(result))
    save_model(arguments, report, rules);
  else if (!arguments.output.empty())
    print_message("warning",
                  fmt::format("{} is not written (the result is not finite)", arguments.output));
  if (!arguments.history.empty()) write_history(arguments.history, result.history);
  print_fit(report, common.format.value_or(Format::text));
}

int exit_code(const FitResult& result) {
  if (const int signal = pending_signal()) return 128 + signal;
  if (result.stop == Stop::diverged || !is_finite(result)) return not_finite;
  return result.converged() ? done : not_converged;
}

template <class T>
int fit_stored(const FitArguments& arguments, const CommonOptions& common) {
  Context context = open_context(common);
  Dataset<T> dataset = read_dataset<T>(arguments.path, dataset_options(arguments, common));
  check_term_names(dataset.feature_names(), arguments, common);
  const FitOptions options = fit_options(arguments, dataset.feature_names());
  const std::optional<BinaryLabels> labels = encode_target(dataset, arguments);
  const ChosenSolver solver = choose_solver(arguments);
  if (!common.quiet && arguments.solver == SolverChoice::automatic)
    print_message("note", fmt::format("solver {}, {}", solver.name, solver.reason));

  const DeferSignals deferred;
  const FitResult result = run_fit(context, dataset.samples(), arguments, options, common);
  const FitReport report{arguments,
                         result,
                         dataset.feature_names(),
                         dataset.count(),
                         dataset.dropped_rows(),
                         labels,
                         std::string(context.device()),
                         solver};
  save_and_print(arguments, report, dataset.rules(), common);
  if (!result.converged()) print_message("warning", stop_explanation(result.stop));
  return exit_code(result);
}

int run(const FitArguments& arguments, const CommonOptions& common) {
  check_fit_arguments(arguments);
  return arguments.storage == Storage::f32 ? fit_stored<float>(arguments, common)
                                           : fit_stored<double>(arguments, common);
}

}  // namespace

Runner add_fit(CLI::App& program, CommonOptions& common) {
  CLI::App* command = program.add_subcommand("fit", "Fit a linear regression model to a data file");
  const auto arguments = std::make_shared<FitArguments>();
  add_fit_options(*command, *arguments);
  add_common_options(*command, common);
  command->footer(
      "Minimises  sum_m v_m loss(eta_m, y_m) / sum_m v_m + L2 / 2 |w|^2,  eta = x . w + b + "
      "offset.\n"
      "The result is printed whether or not it converged; the exit code tells.\n\n"
      "Examples:\n"
      "  batchgrad fit housing.csv --target price --ignore id --na drop -o model.json\n"
      "  batchgrad fit claims.csv.gz --target claim --loss logistic --positive yes --categorical "
      "claim\n"
      "  batchgrad fit skin.txt --header no --target c4 --loss logistic --format json\n"
      "  zcat big.gz | batchgrad fit - --target y --loss huber:delta=1.5 --history trace.csv");
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace batchgrad::cli
