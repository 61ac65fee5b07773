#include "data/dataset_roles.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace batchgrad::detail {

namespace {

// The option that gives each named column its role.
std::map<std::string, std::string> role_names(const std::string& file,
                                              const DatasetOptions& options) {
  if (options.target.empty()) {
    throw DataError({file},
                    "no target (fitting needs the column that is to be predicted) name it "
                    "with --target");
  }
  std::map<std::string, std::string> roles;
  const auto give = [&](const std::string& name, const char* role) {
    if (name.empty()) return;
    const auto [other, is_new] = roles.emplace(name, role);
    if (is_new) return;
    const bool is_same = other->second == role;
    throw DataError({file}, is_same ? fmt::format("column '{}' is named twice in {} (a column has "
                                                  "one role) name it once",
                                                  name, role)
                                    : fmt::format("column '{}' has two roles, {} and {} (a column "
                                                  "has one) decide on one",
                                                  name, other->second, role));
  };
  give(options.target, "--target");
  give(options.weight, "--weight");
  give(options.offset, "--offset");
  for (const auto& name : options.features) give(name, "--features");
  for (const auto& name : options.ignore) give(name, "--ignore");
  for (const auto& name : options.read.categorical) {
    const auto role = roles.find(name);
    if (role == roles.end() || role->second == "--target" || role->second == "--features") continue;
    give(name, "--categorical");
  }
  return roles;
}

}  // namespace

TableRequest request_of(const std::string& path, const DatasetOptions& options) {
  (void)role_names(path == "-" ? "stdin" : path, options);
  TableRequest request;
  request.options = options.read;
  request.selection = {options.features, options.ignore};
  for (const auto* name : {&options.target, &options.weight, &options.offset}) {
    if (name->empty()) continue;
    request.required.push_back(*name);
    if (!options.features.empty()) request.selection.columns.push_back(*name);
  }
  return request;
}

TableRequest request_of(const ColumnRules& rules, const ReadOptions& read) {
  TableRequest request;
  request.options = read;
  request.options.missing_texts = rules.missing_texts;
  request.options.categorical.clear();
  for (const auto& input : rules.inputs) {
    request.selection.columns.push_back(input.column);
    if (input.levels.empty()) continue;
    request.options.categorical.push_back(input.column);
    request.known_levels.push_back({input.column, input.levels});
  }
  if (!rules.offset.empty()) request.selection.columns.push_back(rules.offset);
  return request;
}

ColumnRules rules_of(const Table& table, const DatasetOptions& options) {
  const auto roles = role_names(table.file(), options);
  ColumnRules rules;
  rules.target = options.target;
  rules.weight = options.weight;
  rules.offset = options.offset;
  rules.missing_texts = options.read.missing_texts;
  const auto column = [&](const std::string& name) -> const Column& {
    return table.columns()[static_cast<std::size_t>(table.column_index(name))];
  };
  rules.target_levels = column(options.target).levels;
  for (const auto* name : {&options.weight, &options.offset}) {
    if (name->empty() || !column(*name).is_categorical()) continue;
    throw DataError({table.file()}, fmt::format("column '{}' holds text (weights and offsets are "
                                                "numbers) name another column",
                                                *name));
  }
  for (const auto& name : options.features) rules.inputs.push_back({name, column(name).levels});
  if (options.features.empty()) {
    for (const auto& candidate : table.columns()) {
      if (!roles.contains(candidate.name)) {
        rules.inputs.push_back({candidate.name, candidate.levels});
      }
    }
  }
  if (rules.feature_names().empty()) {
    throw DataError({table.file()},
                    "no feature is left (every column has another role or a single "
                    "level) name some with --features");
  }
  return rules;
}

}  // namespace batchgrad::detail
