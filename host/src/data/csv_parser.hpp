#pragma once

#include <batchgrad/core/view.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/column_plan.hpp"
#include "data/csv_chunks.hpp"
#include "data/csv_field.hpp"
#include "data/level_set.hpp"

namespace batchgrad::detail {

/// Lines count from 0 at the beginning of the chunk.
struct ChunkError {
  index_t line = 0;
  index_t column = 0;  ///< in bytes, from 1
  std::string problem;
};

/// What one chunk holds.
struct Block {
  double* values = nullptr;  ///< rows x selected columns; the parser's
  index_t rows = 0;
  index_t dropped_rows = 0;
  std::vector<std::pair<index_t, index_t>> gaps;  ///< (row, rows left out right in front of it)
  index_t lines = 0;
  std::vector<std::pair<index_t, index_t>> row_lines;  ///< (row, its line) after every gap
  std::vector<LevelSet> levels;                        ///< one for each categorical column
  std::optional<index_t> blank_line;  ///< the first of the blank lines that end the chunk
  std::optional<ChunkError> error;    ///< the first in the chunk; rows before it were read
  std::exception_ptr failure;         ///< the chunk could not be read
};

/// Parses chunks one after the other, for one thread.
class ChunkParser {
 public:
  explicit ChunkParser(const ColumnPlan& plan);

  /// The block's values are valid until the next call.
  Block parse(const Chunk& chunk);

 private:
  enum class Row { kept, dropped, failed };
  enum class Cell { value, missing, failed };

  Row parse_row(double* row);
  bool parse_plain_number(char terminator, double& value);
  Cell parse_cell(std::size_t place, double* row);
  Cell parse_number_cell(const RawField& raw, std::size_t place, double& value);
  Cell parse_level_cell(const RawField& raw, std::size_t place, double& value);
  Cell missing_cell(const RawField& raw, std::size_t place);
  bool skip_field(std::size_t place);
  bool check_text(const RawField& raw, std::size_t place);
  [[nodiscard]] bool is_missing(std::string_view text) const;
  [[nodiscard]] bool is_missing(double value) const;
  bool skip_blank_lines();
  void fail(const char* at, std::string problem);
  void fail_row_length(const char* row_begin);

  const ColumnPlan& plan_;
  std::unique_ptr<double[]> scratch_;
  index_t scratch_capacity_ = 0;
  // The chunk at hand.
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  const char* at_ = nullptr;
  bool has_skipped_fields_ = false;
  bool has_nul_ = false;
  bool is_first_ = false;
  index_t quoted_lines_ = 0;  // line feeds inside the quotes of the row at hand
  Block block_;
};

constexpr const char* blank_line_problem =
    "a blank line between rows (only the end of the file may have some) remove it";

}  // namespace batchgrad::detail
