#include "class_report.hpp"

#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "names.hpp"
#include "term_table.hpp"

namespace batchgrad::cli {
namespace {

/// Calls visit(class, term, estimate): the intercept of a class first where there is one.
void for_each_term(const FitReport& report, const auto& visit) {
  const std::size_t features = report.features.size();
  for (std::size_t c = 0; c < report.classes.size(); ++c) {
    if (!report.arguments.no_intercept)
      visit(report.classes[c], std::string(intercept_name), report.result.intercepts[c]);
    for (std::size_t j = 0; j < features; ++j)
      visit(report.classes[c], report.features[j], report.result.coefficients[c * features + j]);
  }
}

}  // namespace

Json class_coefficients_json(const FitReport& report) {
  Json object = Json::object();
  for_each_term(report, [&](const std::string& of_class, const std::string& term, double estimate) {
    object[of_class][term] = estimate;
  });
  return object;
}

std::string class_coefficients_text(const FitReport& report) {
  std::size_t class_width = 5;
  std::size_t term_width = 4;
  for_each_term(report, [&](const std::string& of_class, const std::string& term, double) {
    class_width = std::max(class_width, display_width(of_class));
    term_width = std::max(term_width, display_width(term));
  });
  std::string text = fmt::format("{}  {}  {:>16}\n", padded("class", class_width),
                                 padded("term", term_width), "estimate");
  for_each_term(report, [&](const std::string& of_class, const std::string& term, double estimate) {
    text += fmt::format("{}  {}  {:>16}\n", padded(of_class, class_width), padded(term, term_width),
                        fmt::format("{:.9g}", estimate));
  });
  return text;
}

void write_class_coefficients_csv(const FitReport& report) {
  CsvWriter writer("-", {"class", "term", "estimate"});
  for_each_term(report, [&](const std::string& of_class, const std::string& term, double estimate) {
    writer.text(of_class);
    writer.text(term);
    writer.number(estimate);
    writer.end_row();
  });
  writer.commit();
}

}  // namespace batchgrad::cli
