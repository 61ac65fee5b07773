#include <batchgrad/table_stream.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "data/column_plan.hpp"
#include "data/read_table.hpp"
#include "data/row_source.hpp"

namespace batchgrad {

struct TableStream::State {
  /// Sees to it that the block at hand has rows left; false at the end of the file.
  bool find_rows();
  /// Copies rows of the block to row `first` of a read and returns how many.
  index_t copy(MatrixView<double> into, index_t first);
  void copy_lines(index_t first, index_t count);

  std::unique_ptr<detail::RowSource> source;
  const detail::RowBlock* block = nullptr;
  index_t block_row = 0;  // the next one of the block
  RowLines lines;         // of the last read
  index_t rows_before = 0;
  index_t left_out = 0;  // rows of the file, so far and before the last read
  index_t left_out_before = 0;
  index_t rows_read = 0;
};

TableStream::TableStream(const std::string& path, const ReadOptions& options,
                         const Selection& selection)
    : state_(std::make_unique<State>()) {
  if (!options.categorical.empty()) {
    throw InvalidArgument(
        fmt::format("column '{}' cannot be categorical in a stream (its levels "
                    "are known when all of the file is read) use read_table",
                    options.categorical.front()));
  }
  detail::TableRequest request;
  request.options = options;
  request.selection = selection;
  state_->source = detail::open_rows(path, request);
}

TableStream::~TableStream() = default;
TableStream::TableStream(TableStream&&) noexcept = default;
TableStream& TableStream::operator=(TableStream&&) noexcept = default;

const std::vector<Column>& TableStream::columns() const { return state_->source->plan().outputs; }

std::vector<std::string> TableStream::names() const { return detail::names_of(columns()); }

index_t TableStream::column_index(std::string_view name) const {
  return detail::column_index(columns(), name, file());
}

bool TableStream::has_names() const { return state_->source->plan().header == Header::present; }

bool TableStream::is_float32() const { return state_->source->plan().is_float32; }

const std::string& TableStream::file() const { return state_->source->plan().file; }

index_t TableStream::read(MatrixView<double> rows) {
  const auto width = static_cast<index_t>(columns().size());
  if (rows.rows() == 0 || rows.columns() != width) {
    throw InvalidArgument(
        fmt::format("the block is {}x{} (the stream has {} columns) pass one or "
                    "more rows of {}",
                    rows.rows(), rows.columns(), width, width));
  }
  state_->lines = RowLines();
  state_->rows_before = state_->rows_read;
  state_->left_out_before = state_->left_out;
  index_t filled = 0;
  while (filled < rows.rows() && state_->find_rows()) {
    filled += state_->copy(rows.row_range(filled, rows.rows() - filled), filled);
  }
  state_->rows_read += filled;
  return filled;
}

bool TableStream::State::find_rows() {
  if (block != nullptr && block_row < block->values.rows()) return true;
  block_row = 0;
  block = nullptr;  // gone even if there is no next one
  block = source->next();
  return block != nullptr;
}

index_t TableStream::State::copy(MatrixView<double> into, index_t first) {
  const index_t count = std::min(into.rows(), block->values.rows() - block_row);
  for (index_t i = 0; i < count; ++i) {
    const VectorView<double> row = block->values.row(block_row + i);
    std::copy(row.begin(), row.end(), into.row(i).begin());
  }
  copy_lines(first, count);
  block_row += count;
  return count;
}

void TableStream::State::copy_lines(index_t first, index_t count) {
  const index_t end = block_row + count;
  for (const auto& [row, rows] : block->gaps) {
    if (row < block_row || row >= end) continue;
    lines.leave_out(first + (row - block_row), rows);
    left_out += rows;
  }
  auto after = std::upper_bound(
      block->lines.begin(), block->lines.end(), block_row,
      [](index_t row, const std::pair<index_t, index_t>& start) { return row < start.first; });
  if (after == block->lines.begin()) return;
  const auto& [start, line] = *std::prev(after);
  lines.start(first, line + (block_row - start));
  for (; after != block->lines.end() && after->first < end; ++after) {
    lines.start(first + (after->first - block_row), after->second);
  }
}

Position TableStream::position(index_t row) const {
  const index_t line = state_->lines.line_of(row);
  if (line > 0) return {file(), line, 0};
  const index_t in_read = state_->lines.row_in_file(row);
  return RowLines().position(file(), state_->rows_before + state_->left_out_before + in_read);
}

index_t TableStream::rows_read() const { return state_->rows_read; }

index_t TableStream::dropped_rows() const { return state_->source->dropped_rows(); }

}  // namespace batchgrad
