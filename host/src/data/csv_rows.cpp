#include "data/csv_rows.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "as_size.hpp"

namespace batchgrad::detail {

CsvRows::CsvRows(std::unique_ptr<ByteSource> source, std::unique_ptr<ChunkSource> chunks,
                 ColumnPlan plan, index_t first_line, index_t threads)
    : RowSource(std::move(plan)),
      source_(std::move(source)),
      chunks_(std::move(chunks)),
      line_(first_line),
      blocks_(*chunks_, this->plan(), threads) {}

bool CsvRows::read(RowBlock& block) {
  ParsedChunk* parsed = blocks_.next();
  if (parsed == nullptr) return false;
  Block& rows = parsed->block;
  check(rows);
  for (std::size_t set = 0; set < rows.levels.size(); ++set) renumber(rows, set);
  if (rows.blank_line && !blank_line_) blank_line_ = line_ + *rows.blank_line;
  block.values = {rows.values, rows.rows, static_cast<index_t>(plan().outputs.size())};
  block.lines = std::move(rows.row_lines);
  for (auto& start : block.lines) start.second += line_;
  block.dropped_rows = rows.dropped_rows;
  block.gaps = std::move(rows.gaps);
  line_ += rows.lines;
  chunk_size_ = parsed->chunk.size;
  return true;
}

void CsvRows::check(const Block& block) const {
  const bool has_rows = block.rows + block.dropped_rows > 0 || block.error;
  if (blank_line_ && has_rows) {
    throw DataError({plan().file, *blank_line_, 1}, blank_line_problem);
  }
  if (block.failure) std::rethrow_exception(block.failure);
  if (block.error) {
    throw DataError({plan().file, line_ + block.error->line, block.error->column},
                    block.error->problem);
  }
}

// From the block's numbers of levels to the file's. Levels that only dropped rows have get none.
void CsvRows::renumber(const Block& block, std::size_t set) {
  const index_t output = plan().level_outputs[set];
  const auto width = static_cast<index_t>(plan().outputs.size());
  const auto& texts = block.levels[set].texts();
  LevelSet& all = known_levels()[set];
  std::vector<index_t> numbers(texts.size(), -1);
  for (index_t row = 0; row < block.rows; ++row) {
    double& value = block.values[row * width + output];
    const auto local = static_cast<std::size_t>(value);
    if (numbers[local] < 0) numbers[local] = all.find_or_add(texts[local]);
    value = static_cast<double>(numbers[local]);
  }
  if (static_cast<index_t>(all.texts().size()) <= level_limit) return;
  const std::string& name = plan().outputs[as_size(output)].name;
  if (std::find(plan().texts.begin(), plan().texts.end(), name) != plan().texts.end()) return;
  throw DataError({plan().file},
                  fmt::format("column '{}' has more than {} levels (it looks like an identifier) "
                              "leave it out with --ignore {}",
                              name, level_limit, name));
}

// The first chunk tells how many rows a byte of text makes.
index_t CsvRows::expected_rows(const RowBlock& first) const {
  constexpr double margin = 1.03;
  const double chunks =
      static_cast<double>(source_->text_size()) / static_cast<double>(chunk_size_);
  return static_cast<index_t>(static_cast<double>(first.values.rows()) * chunks * margin);
}

}  // namespace batchgrad::detail
