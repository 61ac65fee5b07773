#include <batchgrad/dataset.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "data/dataset_roles.hpp"
#include "data/read_table.hpp"

namespace batchgrad {

namespace {

std::size_t as_size(index_t n) { return static_cast<std::size_t>(n); }

/// Throws where weights are negative or all zero; `place` turns a row into its position.
template <class T, class Place>
void check_weights(const std::vector<T>& weight, const std::string& name, Place place) {
  if (weight.empty()) return;
  const auto negative = std::find_if(weight.begin(), weight.end(), [](T w) { return !(w >= 0); });
  if (negative != weight.end()) {
    throw DataError(place(negative - weight.begin()),
                    fmt::format("the weight {} in column '{}' is negative (a weight says how often "
                                "a row counts) correct it, or name another column with --weight",
                                *negative, name));
  }
  if (std::all_of(weight.begin(), weight.end(), [](T w) { return w == 0; })) {
    throw DataError(place(0), fmt::format("the weights in column '{}' are all 0, from this row on "
                                          "(no row would count) name another column with --weight",
                                          name));
  }
}

}  // namespace

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
Dataset<T>::Dataset(std::vector<std::string> names, std::vector<T> features, std::vector<T> target,
                    std::vector<T> weight, std::vector<T> offset)
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
    if (values->empty() || values->size() == as_size(count_)) continue;
    throw InvalidArgument(
        fmt::format("target, weight or offset has {} entries (the features have "
                    "{} rows) pass one a row, or none",
                    values->size(), count_));
  }
  for (const auto& name : names_) rules_.inputs.push_back({name, {}});
  try {
    check_weights(weight_, "weight", [this](std::ptrdiff_t row) { return position(row); });
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

/// Moves the columns of a table to their places in a data set.
template <class T>
class DatasetBuilder {
 public:
  explicit DatasetBuilder(const Table& table) : table_(table) {}

  Dataset<T> build(ColumnRules rules) {
    Dataset<T> data;
    data.count_ = table_.rows();
    data.names_ = rules.feature_names();
    fill_features(rules, data);
    if (!rules.target.empty()) data.target_ = column(rules.target);
    if (!rules.weight.empty()) data.weight_ = column(rules.weight);
    if (!rules.offset.empty()) data.offset_ = column(rules.offset);
    check_weights(data.weight_, rules.weight,
                  [this](std::ptrdiff_t row) { return table_.position(row); });
    data.rules_ = std::move(rules);
    data.dropped_rows_ = table_.dropped_rows();
    data.file_ = table_.file();
    data.lines_ = table_.lines();
    return data;
  }

 private:
  [[nodiscard]] T convert(index_t row, index_t place) const {
    const double value = table_(row, place);
    const T converted = static_cast<T>(value);
    if (std::isfinite(converted)) return converted;
    throw DataError(table_.position(row),
                    fmt::format("{} in column '{}' is out of range (the largest float32 is about "
                                "3.4e38) rescale it, or read it as float64",
                                value, table_.columns()[as_size(place)].name));
  }

  std::vector<T> column(const std::string& name) const {
    const index_t place = table_.column_index(name);
    std::vector<T> values;
    values.reserve(as_size(table_.rows()));
    for (index_t row = 0; row < table_.rows(); ++row) values.push_back(convert(row, place));
    return values;
  }

  void fill_features(const ColumnRules& rules, Dataset<T>& data) const {
    std::vector<index_t> places;
    for (const auto& input : rules.inputs) places.push_back(table_.column_index(input.column));
    data.features_.reserve(as_size(table_.rows()) * data.names_.size());
    for (index_t row = 0; row < table_.rows(); ++row) {
      for (std::size_t i = 0; i < places.size(); ++i) {
        const auto levels = static_cast<index_t>(rules.inputs[i].levels.size());
        if (levels == 0) {
          data.features_.push_back(convert(row, places[i]));
          continue;
        }
        const auto level = static_cast<index_t>(table_(row, places[i]));
        for (index_t other = 1; other < levels; ++other) {
          data.features_.push_back(other == level ? T{1} : T{0});
        }
      }
    }
  }

  const Table& table_;
};

template <class T>
Dataset<T> make_dataset(const Table& table, const DatasetOptions& options) {
  if (table.rows() == 0) {
    throw DataError({table.file()}, "the table has no rows (nothing can be fitted) fill it first");
  }
  return DatasetBuilder<T>(table).build(detail::rules_of(table, options));
}

template <class T>
Dataset<T> read_dataset(const std::string& path, const DatasetOptions& options) {
  const Table table = detail::read_table(path, detail::request_of(path, options));
  return make_dataset<T>(table, options);
}

template <class T>
Dataset<T> read_dataset(const std::string& path, const ColumnRules& rules,
                        const ReadOptions& read) {
  ColumnRules feature_rules = rules;
  feature_rules.target.clear();
  feature_rules.target_levels.clear();
  feature_rules.weight.clear();
  const Table table = detail::read_table(path, detail::request_of(feature_rules, read));
  return DatasetBuilder<T>(table).build(std::move(feature_rules));
}

template class Dataset<double>;
template class Dataset<float>;
template Dataset<double> make_dataset(const Table&, const DatasetOptions&);
template Dataset<float> make_dataset(const Table&, const DatasetOptions&);
template Dataset<double> read_dataset(const std::string&, const DatasetOptions&);
template Dataset<float> read_dataset(const std::string&, const DatasetOptions&);
template Dataset<double> read_dataset(const std::string&, const ColumnRules&, const ReadOptions&);
template Dataset<float> read_dataset(const std::string&, const ColumnRules&, const ReadOptions&);

}  // namespace batchgrad
