#pragma once

#include <batchgrad/dataset.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "data/column_terms.hpp"

namespace batchgrad {

namespace detail {

/// Throws where weights are negative or all zero; `place` turns a sample into its position.
/// `source` is what messages say they are in: "column 'w'", "file w.txt".
template <class T, class Place>
void check_weights(const std::vector<T>& weight, const std::string& source, Place place) {
  if (weight.empty()) return;
  const auto negative = std::find_if(weight.begin(), weight.end(), [](T w) { return !(w >= 0); });
  if (negative != weight.end()) {
    throw DataError(place(negative - weight.begin()),
                    fmt::format("the weight {} in {} is negative (a weight says how often "
                                "a row counts) correct it, or name another column with --weight",
                                *negative, source));
  }
  if (std::all_of(weight.begin(), weight.end(), [](T w) { return w == 0; })) {
    throw DataError(place(0), fmt::format("the weights in {} are all 0, from this row on "
                                          "(no row would count) name another column with --weight",
                                          source));
  }
}

}  // namespace detail

/// Moves the columns of a table to their places in a data set, and computes expressions of them.
template <class T>
class DatasetBuilder {
 public:
  DatasetBuilder(const Table& table, index_t threads) : table_(table), threads_(threads) {}

  /// Keeps the rows where the filter is not 0; one without text keeps all.
  /// Errors: DataError where no row is left.
  void filter(const detail::ColumnTerm& filter);
  /// Reads the weights of the samples. Errors: those of read_weight_file, and DataError where there
  /// is not one for each row of the table's file.
  void weigh(const std::string& weight_file);

  [[nodiscard]] Dataset<T> build(ColumnRules rules) const;

 private:
  [[nodiscard]] index_t count() const {
    return rows_.empty() ? table_.rows() : static_cast<index_t>(rows_.size());
  }
  [[nodiscard]] index_t row(index_t sample) const {
    return rows_.empty() ? sample : rows_[static_cast<std::size_t>(sample)];
  }
  /// Errors: DataError for a value too large for the type.
  template <class To>
  [[nodiscard]] To convert(double value, index_t row, const std::string& name) const;
  template <class To>
  [[nodiscard]] std::vector<To> values_of(const detail::ColumnTerm& term) const;
  void fill_features(const ColumnRules& rules, Dataset<T>& data) const;
  void fill_weights(const ColumnRules& rules, Dataset<T>& data) const;
  [[nodiscard]] RowLines lines() const;

  const Table& table_;
  index_t threads_;
  std::vector<index_t> rows_;  // those that are kept; empty: all
  std::string weight_file_;
  std::vector<double> weights_;  // of the rows of the file
};

#define BATCHGRAD_WITH_STORAGE(T) extern template class DatasetBuilder<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
