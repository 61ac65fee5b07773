#include "derivative_report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "json_text.hpp"
#include "row_writer.hpp"
#include "term_table.hpp"

namespace batchgrad::cli {
namespace {

constexpr std::array<const char*, 6> kinds = {"", "error", "status", "step", "left", "right"};
constexpr std::size_t status_kind = 2;

/// Where things are in a row.
class Row {
 public:
  explicit Row(const PointReport& report)
      : row_(report.numbers),
        results_(report.f.results()),
        columns_(static_cast<index_t>(column_suffixes(report.f, report.options).size())) {}

  [[nodiscard]] index_t results() const { return results_; }
  [[nodiscard]] index_t columns() const { return columns_; }
  [[nodiscard]] double value(index_t result) const { return row_[result]; }
  [[nodiscard]] double entry(std::size_t kind, index_t result, index_t column) const {
    return row_[results_ + (static_cast<index_t>(kind) * results_ + result) * columns_ + column];
  }
  [[nodiscard]] Json json_entry(std::size_t kind, index_t result, index_t column) const {
    const double number = entry(kind, result, column);
    return kind == status_kind ? Json(status_text(number)) : Json(number);
  }

 private:
  VectorView<const double> row_;
  index_t results_;
  index_t columns_;
};

const char* quantity_key(Quantity quantity) {
  switch (quantity) {
    case Quantity::gradient:
      return "gradient";
    case Quantity::hessian:
      return "hessian";
    case Quantity::directional:
      return "directional";
    case Quantity::laplacian:
      break;
  }
  return "laplacian";
}

Json json_of_result(const PointReport& report, const Row& row, std::size_t kind, index_t result) {
  const std::vector<std::string>& variables = report.f.variables();
  const auto count = static_cast<index_t>(variables.size());
  const auto vector = [&](index_t first) {
    Json object = Json::object();
    for (index_t i = 0; i < count; ++i)
      object[variables[static_cast<std::size_t>(i)]] = row.json_entry(kind, result, first + i);
    return object;
  };
  if (report.options.quantity == Quantity::gradient) return vector(0);
  if (report.options.quantity != Quantity::hessian) return row.json_entry(kind, result, 0);
  Json matrix = Json::object();
  for (index_t i = 0; i < count; ++i)
    matrix[variables[static_cast<std::size_t>(i)]] = vector(i * count);
  return matrix;
}

/// One entry, or an array of one for each result.
template <class Entry>
Json each_result(index_t results, const Entry& entry) {
  if (results == 1) return entry(0);
  Json array = Json::array();
  for (index_t q = 0; q < results; ++q) array.push_back(entry(q));
  return array;
}

std::string cell(const Row& row, std::size_t kind, index_t result, index_t column) {
  const double number = row.entry(kind, result, column);
  if (kind == status_kind) return std::string(status_text(number));
  return kind == 1 || kind == 3 ? fmt::format("{:.2g}", number) : number_text(number);
}

/// Columns as wide as their widest cell, two spaces between them.
std::string aligned(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t c = 0; c < line.size(); ++c) row += padded(line[c], widths[c] + 2);
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text;
}

}  // namespace

std::string PointReport::text() const {
  const Row row(*this);
  const std::vector<std::string> labels = text_labels(f, options);
  std::string where;
  for (std::size_t i = 0; i < f.variables().size(); ++i)
    where += fmt::format("{}{} = {}", i == 0 ? "" : ", ", f.variables()[i],
                         point[static_cast<index_t>(i)]);
  std::string text;
  for (index_t q = 0; q < row.results(); ++q) {
    const std::string name = row.results() == 1 ? "f" : fmt::format("f{}", q + 1);
    text +=
        fmt::format("{}{}({}) = {}\n", q == 0 ? "" : "\n", name, where, number_text(row.value(q)));
    std::vector<std::vector<std::string>> lines;
    if (details == Details::yes) {
      lines.push_back({""});
      for (const char* kind : kinds) lines.back().emplace_back(kind);
    }
    for (index_t c = 0; c < row.columns(); ++c) {
      const std::string& label = labels[static_cast<std::size_t>(c)];
      lines.push_back({row.results() == 1 ? label : label_of_result(label, q)});
      for (std::size_t kind = 0; kind < (details == Details::yes ? kinds.size() : 1); ++kind)
        lines.back().push_back(cell(row, kind, q, c));
    }
    text += aligned(lines);
  }
  return text;
}

std::string PointReport::json() const {
  const Row row(*this);
  Json root;
  root["value"] = each_result(row.results(), [&](index_t q) { return Json(row.value(q)); });
  for (std::size_t kind = 0; kind < (details == Details::yes ? kinds.size() : 1); ++kind)
    root[kind == 0 ? quantity_key(options.quantity) : kinds[kind]] =
        each_result(row.results(), [&](index_t q) { return json_of_result(*this, row, kind, q); });
  return json_text(root);
}

}  // namespace batchgrad::cli
