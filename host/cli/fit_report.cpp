#include "fit_report.hpp"

#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "json_text.hpp"
#include "loss_options.hpp"
#include "names.hpp"

namespace batchgrad::cli {
namespace {

/// Of a fit with a holdout: the first iterate of the lowest held-out loss.
std::size_t best_iteration(const FitResult& result) {
  std::size_t best = 0;
  while (best + 1 < result.history.size() &&
         result.history[best].held_out_loss != result.held_out_loss)
    ++best;
  return best;
}

std::string report_json(const FitReport& report) {
  const FitArguments& arguments = report.arguments;
  Json coefficients = Json::object();
  if (report.classes.empty())
    for (const TermRow& row : report.terms()) coefficients[row.name] = row.estimate;
  else
    coefficients = class_coefficients_json(report.class_terms(), report.result);
  Json root;
  root["converged"] = report.result.converged();
  root["stop"] = stop_name(report.result.stop);
  root["iterations"] = report.result.iterations;
  root["evaluations"] = report.result.evaluations;
  root["loss"] = report.result.objective;
  root["gradient_norm"] = report.result.gradient_norm;
  add_batch_results(arguments.batches, report.result, root);
  root["coefficients"] = coefficients;
  if (report.inference)
    add_inference(report.terms(), *report.inference, inference_options(arguments), root);
  root["samples"] = report.samples;
  root["features"] = report.features.size();
  root["dropped_rows"] = report.dropped_rows;
  root["target"] = arguments.target;
  if (report.labels)
    root["labels"] = {{"negative", report.labels->negative}, {"positive", report.labels->positive}};
  if (!report.classes.empty()) root["classes"] = report.classes;
  root["loss_function"] = loss_option_text(arguments);
  root["l2"] = report.l2();
  if (report.cross_validation)
    root["cross_validation"] = cross_validation_json(arguments.l2_path, *report.cross_validation);
  root["l1"] = arguments.l1;
  root["standardised"] = !arguments.no_standardise;
  root["storage"] = storage_name(arguments.storage);
  root["solver"] = {{"name", solver_name(report.solver.solver)}, {"chosen", report.solver.reason}};
  if (std::holds_alternative<Gram>(report.solver.solver))
    root["solver"]["precision"] =
        report.result.precision == Precision::extended ? "extended" : "standard";
  root["device"] = report.device;
  if (!arguments.output.empty()) root["model"] = arguments.output;
  return json_text(root);
}

std::string report_text(const FitReport& report) {
  const FitResult& result = report.result;
  std::string samples = fmt::format("{}", report.samples);
  if (report.dropped_rows > 0)
    samples += fmt::format(" ({} rows dropped for missing values)", report.dropped_rows);
  std::string target = report.arguments.target;
  if (report.labels)
    target +=
        fmt::format(" ({} counts as 1, {} as 0)", report.labels->positive, report.labels->negative);
  std::string text;
  const auto line = [&](const char* label, const std::string& value) {
    text += fmt::format("{:<13}  {}\n", label, value);
  };
  line("target", target);
  line("loss", loss_option_text(report.arguments));
  if (report.l2() > 0) line("l2 penalty", fmt::format("{}", report.l2()));
  if (report.cross_validation)
    line("chosen by", cross_validation_text(report.arguments.l2_path, *report.cross_validation));
  if (report.arguments.l1 > 0) line("l1 penalty", fmt::format("{}", report.arguments.l1));
  line("samples", samples);
  line("features", fmt::format("{}", report.features.size()));
  if (!report.classes.empty()) line("classes", fmt::format("{}", report.classes.size()));
  const auto& batch_size = report.arguments.batches.batch_size;
  line("solver",
       fmt::format("{}{} on {}", solver_name(report.solver.solver),
                   result.precision == Precision::extended ? " in extended precision" : "",
                   report.device));
  if (batch_size) line("batch size", fmt::format("{}", *batch_size));
  line("stopped", fmt::format("after {} {}, {} evaluations: {}", result.iterations,
                              batch_size ? "epochs" : "iterations", result.evaluations,
                              stop_explanation(result.stop)));
  line("objective", fmt::format("{:.10g}", result.objective));
  line("gradient norm", fmt::format("{:.3g}", result.gradient_norm));
  if (report.arguments.batches.holdout)
    line("held-out loss",
         fmt::format("{:.10g}, the lowest: the result is that of {} {}", result.held_out_loss,
                     batch_size ? "epoch" : "iteration", best_iteration(result)));
  if (report.inference)
    for (const auto& [label, value] :
         inference_lines(*report.inference, inference_options(report.arguments)))
      line(label, value);
  if (!report.classes.empty())
    return text + '\n' + class_coefficients_text(report.class_terms(), result);
  return text + '\n' + term_table(report.terms());
}

}  // namespace

std::vector<TermRow> FitReport::terms() const {
  std::vector<TermRow> terms;
  if (!arguments.no_intercept) {
    terms.push_back({intercept_name, result.intercept, {}});
    if (inference) terms.back().inference = inference->intercept;
  }
  for (std::size_t j = 0; j < features.size(); ++j) {
    terms.push_back({features[j], result.coefficients[j], {}});
    if (inference) terms.back().inference = inference->coefficients[j];
  }
  return terms;
}

void print_fit(const FitReport& report, Format format) {
  switch (format) {
    case Format::text:
      write_text("-", report_text(report));
      break;
    case Format::json:
      write_text("-", report_json(report));
      break;
    case Format::csv:
      if (report.classes.empty())
        write_term_csv(report.terms());
      else
        write_class_coefficients_csv(report.class_terms(), report.result);
      break;
  }
}

std::string stop_explanation(Stop stop) {
  switch (stop) {
    case Stop::gradient:
      return "converged, the gradient is within the tolerance";
    case Stop::objective:
      return "converged, the objective no longer changes beyond its tolerance";
    case Stop::step:
      return "converged, the move is within its tolerance";
    case Stop::held_out:
      return "converged, the held-out loss no longer falls";
    case Stop::max_iterations:
      return "not converged, the iterations are used up (raise --max-iterations, with batches "
             "--max-epochs, or --tolerance)";
    case Stop::no_progress:
      return "not converged, no step lowers the objective (raise --tolerance, or look for "
             "columns that depend on each other)";
    case Stop::diverged:
      return "diverged, the objective grew without bound or stopped being finite (lower "
             "--learning-rate, or look for extreme values in the data)";
    case Stop::not_finite:
      return "not finite at the start";
    case Stop::solved:
      return "converged, the normal equations are solved";
    case Stop::separated:
      return "not converged, the features separate the labels (or targets of 0 from the others): "
             "the "
             "coefficients of a better fit are always larger (give an --l2)";
    case Stop::interrupted:
      break;
  }
  return "not converged, interrupted";
}

void add_batch_results(const BatchArguments& arguments, const FitResult& result, Json& fit) {
  const FitOptions defaults;
  if (arguments.batch_size) {
    fit["epochs"] = result.iterations;
    fit["batch_size"] = *arguments.batch_size;
  }
  if (arguments.holdout) {
    fit["held_out_loss"] = result.held_out_loss;
    fit["best_iteration"] = best_iteration(result);
    fit["holdout"] = *arguments.holdout;
    fit["patience"] = arguments.patience.value_or(defaults.patience);
  }
  if (arguments.batch_size || arguments.holdout)
    fit["seed"] = arguments.seed.value_or(defaults.seed);
}

bool all_finite(const FitResult& result) {
  const auto are_finite = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(),
                       [](double value) { return std::isfinite(value); });
  };
  return std::isfinite(result.objective) && std::isfinite(result.gradient_norm) &&
         std::isfinite(result.intercept) && are_finite(result.coefficients) &&
         are_finite(result.intercepts);
}

