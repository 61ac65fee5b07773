#include "data/column_plan.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>
#include <utility>

#include "data/csv_field.hpp"
#include "suggest_name.hpp"

namespace batchgrad::detail {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

using Places = std::unordered_map<std::string, index_t>;

Places index_names(const std::vector<std::string>& names) {
  Places places;
  for (std::size_t i = 0; i < names.size(); ++i) places.emplace(names[i], static_cast<index_t>(i));
  return places;
}

void require_columns(const ColumnPlan& plan, const Places& places,
                     const std::vector<std::string>& wanted) {
  for (const auto& name : wanted) {
    if (!places.contains(name)) throw_unknown_column(plan.file, name, plan.names);
  }
}

void check_choices(const ColumnPlan& plan, const TableRequest& request, const Places& places) {
  const auto& [columns, ignore] = request.selection;
  require_columns(plan, places, request.required);
  require_columns(plan, places, columns);
  require_columns(plan, places, ignore);
  require_columns(plan, places, request.options.categorical);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::vector<std::string> before(columns.begin(),
                                          columns.begin() + static_cast<std::ptrdiff_t>(i));
    if (contains(before, columns[i])) {
      throw DataError({plan.file}, fmt::format("column '{}' is selected twice (a column is read "
                                               "once) name it once",
                                               columns[i]));
    }
  }
  for (const auto& name : ignore) {
    for (const auto* chosen : {&columns, &request.required, &request.options.categorical}) {
      if (!contains(*chosen, name)) continue;
      throw DataError({plan.file}, fmt::format("column '{0}' is asked for and left out at once "
                                               "(--ignore {0}) decide on one",
                                               name));
    }
  }
  if (columns.empty()) return;
  for (const auto& name : request.options.categorical) {
    if (contains(columns, name)) continue;
    throw DataError({plan.file},
                    fmt::format("--categorical {0} has no effect ({0} is not among the columns "
                                "that are read) add it to them or drop the option",
                                name));
  }
}

void add_output(ColumnPlan& plan, const TableRequest& request, index_t place) {
  const std::string& name = plan.names[static_cast<std::size_t>(place)];
  Field& field = plan.fields[static_cast<std::size_t>(place)];
  field.use = Field::Use::number;
  field.output = static_cast<index_t>(plan.outputs.size());
  field.is_argument = contains(request.arguments, name);
  Column column{name, {}};
  const auto known = std::find_if(request.known_levels.begin(), request.known_levels.end(),
                                  [&](const Column& other) { return other.name == name; });
  if (known != request.known_levels.end()) {
    column.levels = known->levels;
    field.levels_known = true;
  }
  if (field.levels_known || contains(request.options.categorical, name) ||
      contains(request.texts, name)) {
    field.use = Field::Use::level;
    field.level_set = static_cast<index_t>(plan.level_outputs.size());
    plan.level_outputs.push_back(field.output);
  }
  plan.outputs.push_back(std::move(column));
}

}  // namespace

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const auto& column : columns) names.push_back(column.name);
  return names;
}

index_t column_index(const std::vector<Column>& columns, std::string_view name,
                     const std::string& file) {
  const auto place = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  if (place == columns.end()) throw_unknown_column(file, name, names_of(columns));
  return place - columns.begin();
}

void throw_unknown_column(const std::string& file, std::string_view wanted,
                          const std::vector<std::string>& names) {
  throw DataError({file}, fmt::format("no column '{}' (the data have {} columns) {}", wanted,
                                      names.size(), suggest_name(wanted, names)));
}

ColumnPlan plan_columns(const TableRequest& request, const std::string& file,
                        std::vector<std::string> names, char delimiter) {
  if (request.complete) {
    TableRequest completed = request;
    completed.complete = nullptr;
    request.complete(file, names, completed);
    return plan_columns(completed, file, std::move(names), delimiter);
  }
  ColumnPlan plan;
  plan.file = file;
  plan.delimiter = delimiter;
  plan.header = request.options.header;
  plan.names = std::move(names);
  plan.fields.resize(plan.names.size());
  plan.missing = request.options.missing;
  plan.missing_texts = request.options.missing_texts;
  plan.texts = request.texts;
  for (const auto& text : plan.missing_texts) {
    if (const auto number = parse_number(text)) plan.missing_numbers.push_back(*number);
  }
  const Places places = index_names(plan.names);
  check_choices(plan, request, places);
  const auto& [columns, ignore] = request.selection;
  for (const auto& name : columns) add_output(plan, request, places.at(name));
  if (columns.empty()) {
    for (std::size_t i = 0; i < plan.names.size(); ++i) {
      if (!contains(ignore, plan.names[i])) add_output(plan, request, static_cast<index_t>(i));
    }
  }
  if (plan.outputs.empty()) {
    throw DataError({file}, "no column is left to read (--ignore names all of them) keep one");
  }
  return plan;
}

}  // namespace batchgrad::detail
