#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/error.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace batchgrad {

/// Whether the first line of a text file names its columns. Without one they are c1, c2, ...
enum class Header { present, absent };

/// What a missing value in a selected column does: stops the reading, or leaves its row out.
enum class Missing { error, drop };

/// The format of a file. Packing by gzip is found by itself in any case.
/// automatic: .npy by its first bytes; libsvm where no delimiter is given and the first line that
///   is neither blank nor a comment nor a label alone begins like "1 3:0.5"; else csv.
enum class FileFormat { automatic, csv, npy, libsvm };

/// How a file is read.
struct ReadOptions {
  FileFormat format = FileFormat::automatic;
  char delimiter = '\0';  ///< '\0': found from the first line among comma, tab, semicolon and bar
  Header header = Header::present;
  Missing missing = Missing::error;
  std::vector<std::string> missing_texts = {"", "NA"};  ///< the cells that mean "no value"
  std::vector<std::string> categorical;                 ///< columns of text: read as level numbers
  index_t threads = 0;                                  ///< 0: as many as the machine has cores
  /// Called now and then, by any thread, while a pipe or terminal has nothing to read; what it
  /// throws ends the reading.
  std::function<void()> while_waiting;
};

/// Which columns of a file are read; the others are neither parsed nor checked.
struct Selection {
  std::vector<std::string> columns;  ///< in this order; empty: every column, in the file's order
  std::vector<std::string> ignore;   ///< left out
};

/// One column of a table. Categorical columns have levels, sorted by bytes, and their values are
/// positions in that list; a column of numbers has none.
struct Column {
  std::string name;
  std::vector<std::string> levels;

  [[nodiscard]] bool is_categorical() const { return !levels.empty(); }
};

/// Where the rows of a table stand in the file they were read from. Rows usually sit on
/// consecutive lines, so only the rows after a gap are stored, and so are the rows left out.
class RowLines {
 public:
  /// From `row` on, lines count up from `line`. Rows must not decrease from call to call.
  void start(index_t row, index_t line);
  /// The line of `row`, from 1; 0 where unknown.
  [[nodiscard]] index_t line_of(index_t row) const;
  /// `count` rows of the file in front of `row` were left out. Rows must not decrease.
  void leave_out(index_t row, index_t count);
  /// Which of the file's rows `row` is, from 0: those that were left out count.
  [[nodiscard]] index_t row_in_file(index_t row) const;
  /// What messages about a row start with: file and line, or "file row N" where no line is known.
  [[nodiscard]] Position position(const std::string& file, index_t row) const;

 private:
  std::vector<std::pair<index_t, index_t>> starts_;
  std::vector<std::pair<index_t, index_t>> gaps_;  // (row, rows left out in front of it in all)
};

/// Named columns of finite numbers, row-major. Owns its values; a move leaves the views valid.
class Table {
 public:
  Table() = default;

  /// Takes ownership of `values`, rows * columns.size() numbers, row by row.
  /// Errors: InvalidArgument where the number of values is not a multiple of the columns.
  Table(std::vector<Column> columns, std::vector<double> values);

  [[nodiscard]] index_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] std::vector<std::string> names() const;
  /// rows x columns; valid as long as the table lives.
  [[nodiscard]] MatrixView<const double> values() const;
  [[nodiscard]] double operator()(index_t row, index_t column) const;

  /// The place of a column, or nothing.
  [[nodiscard]] std::optional<index_t> find_column(std::string_view name) const;
  /// The place of a column. Errors: DataError naming the nearest column where there is none.
  [[nodiscard]] index_t column_index(std::string_view name) const;
  /// A copy of one column's values.
  [[nodiscard]] std::vector<double> column(std::string_view name) const;

  /// Rows of the file left out because a selected value was missing.
  [[nodiscard]] index_t dropped_rows() const { return dropped_rows_; }
  /// What a row's error messages start with.
  [[nodiscard]] Position position(index_t row) const { return lines_.position(file_, row); }

  /// The file the table was read from; "table" where it was made in memory.
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const RowLines& lines() const { return lines_; }
  /// The features of a libsvm file, all of them; 0: the table came from another format.
  [[nodiscard]] index_t libsvm_features() const { return libsvm_features_; }
  void set_libsvm_features(index_t count) { libsvm_features_ = count; }
  /// Where the table came from: its file, the lines of its rows, how many rows were left out.
  void set_source(std::string file, RowLines lines, index_t dropped_rows);

 private:
  std::vector<Column> columns_;
  std::vector<double> values_;
  index_t rows_ = 0;
  index_t dropped_rows_ = 0;
  index_t libsvm_features_ = 0;
  std::string file_ = "table";
  RowLines lines_;
};

/// Reads a table from CSV, TSV (any one-byte delimiter), .npy or libsvm, plain or gzip: the content
/// decides, not the name, unless options.format does. "-" is standard input.
///
/// libsvm is a text of lines "label index:value index:value ...", indices ascending from 1; the
/// columns are `label`, `c1`, ..., `cD`, D being the largest index, and values that are not written
/// are 0. Blank lines and what follows a # are passed over. Every line is checked whole, also
/// where columns are not read.
///
/// Numbers are rounded to the nearest double, ties to even: integers above 2^53 are rounded,
/// magnitudes below the smallest double are 0. Accepted are a leading '+', spaces around a number,
/// numbers in quotes, a UTF-8 byte order mark, LF and CRLF, and blank lines at the end.
///
/// Shapes: one row per record (less those dropped), one column per selected column.
/// Memory: the table and a few pieces of the file, which is never held whole; where its length is
///   not known beforehand (gzip, pipes) up to twice the table. The table owns all it shows. Of
///   libsvm files, 12 bytes for each pair that is written are held beside it.
/// Blocking: returns when the file is read; uses `options.threads` threads. Same bits for any
///   number of threads.
/// Errors: FileError where the file cannot be read. DataError naming file, line, column and the
///   remedy for a cell that is not a finite number (text, missing, out of range, decimal comma),
///   a row of another length, an unclosed quote, a NUL byte, a header that is missing or repeats
///   a name, an unknown column, a file without rows; in libsvm files for a line without a label,
///   qid groups, a pair without a colon, indices that are no whole numbers from 1 to 2147483647 or
///   do not ascend, more columns than the machine's memory holds. Of several, the first in the
///   file.
/// Cost: one pass, bound by number parsing; gzip is unpacked by one thread.
Table read_table(const std::string& path, const ReadOptions& options = {},
                 const Selection& selection = {});

}  // namespace batchgrad
