#include "data/csv_blocks.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <sys/mman.h>
#include <utility>

namespace batchgrad::detail {

namespace {

std::size_t as_size(index_t n) { return static_cast<std::size_t>(n); }

// Large pages spare most of the page faults of a large table. Advice only.
void prefer_large_pages(double* begin, std::size_t count) {
  constexpr std::uintptr_t large_page = std::uintptr_t{1} << 21;
  const auto first = (reinterpret_cast<std::uintptr_t>(begin) + large_page - 1) & -large_page;
  const auto last = reinterpret_cast<std::uintptr_t>(begin + count) & -large_page;
  if (first >= last) return;
  (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

}  // namespace

TableAssembler::TableAssembler(const ColumnPlan& plan, index_t first_line, index_t text_size)
    : plan_(plan),
      width_(static_cast<index_t>(plan.outputs.size())),
      text_size_(text_size),
      levels_(plan.level_outputs.size()),
      line_(first_line) {
  for (std::size_t set = 0; set < levels_.size(); ++set) {
    const Column& column = plan.outputs[as_size(plan.level_outputs[set])];
    for (const auto& level : column.levels) levels_[set].find_or_add(level);
  }
}

void TableAssembler::add(Block block, index_t index, index_t block_size) {
  const std::lock_guard lock(mutex_);
  if (index != next_index_) {
    block.keep_values(width_);
    waiting_.emplace(index, Waiting{std::move(block), block_size});
    return;
  }
  append(block, block_size);
  while (!waiting_.empty() && waiting_.begin()->first == next_index_) {
    const auto next = waiting_.extract(waiting_.begin());
    append(next.mapped().block, next.mapped().size);
  }
}

void TableAssembler::append(const Block& block, index_t block_size) {
  ++next_index_;
  if (failure_) return;
  try {
    check(block);
    append_values(block, block_size);
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void TableAssembler::check(const Block& block) {
  const bool has_rows = block.rows + block.dropped_rows > 0 || block.error;
  if (blank_line_ && has_rows) {
    throw DataError({plan_.file, *blank_line_, 1}, blank_line_problem);
  }
  if (block.failure) std::rethrow_exception(block.failure);
  if (block.error) {
    throw DataError({plan_.file, line_ + block.error->line, block.error->column},
                    block.error->problem);
  }
}

void TableAssembler::append_values(const Block& block, index_t block_size) {
  if (block.blank_line && !blank_line_) blank_line_ = line_ + *block.blank_line;
  reserve(block, block_size);
  for (const auto& [row, line] : block.row_lines) lines_.start(rows_ + row, line_ + line);
  values_.insert(values_.end(), block.values, block.values + as_size(block.rows * width_));
  for (std::size_t set = 0; set < levels_.size(); ++set) renumber(block, set);
  rows_ += block.rows;
  dropped_rows_ += block.dropped_rows;
  line_ += block.lines;
}

// The first block tells how many values a byte of text makes.
void TableAssembler::reserve(const Block& block, index_t block_size) {
  if (!values_.empty() || block.rows == 0) return;
  const double blocks = static_cast<double>(text_size_) / static_cast<double>(block_size);
  constexpr double margin = 1.03;
  const auto rows = static_cast<index_t>(static_cast<double>(block.rows) * blocks * margin);
  values_.reserve(as_size(std::max(rows, block.rows) * width_));
  prefer_large_pages(values_.data(), values_.capacity());
}

// From the block's numbers of levels to the file's. Levels that only dropped rows have get none.
void TableAssembler::renumber(const Block& block, std::size_t set) {
  const auto& texts = block.levels[set].texts();
  std::vector<index_t> numbers(texts.size(), -1);
  for (index_t row = rows_; row < rows_ + block.rows; ++row) {
    double& value = values_[as_size(row * width_ + plan_.level_outputs[set])];
    const auto local = static_cast<std::size_t>(value);
    if (numbers[local] < 0) numbers[local] = levels_[set].find_or_add(texts[local]);
    value = static_cast<double>(numbers[local]);
  }
  const std::size_t count = levels_[set].texts().size();
  if (static_cast<index_t>(count) <= level_limit) return;
  const std::string& name = plan_.outputs[as_size(plan_.level_outputs[set])].name;
  throw DataError({plan_.file},
                  fmt::format("column '{}' has more than {} levels (it looks like an identifier) "
                              "leave it out with --ignore {}",
                              name, level_limit, name));
}

void TableAssembler::sort_levels(std::size_t set, Column& column) {
  if (!column.levels.empty()) return;
  column.levels = levels_[set].texts();
  std::sort(column.levels.begin(), column.levels.end());
  std::vector<double> number;
  for (const auto& text : levels_[set].texts()) {
    const auto place = std::lower_bound(column.levels.begin(), column.levels.end(), text);
    number.push_back(static_cast<double>(place - column.levels.begin()));
  }
  for (index_t row = 0; row < rows_; ++row) {
    double& value = values_[as_size(row * width_ + plan_.level_outputs[set])];
    value = number[static_cast<std::size_t>(value)];
  }
}

Table TableAssembler::finish() {
  if (failure_) std::rethrow_exception(failure_);
  if (rows_ == 0 && dropped_rows_ == 0) {
    throw DataError({plan_.file},
                    "there are no rows (the file ends behind its header) check how "
                    "it was written");
  }
  if (rows_ == 0) {
    throw DataError({plan_.file},
                    fmt::format("no row is left (all {} lack a value in a column that is read) "
                                "leave sparse columns out with --ignore NAME",
                                dropped_rows_));
  }
  std::vector<Column> columns = plan_.outputs;
  for (std::size_t set = 0; set < levels_.size(); ++set) {
    sort_levels(set, columns[as_size(plan_.level_outputs[set])]);
  }
  Table table(std::move(columns), std::move(values_));
  table.set_source(plan_.file, std::move(lines_), dropped_rows_);
  return table;
}

}  // namespace batchgrad::detail
