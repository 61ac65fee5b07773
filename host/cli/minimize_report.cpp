#include "minimize_report.hpp"

#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "json_text.hpp"

namespace batchgrad::cli {
namespace {

std::vector<std::string> column_names(const std::vector<std::string>& variables) {
  std::vector<std::string> names = {"start"};
  names.insert(names.end(), variables.begin(), variables.end());
  names.insert(names.end(), {"value", "gradient_norm", "stop", "iterations", "evaluations"});
  return names;
}

Json by_variable(const MinimizeReport& report, const std::vector<double>& values) {
  Json object = Json::object();
  for (std::size_t i = 0; i < values.size(); ++i) object[report.variables[i]] = values[i];
  return object;
}

Json start_json(const MinimizeReport& report, const StartResult& start) {
  Json object;
  object["converged"] = start.converged();
  object["stop"] = stop_name(start.stop);
  object["iterations"] = start.iterations;
  object["evaluations"] = start.evaluations;
  object["value"] = start.value;
  object["gradient_norm"] = start.gradient_norm;
  object["point"] = by_variable(report, start.x);
  object["gradient"] = by_variable(report, start.gradient);
  return object;
}

index_t converged_count(const MinimizeResult& result) {
  return std::count_if(result.starts.begin(), result.starts.end(),
                       [](const StartResult& start) { return start.converged(); });
}

std::string report_json(const MinimizeReport& report) {
  const MinimizeResult& result = report.result;
  Json root = start_json(report, result.best_start());
  if (report.many) {
    root["best_start"] = result.best;
    root["starts"] = result.starts.size();
    root["starts_converged"] = converged_count(result);
  }
  root["function"] = report.function;
  root["solver"] = report.solver;
  root["method"] = report.method;
  root["device"] = report.device;
  if (report.many) {
    Json all = Json::array();
    for (const StartResult& start : result.starts) all.push_back(start_json(report, start));
    root["results"] = std::move(all);
  }
  return json_text(root);
}

std::string report_text(const MinimizeReport& report) {
  const StartResult& best = report.result.best_start();
  std::string text;
  const auto line = [&](const char* label, const std::string& value) {
    text += fmt::format("{:<13}  {}\n", label, value);
  };
  line("function", report.function);
  line("solver",
       fmt::format("{} on {}, {} gradients", report.solver, report.device, report.method));
  if (report.many)
    line("starts", fmt::format("{}, {} of them converged; the lowest is number {}:",
                               report.result.starts.size(), converged_count(report.result),
                               report.result.best));
  line("stopped", fmt::format("after {} iterations, {} evaluations: {}", best.iterations,
                              best.evaluations, minimize_stop_explanation(best.stop)));
  line("value", fmt::format("{}", best.value));
  line("gradient norm", fmt::format("{:.3g}", best.gradient_norm));
  std::size_t width = 8;
  for (const std::string& name : report.variables) width = std::max(width, name.size());
  text += fmt::format("\n{:<{}}  {:>24}\n", "variable", width, "value");
  for (std::size_t i = 0; i < best.x.size(); ++i)
    text += fmt::format("{:<{}}  {:>24}\n", report.variables[i], width, best.x[i]);
  return text;
}

void write_csv_rows(const std::string& path, const MinimizeReport& report) {
  CsvWriter writer(path, column_names(report.variables));
  for (std::size_t n = 0; n < report.result.starts.size(); ++n) {
    const StartResult& start = report.result.starts[n];
    writer.number(static_cast<double>(n));
    for (const double x : start.x) writer.number(x);
    writer.number(start.value);
    writer.number(start.gradient_norm);
    writer.text(stop_name(start.stop));
    writer.number(static_cast<double>(start.iterations));
    writer.number(static_cast<double>(start.evaluations));
    writer.end_row();
  }
  writer.commit();
}

}  // namespace

void write_minimum(const std::string& path, const MinimizeReport& report, Format format) {
  switch (format) {
    case Format::text:
      write_text(path, report_text(report));
      break;
    case Format::json:
      write_text(path, report_json(report));
      break;
    case Format::csv:
      write_csv_rows(path, report);
      break;
  }
}

std::string minimize_stop_explanation(Stop stop) {
  switch (stop) {
    case Stop::gradient:
      return "converged, the gradient is within the tolerance";
    case Stop::objective:
      return "converged, the value no longer changes beyond its tolerance";
    case Stop::step:
      return "converged, the move is within its tolerance";
    case Stop::max_iterations:
      return "not converged, the iterations are used up (raise --max-iterations or --tolerance)";
    case Stop::no_progress:
      return "not converged, no step lowers the value (raise --tolerance, or look for a kink)";
    case Stop::diverged:
      return "diverged, the value left all bounds or stopped being finite (lower --learning-rate, "
             "or start elsewhere; the function may have no minimum)";
    case Stop::not_finite:
      return "the function or its gradient is not finite at the start (start elsewhere)";
    case Stop::held_out:   // of fits alone
    case Stop::solved:     // likewise
    case Stop::separated:  // likewise
    case Stop::interrupted:
      break;
  }
  return "not converged, interrupted";
}

void check_result_columns(const std::vector<std::string>& variables) {
  std::set<std::string> seen;
  for (const std::string& name : column_names(variables))
    if (!seen.insert(name).second)
      throw UsageError(
          fmt::format("--format csv would have two columns '{}' (one of them is a variable) rename "
                      "the variable, or use --format json",
                      name));
}

}  // namespace batchgrad::cli
