#include "fit_report.hpp"

#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "json_text.hpp"
#include "names.hpp"

namespace batchgrad::cli {
namespace {

std::string report_json(const FitReport& report) {
  const FitArguments& arguments = report.arguments;
  Json coefficients = Json::object();
  for (const auto& [name, value] : report.terms()) coefficients[name] = value;
  Json root;
  root["converged"] = report.result.converged();
  root["stop"] = stop_name(report.result.stop);
  root["iterations"] = report.result.iterations;
  root["evaluations"] = report.result.evaluations;
  root["loss"] = report.result.objective;
  root["gradient_norm"] = report.result.gradient_norm;
  root["coefficients"] = coefficients;
  root["samples"] = report.samples;
  root["features"] = report.features.size();
  root["dropped_rows"] = report.dropped_rows;
  root["target"] = arguments.target;
  if (report.labels)
    root["labels"] = {{"negative", report.labels->negative}, {"positive", report.labels->positive}};
  root["loss_function"] = loss_text(arguments.loss);
  root["l2"] = arguments.l2;
  root["standardised"] = !arguments.no_standardise;
  root["storage"] = arguments.storage == Storage::f32 ? "f32" : "f64";
  root["solver"] = {{"name", report.solver.name}, {"chosen", report.solver.reason}};
  root["device"] = report.device;
  if (!arguments.output.empty()) root["model"] = arguments.output;
  return json_text(root);
}

/// Bytes that start a character of UTF-8: close enough to the columns it takes on a terminal.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, display_width(text)), ' ');
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
  line("loss", loss_text(report.arguments.loss));
  if (report.arguments.l2 > 0) line("l2 penalty", fmt::format("{}", report.arguments.l2));
  line("samples", samples);
  line("features", fmt::format("{}", report.features.size()));
  line("solver", fmt::format("{} on {}", report.solver.name, report.device));
  line("stopped", fmt::format("after {} iterations, {} evaluations: {}", result.iterations,
                              result.evaluations, stop_explanation(result.stop)));
  line("objective", fmt::format("{:.10g}", result.objective));
  line("gradient norm", fmt::format("{:.3g}", result.gradient_norm));
  std::size_t width = 4;
  for (const auto& [name, value] : report.terms()) width = std::max(width, display_width(name));
  text += fmt::format("\n{}  {:>16}\n", padded("term", width), "estimate");
  for (const auto& [name, value] : report.terms())
    text += fmt::format("{}  {:>16}\n", padded(name, width), fmt::format("{:.9g}", value));
  return text;
}

void write_report_csv(const FitReport& report) {
  CsvWriter writer("-", {"term", "estimate"});
  for (const auto& [name, value] : report.terms()) {
    writer.text(name);
    writer.number(value);
    writer.end_row();
  }
  writer.commit();
}

}  // namespace

std::vector<std::pair<std::string, double>> FitReport::terms() const {
  std::vector<std::pair<std::string, double>> terms;
  if (!arguments.no_intercept) terms.emplace_back(intercept_name, result.intercept);
  for (std::size_t j = 0; j < features.size(); ++j)
    terms.emplace_back(features[j], result.coefficients[j]);
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
      write_report_csv(report);
      break;
  }
}

std::string stop_explanation(Stop stop) {
  switch (stop) {
    case Stop::gradient:
      return "converged, the gradient is within the tolerance";
    case Stop::objective:
      return "converged, the objective no longer changes beyond its tolerance";
    case Stop::max_iterations:
      return "not converged, the iterations are used up (raise --max-iterations or --tolerance)";
    case Stop::no_progress:
      return "not converged, no step lowers the objective (raise --tolerance, or look for columns "
             "that depend on each other)";
    case Stop::diverged:
      return "diverged, the objective grew without bound or stopped being finite (lower "
             "--learning-rate, or look for extreme values in the data)";
    case Stop::interrupted:
      break;
  }
  return "not converged, interrupted";
}

void write_history(const std::string& path, const std::vector<Iteration>& history) {
  CsvWriter writer(path, {"iteration", "objective", "gradient_norm", "step", "evaluations"});
  for (std::size_t i = 0; i < history.size(); ++i) {
    writer.number(static_cast<double>(i));
    writer.number(history[i].objective);
    writer.number(history[i].gradient_norm);
    writer.number(history[i].step);
    writer.number(static_cast<double>(history[i].evaluations));
    writer.end_row();
  }
  writer.commit();
}

}  // namespace batchgrad::cli
