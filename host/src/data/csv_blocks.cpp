#include "data/csv_blocks.hpp"

#include <batchgrad/error.hpp>

#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace batchgrad::detail {

namespace {

std::size_t as_size(index_t n) { return static_cast<std::size_t>(n); }

void throw_first_error(const std::vector<Block>& blocks, const std::string& file,
                       index_t first_line) {
  std::optional<index_t> blank_line;
  index_t line = first_line;
  for (const Block& block : blocks) {
    const bool has_rows = block.rows + block.dropped_rows > 0 || block.error;
    if (blank_line && has_rows) throw DataError({file, *blank_line, 1}, blank_line_problem);
    if (block.failure) std::rethrow_exception(block.failure);
    if (block.error) {
      throw DataError({file, line + block.error->line, block.error->column}, block.error->problem);
    }
    if (block.blank_line && !blank_line) blank_line = line + *block.blank_line;
    line += block.lines;
  }
}

// The levels that occur in the rows kept, sorted; those given stay as they are.
void collect_levels(const std::vector<Block>& blocks, const ColumnPlan& plan, std::size_t set,
                    Column& column) {
  if (!column.levels.empty()) return;
  const auto width = static_cast<index_t>(plan.outputs.size());
  const index_t output = plan.level_outputs[set];
  std::set<std::string> texts;
  for (const Block& block : blocks) {
    const auto& local = block.levels[set].texts();
    std::vector<bool> is_used(local.size(), false);
    for (index_t row = 0; row < block.rows; ++row) {
      is_used[static_cast<std::size_t>(block.values[as_size(row * width + output)])] = true;
    }
    for (std::size_t i = 0; i < local.size(); ++i) {
      if (is_used[i]) texts.insert(local[i]);
    }
  }
  if (static_cast<index_t>(texts.size()) > level_limit) {
    throw DataError({plan.file},
                    fmt::format("column '{}' has {} levels (more than {}: it looks like an "
                                "identifier) leave it out with --ignore {}",
                                column.name, texts.size(), level_limit, column.name));
  }
  column.levels.assign(texts.begin(), texts.end());
}

void renumber_levels(std::vector<Block>& blocks, const ColumnPlan& plan, std::size_t set,
                     const Column& column) {
  const auto width = static_cast<index_t>(plan.outputs.size());
  const index_t output = plan.level_outputs[set];
  LevelSet sorted;
  for (const auto& level : column.levels) sorted.find_or_add(level);
  for (Block& block : blocks) {
    std::vector<double> number;
    for (const auto& text : block.levels[set].texts()) {
      number.push_back(static_cast<double>(sorted.find(text)));
    }
    for (index_t row = 0; row < block.rows; ++row) {
      double& value = block.values[as_size(row * width + output)];
      value = number[static_cast<std::size_t>(value)];
    }
  }
}

}  // namespace

Table assemble(std::vector<Block> blocks, const ColumnPlan& plan, index_t first_line) {
  throw_first_error(blocks, plan.file, first_line);
  index_t rows = 0;
  index_t dropped_rows = 0;
  for (const Block& block : blocks) {
    rows += block.rows;
    dropped_rows += block.dropped_rows;
  }
  if (rows == 0 && dropped_rows == 0) {
    throw DataError({plan.file},
                    "there are no rows (the file ends behind its header) check how it "
                    "was written");
  }
  if (rows == 0) {
    throw DataError({plan.file},
                    fmt::format("no row is left (all {} lack a value in a column that is read) "
                                "leave sparse columns out with --ignore NAME",
                                dropped_rows));
  }
  std::vector<Column> columns = plan.outputs;
  for (std::size_t set = 0; set < plan.level_outputs.size(); ++set) {
    Column& column = columns[as_size(plan.level_outputs[set])];
    collect_levels(blocks, plan, set, column);
    renumber_levels(blocks, plan, set, column);
  }
  std::vector<double> values;
  values.reserve(as_size(rows) * columns.size());
  RowLines lines;
  index_t line = first_line;
  index_t row = 0;
  for (Block& block : blocks) {
    for (const auto& [local_row, local_line] : block.row_lines) {
      lines.start(row + local_row, line + local_line);
    }
    const double* begin = block.values.get();
    values.insert(values.end(), begin, begin + as_size(block.rows) * columns.size());
    block.values.reset();
    row += block.rows;
    line += block.lines;
  }
  Table table(std::move(columns), std::move(values));
  table.set_source(plan.file, std::move(lines), dropped_rows);
  return table;
}

}  // namespace batchgrad::detail
