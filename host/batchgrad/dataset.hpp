#pragma once

#include <batchgrad/error.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/regression/samples.hpp>
#include <batchgrad/table.hpp>

#include <string>
#include <vector>

namespace batchgrad {

/// What each column of a file is for. A column has one role only; `read.categorical` is no role
/// but a way of reading and goes with a feature or the target.
///
/// Target, features, weight, offset and filter may be expressions of columns, as "log(expo)" or
/// "amount / nclaims" (expression.hpp has their syntax): a text that is the name of a column is
/// that column, any other is an expression, and the names in it are columns of numbers. A column
/// whose name is more than letters, digits and _ cannot be named in one. A column that only the
/// expression of target, weight or offset uses is no feature unless `features` has it.
struct DatasetOptions {
  std::string target;
  std::vector<std::string> features;  ///< in this order; empty: every column without another role
  std::vector<std::string> ignore;
  std::string weight;  ///< empty: every sample weighs 1
  std::string offset;  ///< empty: 0
  /// Instead of `weight`: a text file with one number a line for each row of the data, rows that
  /// are left out for a missing value or by the filter included.
  std::string weight_file;
  /// Rows where it is 0 are left out, before the other expressions are computed; empty: none. It
  /// is no role: a column may be in it and be a feature.
  std::string filter;
  ReadOptions read;
};

/// How columns become features: all that predicting with a model needs to read data as its fit
/// did. A plain value, made to be stored.
struct ColumnRules {
  /// A column that goes into the features: a number, or with levels one feature for each level
  /// after the first, the reference, which is 1 in the rows of that level and 0 elsewhere. Where
  /// there are arguments, `column` is an expression of those columns.
  struct Input {
    std::string column;
    std::vector<std::string> levels;
    std::vector<std::string> arguments = {};
  };
  std::vector<Input> inputs;
  std::string target;
  std::vector<std::string> target_levels;  ///< of a categorical target; empty: numbers
  std::string weight;
  std::string offset;  ///< needed to predict as well; empty: none
  /// Of the above: the columns that an expression computes with; empty where it is a column.
  std::vector<std::string> target_arguments;
  std::vector<std::string> weight_arguments;
  std::vector<std::string> offset_arguments;
  std::vector<std::string> missing_texts = {"", "NA"};
  /// How many features the libsvm file had, so that others may have fewer, whose last are then 0,
  /// but not more; 0: the data came from another format.
  index_t libsvm_features = 0;

  /// "column", or "column=level", or the text of an expression, in the order of the features.
  [[nodiscard]] std::vector<std::string> feature_names() const;
};

/// Owner of a data set: features M x D, and target, weight and offset of M entries or none.
/// T is what features are stored in, double, float, Bfloat16 or Float16, to which they are rounded;
/// the rest is in computing_t<T>, which is float for types of 16 bits.
template <class T>
class Dataset {
 public:
  using Computing = computing_t<T>;

  Dataset() = default;

  /// From values in memory. `features` holds M rows of `names.size()` numbers; `target`, `weight`
  /// and `offset` hold M numbers or none.
  /// Errors: InvalidArgument for sizes that do not match, weights below 0 or all 0.
  Dataset(std::vector<std::string> names, std::vector<T> features, std::vector<Computing> target,
          std::vector<Computing> weight = {}, std::vector<Computing> offset = {});

  [[nodiscard]] index_t count() const { return count_; }
  [[nodiscard]] index_t feature_count() const { return static_cast<index_t>(names_.size()); }
  [[nodiscard]] const std::vector<std::string>& feature_names() const { return names_; }
  [[nodiscard]] const ColumnRules& rules() const { return rules_; }

  /// What the evaluation takes; valid as long as the data set lives, also after a move.
  [[nodiscard]] Samples<T> samples() const;
  [[nodiscard]] MatrixView<const T> features() const;
  [[nodiscard]] VectorView<const Computing> target() const { return target_; }
  [[nodiscard]] VectorView<const Computing> weight() const { return weight_; }
  [[nodiscard]] VectorView<const Computing> offset() const { return offset_; }

  /// For encodings of the target that keep its size.
  [[nodiscard]] VectorView<Computing> mutable_target() { return target_; }

  /// Rows left out because a value was missing, and those left out by the filter.
  [[nodiscard]] index_t dropped_rows() const { return dropped_rows_; }
  [[nodiscard]] index_t filtered_rows() const { return filtered_rows_; }
  /// What a sample's error messages start with.
  [[nodiscard]] Position position(index_t sample) const { return lines_.position(file_, sample); }
  /// The file the data were read from; "data set" where they were given.
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  template <class>
  friend class DatasetBuilder;

