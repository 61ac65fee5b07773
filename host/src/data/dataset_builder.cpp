#include "data/dataset_builder.hpp"

#include <cmath>
#include <utility>

#include "as_size.hpp"
#include "data/csv_field.hpp"
#include "data/weight_file.hpp"

namespace batchgrad {

using detail::as_size;

namespace {

// How messages speak of a type that values may be too large for.
struct TypeText {
  const char* name;
  const char* largest;
};
template <class T>
constexpr TypeText text_of = {"float64", "about 1.8e308"};
template <>
constexpr TypeText text_of<float> = {"float32", "about 3.4e38"};
template <>
constexpr TypeText text_of<Bfloat16> = {"bfloat16", "about 3.4e38"};
template <>
constexpr TypeText text_of<Float16> = {"float16", "65504"};

}  // namespace

template <class T>
void DatasetBuilder<T>::filter(const detail::ColumnTerm& filter) {
  if (filter.text.empty()) return;
  const std::vector<double> keeps = filter.is_expression()
                                        ? detail::evaluate_term(filter, table_, {}, threads_)
                                        : table_.column(filter.text);
  for (index_t row = 0; row < table_.rows(); ++row) {
    if (keeps[as_size(row)] != 0) rows_.push_back(row);
  }
  if (static_cast<index_t>(rows_.size()) == table_.rows()) return rows_.clear();
  if (!rows_.empty()) return;
  throw DataError({table_.file()},
                  fmt::format("--filter {} keeps no row (it is 0 in all {}) correct it",
                              detail::quote_for_message(filter.text), table_.rows()));
}

template <class T>
void DatasetBuilder<T>::weigh(const std::string& weight_file) {
  weight_file_ = weight_file;
  weights_ = detail::read_weight_file(weight_file);
  const auto rows = as_size(table_.rows() + table_.dropped_rows());
  if (weights_.size() == rows) return;
  throw DataError(
      {weight_file == "-" ? "stdin" : weight_file},
      fmt::format("there are {} weights, but {} has {} rows{} (each has one) give the "
                  "file that belongs to it",
                  weights_.size(), table_.file(), rows,
                  table_.dropped_rows() > 0
                      ? fmt::format(", the {} without a value included", table_.dropped_rows())
                      : ""));
}

template <class T>
Dataset<T> DatasetBuilder<T>::build(ColumnRules rules) const {
  Dataset<T> data;
  data.count_ = count();
  data.names_ = rules.feature_names();
  data.file_ = table_.file();
  data.lines_ = lines();
  data.dropped_rows_ = table_.dropped_rows();
  data.filtered_rows_ = table_.rows() - count();
  fill_features(rules, data);
  data.target_ = values_of<computing_t<T>>({rules.target, rules.target_arguments});
  data.offset_ = values_of<computing_t<T>>({rules.offset, rules.offset_arguments});
  fill_weights(rules, data);
  data.rules_ = std::move(rules);
  return data;
}

template <class T>
void DatasetBuilder<T>::fill_weights(const ColumnRules& rules, Dataset<T>& data) const {
  data.weight_ = values_of<computing_t<T>>({rules.weight, rules.weight_arguments});
  if (!weights_.empty()) {
    data.weight_.reserve(as_size(count()));
    for (index_t sample = 0; sample < count(); ++sample) {
      const double weight = weights_[as_size(table_.lines().row_in_file(row(sample)))];
      data.weight_.push_back(convert<computing_t<T>>(weight, row(sample), weight_file_));
    }
  }
  const std::string source = !weights_.empty()                ? "file " + weight_file_
                             : rules.weight_arguments.empty() ? "column '" + rules.weight + "'"
                                                              : "'" + rules.weight + "'";
  detail::check_weights(data.weight_, source,
                        [&data](index_t sample) { return data.position(sample); });
}

// Where the samples stand in the file: the rows of the table, less those that the filter left out.
template <class T>
RowLines DatasetBuilder<T>::lines() const {
  if (rows_.empty()) return table_.lines();
  RowLines lines;
  for (index_t sample = 0; sample < count(); ++sample) {
    if (const index_t line = table_.lines().line_of(row(sample)); line > 0)
      lines.start(sample, line);
    const index_t in_file = table_.lines().row_in_file(row(sample));
    lines.leave_out(sample, in_file - lines.row_in_file(sample));
  }
  return lines;
}

template <class T>
template <class To>
To DatasetBuilder<T>::convert(double value, index_t row, const std::string& name) const {
  const To converted = static_cast<To>(value);
  if (std::isfinite(static_cast<double>(converted))) return converted;
  throw DataError(
      table_.position(row),
      fmt::format("{} in column '{}' is out of range (the largest {} is {}) rescale it, or "
                  "store the data in a type of a wider range",
                  value, name, text_of<To>.name, text_of<To>.largest));
}

template <class T>
template <class To>
std::vector<To> DatasetBuilder<T>::values_of(const detail::ColumnTerm& term) const {
  std::vector<To> values;
  if (term.text.empty()) return values;
  values.reserve(as_size(count()));
  if (term.is_expression()) {
    const std::vector<double> computed = detail::evaluate_term(term, table_, rows_, threads_);
    for (index_t sample = 0; sample < count(); ++sample) {
      values.push_back(convert<To>(computed[as_size(sample)], row(sample), term.text));
    }
    return values;
  }
  const index_t place = table_.column_index(term.text);
  for (index_t sample = 0; sample < count(); ++sample) {
    values.push_back(convert<To>(table_(row(sample), place), row(sample), term.text));
  }
  return values;
}

template <class T>
void DatasetBuilder<T>::fill_features(const ColumnRules& rules, Dataset<T>& data) const {
  /// Where an input comes from, and its first feature.
  struct Place {
    index_t column;
    index_t feature;
    index_t levels;
  };
  const auto width = static_cast<index_t>(data.names_.size());
  data.features_.resize(as_size(count() * width), T(0.0));
  std::vector<Place> places;
  index_t feature = 0;
  for (const auto& input : rules.inputs) {
    const auto levels = static_cast<index_t>(input.levels.size());
    if (input.arguments.empty()) {
      places.push_back({table_.column_index(input.column), feature, levels});
    } else {
      const std::vector<T> values = values_of<T>({input.column, input.arguments});
      for (index_t sample = 0; sample < count(); ++sample) {
        data.features_[as_size(sample * width + feature)] = values[as_size(sample)];
      }
    }
    feature += levels == 0 ? 1 : levels - 1;
  }
  for (index_t sample = 0; sample < count(); ++sample) {
    T* features = data.features_.data() + sample * width;
    for (const auto& [column, first, levels] : places) {
      const double value = table_(row(sample), column);
      if (levels == 0) {
        features[first] = convert<T>(value, row(sample), table_.columns()[as_size(column)].name);
      } else if (value > 0) {
        features[first + static_cast<index_t>(value) - 1] = T(1.0);  // the others are 0 already
      }
    }
  }
}

#define BATCHGRAD_WITH_STORAGE(T) template class DatasetBuilder<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
