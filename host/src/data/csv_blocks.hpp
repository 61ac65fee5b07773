#pragma once

#include <batchgrad/table.hpp>

#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "data/column_plan.hpp"
#include "data/csv_parser.hpp"

namespace batchgrad::detail {

/// Puts the blocks of a file together in the file's order: lines get their numbers in the file,
/// levels their places in the sorted list. add() may be called by several threads at once; blocks
/// that come too early wait.
class TableAssembler {
 public:
  /// The first block begins at `first_line`; `text_size` is how many bytes all blocks come from,
  /// as far as that is known: a good guess saves copies, no more.
  TableAssembler(const ColumnPlan& plan, index_t first_line, index_t text_size);

  /// Block `index` of the file, parsed from `block_size` bytes.
  void add(Block block, index_t index, index_t block_size);

  /// Errors: the first of the blocks, as DataError; no rows; a column of too many levels.
  Table finish();

 private:
  void append(const Block& block, index_t block_size);
  void check(const Block& block);
  void append_values(const Block& block, index_t block_size);
  void reserve(const Block& block, index_t block_size);
  void renumber(const Block& block, std::size_t set);
  void sort_levels(std::size_t set, Column& column);

  const ColumnPlan& plan_;
  index_t width_;
  index_t text_size_;
  std::mutex mutex_;
  struct Waiting {
    Block block;
    index_t size = 0;
  };
  std::map<index_t, Waiting> waiting_;
  index_t next_index_ = 0;

  // The file as far as it is together.
  std::vector<double> values_;
  std::vector<LevelSet> levels_;  // in the order in which they were met
  RowLines lines_;
  index_t line_;
  index_t rows_ = 0;
  index_t dropped_rows_ = 0;
  std::optional<index_t> blank_line_;
  std::exception_ptr failure_;
};

}  // namespace batchgrad::detail
