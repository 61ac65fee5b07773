#pragma once

#include <batchgrad/table.hpp>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "data/column_plan.hpp"
#include "data/level_set.hpp"

namespace batchgrad::detail {

/// Rows that follow each other in a file.
struct RowBlock {
  MatrixView<double> values;                       ///< rows x selected columns
  std::vector<std::pair<index_t, index_t>> lines;  ///< (row, its line in the file) after every gap
  index_t dropped_rows = 0;
  /// (row, rows left out right in front of it); of what next() returns, none is behind the last
  /// row.
  std::vector<std::pair<index_t, index_t>> gaps;
};

/// The rows of a file in its order, a block at a time; one class for each format.
class RowSource {
 public:
  explicit RowSource(ColumnPlan plan);
  virtual ~RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;

  /// At least one row, valid until the next call; null at the end of the file.
  /// Errors: DataError and FileError, the first of the file and from then on the same again; a file
  /// without rows.
  const RowBlock* next();

  [[nodiscard]] const ColumnPlan& plan() const { return plan_; }
  /// The categorical columns' levels. Those of the plan come first, the others in the order in
  /// which they were met; cells are places in this list.
  [[nodiscard]] const std::vector<LevelSet>& levels() const { return levels_; }
  /// How many rows there will be, as far as the first block tells; 0: unknown.
  [[nodiscard]] virtual index_t expected_rows(const RowBlock& first) const = 0;
  [[nodiscard]] index_t dropped_rows() const { return dropped_rows_; }

 protected:
  /// The next rows into `block`, which is empty; perhaps none. False at the end.
  virtual bool read(RowBlock& block) = 0;

  std::vector<LevelSet>& known_levels() { return levels_; }

 private:
  const RowBlock* find_rows();

  ColumnPlan plan_;
  std::vector<LevelSet> levels_;
  RowBlock block_;
  index_t rows_ = 0;
  index_t dropped_rows_ = 0;
  index_t carried_ = 0;  // rows left out behind the last one that was handed out
  std::exception_ptr failure_;
};

}  // namespace batchgrad::detail
