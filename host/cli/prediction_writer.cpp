#include "prediction_writer.hpp"

#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <fmt/format.h>
#include <set>

#include "json_text.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

std::size_t row_count(const std::vector<OutputColumn>& columns) {
  return columns.front().values.size();
}

const std::string& text_of(const OutputColumn& column, std::size_t row) {
  return column.texts[static_cast<std::size_t>(column.values[row])];
}

void check_names(const std::vector<OutputColumn>& columns) {
  std::set<std::string> names;
  for (const OutputColumn& column : columns)
    if (!names.insert(column.name).second)
      throw UsageError(
          fmt::format("two columns of the output are called '{}' (they are told apart by their "
                      "names) rename a column of the data",
                      column.name));
}

/// Calls write(row) for each row.
void for_each_row(std::size_t rows, const CommonOptions& common, const auto& write) {
  constexpr std::size_t rows_per_look = 65536;
  Progress progress("predict", "rows", static_cast<index_t>(rows),
                    common.quiet ? Progress::Show::no : Progress::Show::yes);
  for (std::size_t row = 0; row < rows; ++row) {
    if (row % rows_per_look == 0) {
      stop_if_interrupted();
      progress.update(static_cast<index_t>(row));
    }
    write(row);
  }
}

void write_npy_file(const std::string& path, const std::vector<OutputColumn>& columns) {
  for (const OutputColumn& column : columns)
    if (column.is_text())
      throw UsageError(
          fmt::format("column '{}' is text (.npy files hold numbers) write CSV instead "
                      "of {}",
                      column.name, path));
  const std::size_t rows = row_count(columns);
  std::vector<double> values;
  values.reserve(rows * columns.size());
  for (std::size_t row = 0; row < rows; ++row)
    for (const OutputColumn& column : columns) values.push_back(column.values[row]);
  write_npy(path, MatrixView<const double>(values.data(), static_cast<index_t>(rows),
                                           static_cast<index_t>(columns.size())));
}

/// CSV with a header; as text the same with neither header nor commas.
void write_rows(const std::string& path, const std::vector<OutputColumn>& columns, Format format,
                const CommonOptions& common) {
  std::vector<std::string> names;
  if (format == Format::csv)
    for (const OutputColumn& column : columns) names.push_back(column.name);
  CsvWriter writer(path, names, format == Format::csv ? ',' : ' ');
  for_each_row(row_count(columns), common, [&](std::size_t row) {
    for (const OutputColumn& column : columns)
      if (column.is_text())
        writer.text(text_of(column, row));
      else
        writer.number(column.values[row]);
    writer.end_row();
  });
  writer.commit();
}

void write_json_array(TextWriter& writer, const OutputColumn& column, const CommonOptions& common) {
  for (const std::string& text : column.texts) check_utf8(text);
  writer.write("[");
  for_each_row(column.values.size(), common, [&](std::size_t row) {
    writer.write(row == 0 ? "" : ", ");
    writer.write(column.is_text() ? Json(text_of(column, row)).dump()
                                  : json_number(column.values[row]));
  });
  writer.write("]");
}

/// Neighbours of one group share an object.
void write_json(const std::string& path, const std::vector<OutputColumn>& columns,
                const CommonOptions& common) {
  TextWriter writer(path);
  writer.write(fmt::format("{{\n  \"samples\": {}", row_count(columns)));
  std::string open;  // the group whose object is being written
  for (const OutputColumn& column : columns) {
    const bool goes_on = !open.empty() && open == column.group;
    if (!goes_on) {
      writer.write((open.empty() ? "" : "\n  }") + fmt::format(",\n  \"{}\": ", column.group));
      open = column.member.empty() ? "" : column.group;
    }
    if (!column.member.empty()) {
      check_utf8(column.member);
      writer.write((goes_on ? ",\n    " : "{\n    ") + Json(column.member).dump() + ": ");
    }
    write_json_array(writer, column, common);
  }
  writer.write(open.empty() ? "\n}\n" : "\n  }\n}\n");
  writer.commit();
}

}  // namespace

void write_predictions(const std::string& path, const std::vector<OutputColumn>& columns,
                       const CommonOptions& common) {
  check_names(columns);
  if (ends_with_npy(path))
    write_npy_file(path, columns);
  else if (common.format == Format::json)
    write_json(path, columns, common);
  else
    write_rows(path, columns, common.format.value_or(Format::csv), common);
}

}  // namespace batchgrad::cli
