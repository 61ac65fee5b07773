#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad {

/// The rows of a file, a block at a time: what read_table reads, of a file of any length, in fixed
/// memory. The columns are known from the beginning.
///
///   TableStream points("points.csv");
///   std::vector<double> values(4096 * points.columns().size());
///   const MatrixView<double> block(values.data(), 4096, index_t(points.columns().size()));
///   while (const index_t rows = points.read(block)) use(block.row_range(0, rows));
///
/// Memory: two pieces of the file for each thread; a row longer than a piece makes it grow. A
///   column-major .npy array that is packed or comes from a pipe is held whole, and so are the
///   pairs of a libsvm file, 12 bytes each.
/// Blocking: read() returns when its rows are there; `options.threads` threads parse ahead of it.
///   Same bits for any number of threads.
/// Errors: those of read_table, when the reading comes to them; it goes in pieces, so that rows
///   right in front of one are not handed out. From then on every read() throws the same. Also
///   InvalidArgument for categorical columns: their level numbers need the whole file.
class TableStream {
 public:
  /// Opens the file and reads the names of its columns.
  explicit TableStream(const std::string& path, const ReadOptions& options = {},
                       const Selection& selection = {});
  ~TableStream();
  TableStream(TableStream&&) noexcept;
  TableStream& operator=(TableStream&&) noexcept;

  [[nodiscard]] const std::vector<Column>& columns() const;
  [[nodiscard]] std::vector<std::string> names() const;
  /// The place of a column. Errors: DataError naming the nearest column where there is none.
  [[nodiscard]] index_t column_index(std::string_view name) const;
  /// Whether the file names its columns; else they are c1, c2, ...
  [[nodiscard]] bool has_names() const;
  /// Whether the file holds its numbers as float32.
  [[nodiscard]] bool is_float32() const;
  /// What messages call the file.
  [[nodiscard]] const std::string& file() const;

  /// Fills the first rows of `rows` with the next ones of the file and returns how many; fewer than
  /// `rows` has only at the end, 0 behind it.
  /// Errors: InvalidArgument where `rows` is empty or has other columns than the stream.
  index_t read(MatrixView<double> rows);

  /// What messages about a row of the last read() start with; `row` counts from 0 in that read.
  [[nodiscard]] Position position(index_t row) const;
  /// Rows read so far, and those left out because a selected value was missing.
  [[nodiscard]] index_t rows_read() const;
  [[nodiscard]] index_t dropped_rows() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace batchgrad
