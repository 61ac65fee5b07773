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
#include "loss_options.hpp"
#include "names.hpp"
#include "path_fit.hpp"
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
  options.weight_file = arguments.weight_file;
  options.offset = arguments.offset;
  options.filter = arguments.filter;
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
  const TargetDomain domain = target_domain(arguments.loss);
  if (!holds_labels(domain)) {
    if (categorical)
      throw DataError({arguments.path},
                      fmt::format("the target '{}' is categorical (loss {} needs numbers) use "
                                  "--loss {} where it has two levels, or softmax",
                                  arguments.target, loss_name(arguments.loss), label_losses()));
    check_target(dataset, arguments.loss);
    return std::nullopt;
  }
  const bool takes_proportions = domain == TargetDomain::unit_interval;
  if (takes_proportions && !categorical && !arguments.positive &&
      holds_proportions(dataset.target()))
    return std::nullopt;
  return encode_binary_target(dataset, arguments.positive.value_or(""));
}

template <class T>
std::vector<std::string> encode_classes(Dataset<T>& dataset, const FitArguments& arguments,
                                        const CommonOptions& common) {
  std::vector<std::string> classes = encode_class_target(dataset);
  if (!arguments.output.empty() || common.format == Format::json)
    for (const std::string& name : classes) check_utf8(name);
  return classes;
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
                  index_t classes, FitOptions options, const CommonOptions& common) {
  Progress progress("fit", options.batch_size > 0 ? "epochs" : "iterations", 0,
                    common.quiet ? Progress::Show::no : Progress::Show::yes);
  index_t iteration = 0;
  options.observer = [&](const Iteration& row) {
    progress.update(iteration++, fmt::format("objective {:.6g}, gradient norm {:.2g}",
                                             row.objective, row.gradient_norm));
    return pending_signal() == 0 ? Continue::yes : Continue::no;
  };
  if (arguments.is_softmax) return fit(context, samples, SoftmaxLoss{classes}, options);
  return fit(context, samples, arguments.loss, options);
}

void save_model(const FitArguments& arguments, const FitReport& report, const ColumnRules& rules) {
  Model model;
  model.loss = arguments.loss;
  model.classes = report.classes;
  if (!arguments.no_intercept && report.classes.empty()) model.intercept = report.result.intercept;
  if (!arguments.no_intercept) model.intercepts = report.result.intercepts;
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
               std::string(solver_name(report.solver.solver)),
               report.device};
  write_model(arguments.output, model);
}

/// Files before standard output: a reader that has had enough must not cost the model.
void save_and_print(const FitArguments& arguments, const FitReport& report,
                    const ColumnRules& rules, const CommonOptions& common) {
  const FitResult& result = report.result;
  if (!arguments.output.empty() && all_finite(result))
    save_model(arguments, report, rules);
  else if (!arguments.output.empty())
    print_message("warning",
                  fmt::format("{} is not written (the result is not finite)", arguments.output));
  if (!arguments.history.empty()) write_history(arguments.history, result.history);
  print_fit(report, common.format.value_or(Format::text));
}

/// What --errors asks for; nothing, with a warning, where the data or the end of the fit
/// allow none.
std::optional<Inference> run_inference(Context& context, const auto& samples,
                                       const FitArguments& arguments, const FitOptions& options,
                                       const FitResult& result) {
  if (!arguments.errors) return std::nullopt;
  try {
    return infer(context, samples, arguments.loss, options, result, inference_options(arguments));
  } catch (const InvalidArgument& error) {
    print_message("warning", fmt::format("no standard errors: {}", error.what()));
    return std::nullopt;
  }
}

int exit_code(const FitReport& report) {
  const FitResult& result = report.result;
  if (const int signal = pending_signal()) return 128 + signal;
  if (result.stop == Stop::diverged || !all_finite(result)) return not_finite;
  if (!result.converged()) return not_converged;
  return report.arguments.errors && !report.inference ? failed : done;
}

