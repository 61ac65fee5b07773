#include "class_report.hpp"

#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "names.hpp"
#include "term_table.hpp"

namespace batchgrad::cli {
namespace {

/// Calls visit(class, term, estimate): the intercept of a class first where there is one.
void for_each_term(const ClassTerms& terms, const FitResult& result, const auto& visit) {
  const std::size_t features = terms.features.size();
  for (std::size_t c = 0; c < terms.classes.size(); ++c) {
    if (terms.intercept == Intercept::fitted)
      visit(terms.classes[c], std::string(intercept_name), result.intercepts[c]);
    for (std::size_t j = 0; j < features; ++j)
      visit(terms.classes[c], terms.features[j], result.coefficients[c * features + j]);
  }
}

}  // namespace

Json class_coefficients_json(const ClassTerms& terms, const FitResult& result) {
  Json object = Json::object();
  for_each_term(terms, result,
                [&](const std::string& of_class, const std::string& term, double estimate) {
                  object[of_class][term] = estimate;
                });
  return object;
}

std::string class_coefficients_text(const ClassTerms& terms, const FitResult& result) {
  std::size_t class_width = 5;
  std::size_t term_width = 4;
  for_each_term(terms, result, [&](const std::string& of_class, const std::string& term, double) {
    class_width = std::max(class_width, display_width(of_class));
    term_width = std::max(term_width, display_width(term));
  });
  std::string text = fmt::format("{}  {}  {:>16}\n", padded("class", class_width),
                                 padded("term", term_width), "estimate");
  for_each_term(terms, result,
                [&](const std::string& of_class, const std::string& term, double estimate) {
                  text += fmt::format("{}  {}  {:>16}\n", padded(of_class, class_width),
                                      padded(term, term_width), fmt::format("{:.9g}", estimate));
                });
  return text;
}

void write_class_coefficients_csv(const ClassTerms& terms, const FitResult& result) {
  CsvWriter writer("-", {"class", "term", "estimate"});
  for_each_term(terms, result,
                [&](const std::string& of_class, const std::string& term, double estimate) {
                  writer.text(of_class);
                  writer.text(term);
                  writer.number(estimate);
                  writer.end_row();
                });
  writer.commit();
}

std::vector<double> class_coefficients(const ClassTerms& terms, const FitResult& result) {
  std::vector<double> row;
  for_each_term(terms, result, [&](const std::string&, const std::string&, double estimate) {
    row.push_back(estimate);
  });
  return row;
}

std::vector<std::string> class_term_names(const ClassTerms& terms) {
  std::vector<std::string> names;
  for (const std::string& of_class : terms.classes) {
    if (terms.intercept == Intercept::fitted)
      names.push_back(fmt::format("{}:{}", of_class, intercept_name));
    for (const std::string& feature : terms.features)
      names.push_back(fmt::format("{}:{}", of_class, feature));
  }
  return names;
}

}  // namespace batchgrad::cli
