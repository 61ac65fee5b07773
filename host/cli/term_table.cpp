#include "term_table.hpp"

#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace batchgrad::cli {
namespace {

struct Column {
  const char* name;       ///< of the text and CSV tables
  const char* json_name;  ///< of the object in JSON
  double TermInference::*value;
};
constexpr Column columns[] = {{"std_error", "standard_errors", &TermInference::std_error},
                              {"statistic", "statistics", &TermInference::statistic},
                              {"p_value", "p_values", &TermInference::p_value},
                              {"lower", "lower", &TermInference::lower},
                              {"upper", "upper", &TermInference::upper}};

bool has_inference(const std::vector<TermRow>& rows) {
  return !rows.empty() && rows.front().inference.has_value();
}

const char* distribution_name(Distribution distribution) {
  return distribution == Distribution::normal ? "normal" : "student-t";
}

const char* covariance_name(Covariance covariance) {
  return covariance == Covariance::expected ? "expected" : "sandwich";
}

}  // namespace

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, display_width(text)), ' ');
}

std::string term_table(const std::vector<TermRow>& rows) {
  std::size_t width = 4;
  for (const TermRow& row : rows) width = std::max(width, display_width(row.name));
  std::string text = fmt::format("{}  {:>16}", padded("term", width), "estimate");
  if (has_inference(rows))
    for (const Column& column : columns) text += fmt::format("  {:>12}", column.name);
  text += '\n';
  for (const TermRow& row : rows) {
    text += fmt::format("{}  {:>16}", padded(row.name, width), fmt::format("{:.9g}", row.estimate));
    if (row.inference && row.inference->is_dependent) text += fmt::format("  {:>12}", "dependent");
    if (row.inference && !row.inference->is_dependent)
      for (const Column& column : columns)
        text += fmt::format("  {:>12}", fmt::format("{:.5g}", (*row.inference).*column.value));
    text += '\n';
  }
  return text;
}

void write_term_csv(const std::vector<TermRow>& rows) {
  std::vector<std::string> names{"term", "estimate"};
  if (has_inference(rows))
    for (const Column& column : columns) names.emplace_back(column.name);
  CsvWriter writer("-", names);
  for (const TermRow& row : rows) {
    writer.text(row.name);
    writer.number(row.estimate);
    if (row.inference)
      for (const Column& column : columns) {
        if (row.inference->is_dependent)
          writer.text("");
        else
          writer.number((*row.inference).*column.value);
      }
    writer.end_row();
  }
  writer.commit();
}

void add_inference(const std::vector<TermRow>& rows, const Inference& inference,
                   const InferenceOptions& options, Json& root) {
  for (const Column& column : columns) {
    Json values = Json::object();
    for (const TermRow& row : rows) {
      values[row.name] = nullptr;
      if (!row.inference->is_dependent) values[row.name] = (*row.inference).*column.value;
    }
    root[column.json_name] = std::move(values);
  }
  Json summary;
  summary["covariance"] = covariance_name(options.covariance);
  summary["distribution"] = distribution_name(inference.distribution);
  summary["confidence"] = options.confidence;
  summary["residual_degrees_of_freedom"] = inference.residual_degrees_of_freedom;
  summary["dispersion"] = inference.dispersion;
  if (inference.deviance) summary["deviance"] = *inference.deviance;
  if (inference.log_likelihood) summary["log_likelihood"] = *inference.log_likelihood;
  root["inference"] = std::move(summary);
}

std::vector<std::pair<const char*, std::string>> inference_lines(const Inference& inference,
                                                                 const InferenceOptions& options) {
  std::vector<std::pair<const char*, std::string>> lines;
  lines.emplace_back(
      "errors", fmt::format("{}, {}, intervals of {:g} %", covariance_name(options.covariance),
                            distribution_name(inference.distribution), 100 * options.confidence));
  if (inference.deviance)
    lines.emplace_back("deviance",
                       fmt::format("{:.10g} on {} degrees of freedom", *inference.deviance,
                                   inference.residual_degrees_of_freedom));
  if (inference.log_likelihood)
    lines.emplace_back("likelihood", fmt::format("log {:.10g}", *inference.log_likelihood));
  lines.emplace_back("dispersion", fmt::format("{:.10g}", inference.dispersion));
  return lines;
}

}  // namespace batchgrad::cli
