#pragma once

#include <batchgrad/error.hpp>
#include <batchgrad/regression/samples.hpp>
#include <batchgrad/table.hpp>

#include <string>
#include <vector>

namespace batchgrad {

/// What each column of a file is for. A column has one role only; `read.categorical` is no role
/// but a way of reading and goes with a feature or the target.
struct DatasetOptions {
  std::string target;
  std::vector<std::string> features;  ///< in this order; empty: every column without another role
  std::vector<std::string> ignore;
  std::string weight;  ///< empty: every sample weighs 1
  std::string offset;  ///< empty: 0
  ReadOptions read;
};

/// How columns become features: all that predicting with a model needs to read data as its fit
/// did. A plain value, made to be stored.
struct ColumnRules {
  /// A column that goes into the features: a number, or with levels one feature for each level
  /// after the first, the reference, which is 1 in the rows of that level and 0 elsewhere.
  struct Input {
    std::string column;
    std::vector<std::string> levels;
  };
  std::vector<Input> inputs;
  std::string target;
  std::vector<std::string> target_levels;  ///< of a categorical target; empty: numbers
  std::string weight;
  std::string offset;  ///< needed to predict as well; empty: none
  std::vector<std::string> missing_texts = {"", "NA"};

  /// "column", or "column=level", in the order of the features.
  [[nodiscard]] std::vector<std::string> feature_names() const;
};

/// Owner of a data set: features M x D, and target, weight and offset of M entries or none.
/// T is float or double.
template <class T>
class Dataset {
 public:
  Dataset() = default;

  /// From values in memory. `features` holds M rows of `names.size()` numbers; `target`, `weight`
  /// and `offset` hold M numbers or none.
  /// Errors: InvalidArgument for sizes that do not match, weights below 0 or all 0.
  Dataset(std::vector<std::string> names, std::vector<T> features, std::vector<T> target,
          std::vector<T> weight = {}, std::vector<T> offset = {});

  [[nodiscard]] index_t count() const { return count_; }
  [[nodiscard]] index_t feature_count() const { return static_cast<index_t>(names_.size()); }
  [[nodiscard]] const std::vector<std::string>& feature_names() const { return names_; }
  [[nodiscard]] const ColumnRules& rules() const { return rules_; }

  /// What the evaluation takes; valid as long as the data set lives, also after a move.
  [[nodiscard]] Samples<T> samples() const;
  [[nodiscard]] MatrixView<const T> features() const;
  [[nodiscard]] VectorView<const T> target() const { return target_; }
  [[nodiscard]] VectorView<const T> weight() const { return weight_; }
  [[nodiscard]] VectorView<const T> offset() const { return offset_; }

  /// For encodings of the target that keep its size.
  [[nodiscard]] VectorView<T> mutable_target() { return target_; }

  [[nodiscard]] index_t dropped_rows() const { return dropped_rows_; }
  /// What a sample's error messages start with.
  [[nodiscard]] Position position(index_t sample) const { return lines_.position(file_, sample); }
  /// The file the data were read from; "data set" where they were given.
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  template <class>
  friend class DatasetBuilder;

  std::vector<std::string> names_;
  std::vector<T> features_;
  std::vector<T> target_;
  std::vector<T> weight_;
  std::vector<T> offset_;
  ColumnRules rules_;
  index_t count_ = 0;
  index_t dropped_rows_ = 0;
  std::string file_ = "data set";
  RowLines lines_;
};

/// Reads a data set: read_table of the columns that have a role, then make_dataset.
///
/// Shapes: features M x D, D counting the levels of categorical columns (less one each).
/// Memory: the data set owns its values; while it is made the table it comes from exists too.
/// Blocking: returns when the file is read.
/// Errors: those of read_table and make_dataset.
/// Cost: one pass over the file and one over the values.
template <class T>
Dataset<T> read_dataset(const std::string& path, const DatasetOptions& options);

/// Reads the features a model was fitted on, and its offset where it has one. The file needs no
/// target and may hold other columns; `read.categorical` and `read.missing_texts` come from the
/// rules.
///
/// Shapes: features M x rules.feature_names().size(); target and weight empty.
/// Memory, Blocking, Cost: as above.
/// Errors: as above; a level the rules do not know is a DataError naming its place and the levels.
template <class T>
Dataset<T> read_dataset(const std::string& path, const ColumnRules& rules,
                        const ReadOptions& read = {});

/// Makes a data set of a table that is already in memory; `options.read` is not looked at.
///
/// Memory: copies; the table is unchanged.
/// Errors: DataError for a column that is unknown or has two roles, a table without features or
///   without rows, a weight below 0, weights that are all 0, a value too large for T.
/// Cost: one pass over the values.
template <class T>
Dataset<T> make_dataset(const Table& table, const DatasetOptions& options);

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

}  // namespace batchgrad