  std::vector<std::string> names_;
  std::vector<T> features_;
  std::vector<Computing> target_;
  std::vector<Computing> weight_;
  std::vector<Computing> offset_;
  ColumnRules rules_;
  index_t count_ = 0;
  index_t dropped_rows_ = 0;
  index_t filtered_rows_ = 0;
  std::string file_ = "data set";
  RowLines lines_;
};

/// Reads a data set: read_table of the columns that have a role, then make_dataset.
///
/// Shapes: features M x D, D counting the levels of categorical columns (less one each).
/// Memory: the data set owns its values; while it is made the table it comes from exists too, and
///   one column of each expression.
/// Blocking: returns when the file is read; `read.threads` threads read and evaluate. Same bits for
///   any number of threads.
/// Errors: those of read_table and make_dataset.
/// Cost: one pass over the file and one over the values.
template <class T>
Dataset<T> read_dataset(const std::string& path, const DatasetOptions& options);

/// Reads the features a model was fitted on, and its offset where it has one. The file needs no
/// target and may hold other columns; `read.categorical` and `read.missing_texts` come from the
/// rules. Expressions are evaluated again, and the columns in them have to be there. A libsvm file
/// may have fewer features than that of the fit.
///
/// Shapes: features M x rules.feature_names().size(); target and weight empty.
/// Memory, Blocking, Cost: as above.
/// Errors: as above; a level the rules do not know is a DataError naming its place and the levels,
///   an index of a libsvm file beyond rules.libsvm_features one naming its place.
template <class T>
Dataset<T> read_dataset(const std::string& path, const ColumnRules& rules,
                        const ReadOptions& read = {});

/// A data set to predict for, and columns of its file that go with the predictions.
template <class T>
struct KeptDataset {
  Dataset<T> data;
  Table kept;  ///< a row a sample: text as levels of a column, numbers of .npy arrays as they are
};

/// The same, and the columns `kept` of the file as they are: identifiers, text of any number of
/// values. One that is a feature as well is kept as it is read there.
/// Errors: as above; a cell of a kept column that means "no value" is missing like any other;
///   DataError for a libsvm file, which has no identifiers.
template <class T>
KeptDataset<T> read_dataset_keeping(const std::string& path, const ColumnRules& rules,
                                    const std::vector<std::string>& kept,
                                    const ReadOptions& read = {});

/// Makes a data set of a table that is already in memory; of `options.read`, the threads and what
/// stands for a missing value are looked at.
///
/// Memory: copies; the table is unchanged.
/// Errors: DataError for a column that is unknown or has two roles, a text that is neither a column
///   nor an expression of columns, an expression of a column of text, with a result that is not
///   finite, a table without features or without rows, a filter that keeps no row, a weight below
///   0, weights that are all 0, both a weight and a weight file, one of another number of rows, a
///   value too large for T.
/// Cost: one pass over the values, and one for each expression.
template <class T>
Dataset<T> make_dataset(const Table& table, const DatasetOptions& options);

/// Refuses a target that the loss is not defined for, as a fit would, but by its place in the file.
///
/// Shapes: target M.
/// Errors: DataError with the first row outside the domain, its value and what the loss needs.
/// Cost: one pass over the target.
template <class T>
void check_target(const Dataset<T>& dataset, const Loss& loss);

/// The texts of a binary target's two values.
struct BinaryLabels {
  std::string negative;
  std::string positive;
};

/// Replaces a target of exactly two distinct values by 0 and 1, 1 standing for `positive`: a
/// number, or a level of a categorical target. Empty: the larger one (for levels, the later one).
///
/// Shapes: target M, unchanged.
/// Memory: in place; nothing is changed when it throws.
/// Errors: DataError where the target has one distinct value, or more than two (how many, and the
///   first row with the third), or where `positive` is neither of the two.
/// Cost: one pass over the target.
template <class T>
BinaryLabels encode_binary_target(Dataset<T>& dataset, const std::string& positive = "");

/// Replaces a target of two or more distinct values by the numbers 0 .. C-1 of classes: numbers in
/// ascending order, levels of a categorical target in theirs. Returns the classes' texts.
///
/// Shapes: target M, unchanged.
/// Memory: a copy of the target; nothing is changed when it throws.
/// Errors: DataError where the target has one distinct value, or more than
///   SoftmaxLoss::most_classes.
/// Cost: sorts the target.
template <class T>
std::vector<std::string> encode_class_target(Dataset<T>& dataset);

}  // namespace batchgrad
