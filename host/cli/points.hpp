#pragma once

#include <batchgrad/derivative_options.hpp>
#include <batchgrad/expression.hpp>
#include <batchgrad/table_stream.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "data_options.hpp"
#include "function_options.hpp"

namespace batchgrad::cli {

/// Where a function is looked at: one point on the command line, or the rows of a file.
struct PointOptions {
  Assignments at;
  std::string path;
  std::vector<std::string> ignore;
  DataOptions data;

  [[nodiscard]] bool is_file() const { return !path.empty(); }
};

void add_point_options(CLI::App& app, PointOptions& options);

/// Points a block at a time, in memory that does not grow with their number. In a file the columns
/// that have the names of the variables are the point; files without names have one column for
/// each variable, in order.
class PointSource {
 public:
  /// Errors: UsageError where neither or both of --at and --points are given, or --at does not fit
  ///   f; DataError where a variable has no column.
  PointSource(const PointOptions& options, const Expression& f, const CommonOptions& common);

  /// Of all columns that are read, in the file's order.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool is_float32() const;
  /// "point" for messages about --at, else the file.
  [[nodiscard]] const std::string& file() const { return file_; }

  /// Reads the next points, at most `capacity`; false where there are none left.
  /// Errors: those of TableStream; a point outside of `bounds` is a UsageError or a DataError.
  bool read(index_t capacity, const std::vector<Interval>& bounds);

  /// The last block: rows with all columns, and the points, N x P.
  [[nodiscard]] MatrixView<const double> rows() const { return rows_; }
  [[nodiscard]] MatrixView<const double> points() const { return points_; }
  /// Points in front of the last block, and rows left out for a missing value.
  [[nodiscard]] index_t points_before() const { return points_before_; }
  [[nodiscard]] index_t dropped_rows() const { return stream_ ? stream_->dropped_rows() : 0; }

 private:
  void match_columns(const Expression& f);
  index_t read_rows(index_t capacity);
  void check_bounds(const std::vector<Interval>& bounds) const;

  std::vector<std::string> variables_;
  std::optional<TableStream> stream_;  ///< none: --at
  std::string file_ = "point";
  std::vector<std::string> names_;
  std::vector<index_t> columns_;  ///< of each variable
  std::vector<double> row_values_;
  std::vector<double> point_values_;
  MatrixView<const double> rows_;
  MatrixView<const double> points_;
  index_t points_before_ = 0;
};

/// The context for the points: one on the command line is not worth starting a device.
[[nodiscard]] Context open_point_context(const PointOptions& options, const CommonOptions& common);

}  // namespace batchgrad::cli
