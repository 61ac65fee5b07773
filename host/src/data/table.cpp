#include <batchgrad/table.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "data/column_plan.hpp"

namespace batchgrad {

void RowLines::start(index_t row, index_t line) {
  // Blocks start anew where the file simply goes on.
  if (!starts_.empty() && line_of(row) == line) return;
  starts_.emplace_back(row, line);
}

index_t RowLines::line_of(index_t row) const {
  auto after =
      std::upper_bound(starts_.begin(), starts_.end(), row,
                       [](index_t wanted, const auto& start) { return wanted < start.first; });
  if (after == starts_.begin()) return 0;
  --after;
  return after->second + (row - after->first);
}

void RowLines::leave_out(index_t row, index_t count) {
  if (count > 0) gaps_.emplace_back(row, (gaps_.empty() ? 0 : gaps_.back().second) + count);
}

index_t RowLines::row_in_file(index_t row) const {
  const auto after =
      std::upper_bound(gaps_.begin(), gaps_.end(), row,
                       [](index_t wanted, const auto& gap) { return wanted < gap.first; });
  return after == gaps_.begin() ? row : row + std::prev(after)->second;
}

Position RowLines::position(const std::string& file, index_t row) const {
  const index_t line = line_of(row);
  if (line > 0) return {file, line, 0};
  return {fmt::format("{} row {}", file, row_in_file(row) + 1), 0, 0};
}

Table::Table(std::vector<Column> columns, std::vector<double> values)
    : columns_(std::move(columns)), values_(std::move(values)) {
  const std::size_t width = columns_.size();
  if (width == 0 ? !values_.empty() : values_.size() % width != 0) {
    throw InvalidArgument(
        fmt::format("{} values do not fill rows of {} columns (a row has one of "
                    "each) pass rows x columns values",
                    values_.size(), width));
  }
  rows_ = width == 0 ? 0 : static_cast<index_t>(values_.size() / width);
}

std::vector<std::string> Table::names() const { return detail::names_of(columns_); }

MatrixView<const double> Table::values() const {
  return {values_.data(), rows_, static_cast<index_t>(columns_.size())};
}

double Table::operator()(index_t row, index_t column) const { return values()(row, column); }

std::optional<index_t> Table::find_column(std::string_view name) const {
  const auto place = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const Column& column) { return column.name == name; });
  if (place == columns_.end()) return std::nullopt;
  return place - columns_.begin();
}

index_t Table::column_index(std::string_view name) const {
  return detail::column_index(columns_, name, file_);
}

std::vector<double> Table::column(std::string_view name) const {
  const index_t place = column_index(name);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(rows_));
  for (index_t row = 0; row < rows_; ++row) values.push_back((*this)(row, place));
  return values;
}

void Table::set_source(std::string file, RowLines lines, index_t dropped_rows) {
  file_ = std::move(file);
  lines_ = std::move(lines);
  dropped_rows_ = dropped_rows;
}

}  // namespace batchgrad