std::vector<std::string> dependency_warnings(const std::vector<std::string>& features,
                                             const FitResult& result) {
  const auto count = static_cast<index_t>(features.size());
  constexpr std::size_t most_warnings = 10;
  std::vector<std::string> warnings;
  for (const Dependency& dependency : result.dependencies) {
    if (warnings.size() == most_warnings) {
      warnings.push_back(fmt::format("and {} columns more are combinations of others",
                                     result.dependencies.size() - most_warnings));
      break;
    }
    const std::string& name = features[static_cast<std::size_t>(dependency.feature)];
    std::vector<std::string> others;
    for (const index_t other : dependency.on)
      others.push_back(other == count ? intercept_name : features[static_cast<std::size_t>(other)]);
    const std::string what = others.empty() ? "is 0 in every row"
                             : dependency.on.front() == count
                                 ? "is constant"
                                 : fmt::format("is a combination of {}", fmt::join(others, ", "));
    warnings.push_back(
        fmt::format("column '{}' {} (its coefficient could be any) it is held at {}; leave "
                    "the column out",
                    name, what, result.coefficients[static_cast<std::size_t>(dependency.feature)]));
  }
  return warnings;
}

void write_history(const std::string& path, const std::vector<Iteration>& history) {
  const bool holds_out = !history.empty() && !std::isnan(history.front().held_out_loss);
  std::vector<std::string> columns = {"iteration", "objective", "gradient_norm", "step",
                                      "evaluations"};
  if (holds_out) columns.emplace_back("held_out_loss");
  CsvWriter writer(path, columns);
  for (std::size_t i = 0; i < history.size(); ++i) {
    writer.number(static_cast<double>(i));
    writer.number(history[i].objective);
    writer.number(history[i].gradient_norm);
    writer.number(history[i].step);
    writer.number(static_cast<double>(history[i].evaluations));
    if (holds_out) writer.number(history[i].held_out_loss);
    writer.end_row();
  }
  writer.commit();
}

}  // namespace batchgrad::cli
