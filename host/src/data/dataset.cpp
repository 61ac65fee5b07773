#include <batchgrad/dataset.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "as_size.hpp"
#include "data/dataset_builder.hpp"
#include "data/dataset_roles.hpp"
#include "data/read_table.hpp"

namespace batchgrad {

using detail::as_size;

std::vector<std::string> ColumnRules::feature_names() const {
  std::vector<std::string> names;
  for (const auto& input : inputs) {
    if (input.levels.empty()) names.push_back(input.column);
    for (std::size_t i = 1; i < input.levels.size(); ++i) {
      names.push_back(input.column + "=" + input.levels[i]);
    }
  }
  return names;
}

template <class T>
Dataset<T>::Dataset(std::vector<std::string> names, std::vector<T> features,
                    std::vector<Computing> target, std::vector<Computing> weight,
                    std::vector<Computing> offset)
    : names_(std::move(names)),
      features_(std::move(features)),
      target_(std::move(target)),
      weight_(std::move(weight)),
      offset_(std::move(offset)) {
  if (names_.empty() || features_.size() % names_.size() != 0) {
    throw InvalidArgument(
        fmt::format("{} feature values do not fill rows of {} features (a row "
                    "has one of each) pass M x D values",
                    features_.size(), names_.size()));
  }
  count_ = static_cast<index_t>(features_.size() / names_.size());
  for (const auto* values : {&target_, &weight_, &offset_}) {
    if (values->empty() || values->size() == static_cast<std::size_t>(count_)) continue;
    throw InvalidArgument(
        fmt::format("target, weight or offset has {} entries (the features have "
                    "{} rows) pass one a row, or none",
                    values->size(), count_));
  }
  for (const auto& name : names_) rules_.inputs.push_back({name, {}});
  try {
    detail::check_weights(weight_, "column 'weight'",
                          [this](index_t row) { return position(row); });
  } catch (const DataError& error) {
    throw InvalidArgument(error.what());
  }
}

template <class T>
MatrixView<const T> Dataset<T>::features() const {
  return {features_.data(), count_, feature_count()};
}

template <class T>
Samples<T> Dataset<T>::samples() const {
  return {features(), target(), weight(), offset(), {}};
}

template <class T>
Dataset<T> make_dataset(const Table& table, const DatasetOptions& options) {
  if (table.rows() == 0) {
    throw DataError({table.file()}, "the table has no rows (nothing can be fitted) fill it first");
  }
  DatasetBuilder<T> builder(table, options.read.threads);
  builder.filter(detail::filter_of(table, options));
  if (!options.weight_file.empty()) builder.weigh(options.weight_file);
  return builder.build(detail::rules_of(table, options));
}

template <class T>
Dataset<T> read_dataset(const std::string& path, const DatasetOptions& options) {
  if (path == "-" && options.weight_file == "-") {
    throw DataError({"stdin"},
                    "the data and their weights both come from standard input (it can be read "
                    "once) give one of them as a file");
  }
  const Table table = detail::read_table(path, detail::request_of(path, options));
  return make_dataset<T>(table, options);
}

namespace {

Table columns_of(const Table& table, const std::vector<std::string>& names) {
  std::vector<Column> columns;
  std::vector<index_t> places;
  for (const std::string& name : names) {
    places.push_back(table.column_index(name));
    columns.push_back(table.columns()[as_size(places.back())]);
  }
  std::vector<double> values;
  values.reserve(as_size(table.rows()) * names.size());
  for (index_t row = 0; row < table.rows(); ++row)
    for (const index_t place : places) values.push_back(table(row, place));
  return {std::move(columns), std::move(values)};
}

}  // namespace

template <class T>
Dataset<T> read_dataset(const std::string& path, const ColumnRules& rules,
                        const ReadOptions& read) {
  return read_dataset_keeping<T>(path, rules, {}, read).data;
}

template <class T>
KeptDataset<T> read_dataset_keeping(const std::string& path, const ColumnRules& rules,
                                    const std::vector<std::string>& kept, const ReadOptions& read) {
  ColumnRules feature_rules = rules;
  feature_rules.target.clear();
  feature_rules.target_arguments.clear();
  feature_rules.target_levels.clear();
  feature_rules.weight.clear();
  feature_rules.weight_arguments.clear();
  detail::TableRequest request = detail::request_of(feature_rules, read);
  request.keeps_columns = !kept.empty();
  for (const std::string& name : kept) {
    auto& columns = request.selection.columns;
    if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
    columns.push_back(name);
    request.texts.push_back(name);
  }
  const Table table = detail::read_table(path, request);
  return {DatasetBuilder<T>(table, read.threads).build(std::move(feature_rules)),
          columns_of(table, kept)};
}

#define BATCHGRAD_WITH_STORAGE(T)                                                               \
  template class Dataset<T>;                                                                    \
  template Dataset<T> make_dataset(const Table&, const DatasetOptions&);                        \
  template Dataset<T> read_dataset(const std::string&, const DatasetOptions&);                  \
  template Dataset<T> read_dataset(const std::string&, const ColumnRules&, const ReadOptions&); \
  template KeptDataset<T> read_dataset_keeping(const std::string&, const ColumnRules&,          \
                                               const std::vector<std::string>&,                 \
                                               const ReadOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