template <class T>
int fit_stored(const FitArguments& arguments, const CommonOptions& common) {
  Context context = open_context(common);
  Dataset<T> dataset = read_dataset<T>(arguments.path, dataset_options(arguments, common));
  check_term_names(dataset.feature_names(), arguments, common);
  if (dataset.filtered_rows() > 0 && !common.quiet)
    print_message("note", fmt::format("rows left out by --filter: {}", dataset.filtered_rows()));
  std::optional<BinaryLabels> labels;
  std::vector<std::string> classes;
  if (arguments.is_softmax)
    classes = encode_classes(dataset, arguments, common);
  else
    labels = encode_target(dataset, arguments);
  const ChosenSolver solver = solver_of(arguments, dataset.feature_count());
  FitOptions options = fit_options(arguments, dataset.feature_names(), classes, solver.solver);
  if (!common.quiet && arguments.solver.choice == SolverChoice::automatic)
    print_message("note", fmt::format("solver {}, {}", solver_name(solver.solver), solver.reason));

  const DeferSignals deferred;
  const PathArguments& path = arguments.l2_path;
  if (!path.l2.empty() && !path.folds)
    return print_path(context, dataset, {arguments, classes, options},
                      common.format.value_or(Format::text));
  std::optional<CrossValidation> chosen;
  if (path.folds) {
    chosen = score_path(context, dataset, {arguments, classes, options});
    options.l2 = path.l2[chosen->best];
    if (const int signal = pending_signal()) return 128 + signal;
  }
  const FitResult result = run_fit(context, dataset.samples(), arguments,
                                   static_cast<index_t>(classes.size()), options, common);
  const FitReport report{arguments,
                         result,
                         dataset.feature_names(),
                         dataset.count(),
                         dataset.dropped_rows(),
                         labels,
                         std::string(context.device()),
                         solver,
                         classes,
                         run_inference(context, dataset.samples(), arguments, options, result),
                         chosen};
  save_and_print(arguments, report, dataset.rules(), common);
  for (const std::string& warning : dependency_warnings(report.features, result))
    print_message("warning", warning);
  if (!result.converged()) print_message("warning", stop_explanation(result.stop));
  return exit_code(report);
}

int run(const FitArguments& arguments, const CommonOptions& common) {
  check_fit_arguments(arguments);
  switch (arguments.storage) {
    case Storage::f64:
      return fit_stored<double>(arguments, common);
    case Storage::f32:
      return fit_stored<float>(arguments, common);
    case Storage::bf16:
      return fit_stored<Bfloat16>(arguments, common);
    case Storage::f16:
      break;
  }
  return fit_stored<Float16>(arguments, common);
}

}  // namespace

Runner add_fit(CLI::App& program, CommonOptions& common) {
  CLI::App* command = program.add_subcommand("fit", "Fit a linear regression model to a data file");
  const auto arguments = std::make_shared<FitArguments>();
  add_fit_options(*command, *arguments);
  add_common_options(*command, common);
  command->footer(
      "Minimises  sum_m v_m loss(eta_m, y_m) / sum_m v_m + L2 / 2 |w|^2 + L1 |w|_1,\n"
      "eta = x . w + b + offset.\n"
      "Targets: 0 or above for poisson and tweedie, above 0 for gamma, whose predictions are\n"
      "logarithms of means; any two values for logistic and squared-hinge.\n"
      "The result is printed whether or not it converged; the exit code tells.\n\n"
      "Examples:\n"
      "  batchgrad fit housing.csv --target price --ignore id --na drop -o model.json\n"
      "  batchgrad fit claims.csv.gz --target claim --loss logistic --positive yes --categorical "
      "claim\n"
      "  batchgrad fit skin.txt --header no --target c4 --loss logistic --format json\n"
      "  batchgrad fit digits.csv --target class --loss softmax --l2 0.1 -o digits.json\n"
      "  batchgrad fit a9a --target label --loss logistic --errors --confidence 0.99\n"
      "  batchgrad fit claims.csv.gz --target 'log(amount / nclaims)' --weight nclaims \\\n"
      "    --features 'ageph,ageph^2,power' --filter 'nclaims > 0' --na drop\n"
      "  zcat big.gz | batchgrad fit - --target y --loss huber:delta=1.5 --history trace.csv");
  return [arguments, &common] { return run(*arguments, common); };
}

}  // namespace batchgrad::cli
