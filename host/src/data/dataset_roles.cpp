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
  if (!options.weight.empty() && !options.weight_file.empty()) {
    throw DataError({file},
                    "--weight and --weight-file are both given (a sample has one weight) decide on "
                    "one");
  }
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

void add_new(std::vector<std::string>& names, const std::vector<std::string>& others) {
  for (const auto& name : others) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

/// Turns what the options ask for into columns of the file.
void choose_columns(const DatasetOptions& options, const ColumnTerms& terms,
                    TableRequest& request) {
  std::vector<std::string>& in_expressions = request.arguments;
  const auto require = [&](const ColumnTerm& term) {
    add_new(request.required, term.columns());
    add_new(in_expressions, term.arguments);
  };
  for (const auto* text : {&options.target, &options.weight, &options.offset}) {
    require(terms.find(*text));
  }
  // A filter is no role: its column may be ignored as a feature.
  const ColumnTerm filter = terms.find(options.filter);
  require(filter);
  add_new(in_expressions, filter.columns());
  request.selection.columns.clear();
  for (const auto& term : terms.find(options.features)) {
    add_new(request.selection.columns, term.columns());
    add_new(in_expressions, term.arguments);
  }
  if (!options.features.empty()) add_new(request.selection.columns, request.required);
  std::erase_if(request.selection.ignore, [&](const auto& name) {
    return std::find(in_expressions.begin(), in_expressions.end(), name) != in_expressions.end();
  });
}

void refuse_text(const Table& table, const std::vector<std::string>& names, const char* reason) {
  for (const auto& name : names) {
    const auto place = static_cast<std::size_t>(table.column_index(name));
    if (!table.columns()[place].is_categorical()) continue;
    throw DataError({table.file()},
                    fmt::format("column '{}' holds text ({}) name another column", name, reason));
  }
}

constexpr const char* computed = "expressions compute with numbers";

}  // namespace

TableRequest request_of(const std::string& path, const DatasetOptions& options) {
  (void)role_names(path == "-" ? "stdin" : path, options);
  TableRequest request;
  request.options = options.read;
  request.selection = {options.features, options.ignore};
  request.complete = [options](const std::string& file, const std::vector<std::string>& names,
                               TableRequest& incomplete) {
    choose_columns(options, ColumnTerms(file, names), incomplete);
  };
  return request;
}

TableRequest request_of(const ColumnRules& rules, const ReadOptions& read) {
  TableRequest request;
  request.options = read;
  request.options.missing_texts = rules.missing_texts;
  request.options.categorical.clear();
  request.libsvm_features = rules.libsvm_features;
  for (const auto& input : rules.inputs) {
    add_new(request.selection.columns, ColumnTerm{input.column, input.arguments}.columns());
    add_new(request.arguments, input.arguments);
    if (input.levels.empty()) continue;
    request.options.categorical.push_back(input.column);
    request.known_levels.push_back({input.column, input.levels});
  }
  add_new(request.selection.columns, ColumnTerm{rules.offset, rules.offset_arguments}.columns());
  add_new(request.arguments, rules.offset_arguments);
  return request;
}

ColumnRules rules_of(const Table& table, const DatasetOptions& options) {
  auto roles = role_names(table.file(), options);
  const ColumnTerms terms(table.file(), table.names());
  ColumnRules rules;
  const auto assign = [&](const std::string& option, std::string& text,
                          std::vector<std::string>& arguments) {
    const ColumnTerm term = terms.find(option);
    refuse_text(table, term.arguments, computed);
    for (const auto& name : term.arguments) roles.emplace(name, "an expression");
    text = term.text;
    arguments = term.arguments;
  };
  assign(options.target, rules.target, rules.target_arguments);
  assign(options.weight, rules.weight, rules.weight_arguments);
  assign(options.offset, rules.offset, rules.offset_arguments);
  rules.missing_texts = options.read.missing_texts;
  rules.libsvm_features = table.libsvm_features();
  const auto column = [&](const std::string& name) -> const Column& {
    return table.columns()[static_cast<std::size_t>(table.column_index(name))];
  };
  if (rules.target_arguments.empty()) rules.target_levels = column(rules.target).levels;
  constexpr const char* numbers = "weights and offsets are numbers";
  refuse_text(table, ColumnTerm{rules.weight, rules.weight_arguments}.columns(), numbers);
  refuse_text(table, ColumnTerm{rules.offset, rules.offset_arguments}.columns(), numbers);
  for (const auto& term : terms.find(options.features)) {
    refuse_text(table, term.arguments, computed);
    rules.inputs.push_back(
        {term.text, term.is_expression() ? std::vector<std::string>() : column(term.text).levels,
         term.arguments});
  }
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

ColumnTerm filter_of(const Table& table, const DatasetOptions& options) {
  ColumnTerm filter = ColumnTerms(table.file(), table.names()).find(options.filter);
  refuse_text(table, filter.columns(), "a filter keeps the rows where a number is not 0");
  return filter;
}

}  // namespace batchgrad::detail
