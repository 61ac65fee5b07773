#include "data/row_source.hpp"

#include <batchgrad/error.hpp>

#include <fmt/format.h>
#include <utility>

namespace batchgrad::detail {

RowSource::RowSource(ColumnPlan plan) : plan_(std::move(plan)) {
  for (const index_t output : plan_.level_outputs) {
    LevelSet& set = levels_.emplace_back();
    for (const auto& level : plan_.outputs[static_cast<std::size_t>(output)].levels) {
      set.find_or_add(level);
    }
  }
}

const RowBlock* RowSource::next() {
  if (failure_) std::rethrow_exception(failure_);
  try {
    return find_rows();
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

const RowBlock* RowSource::find_rows() {
  for (;;) {
    block_ = RowBlock();
    if (!read(block_)) break;
    rows_ += block_.values.rows();
    dropped_rows_ += block_.dropped_rows;
    if (block_.values.rows() == 0) {
      carried_ += block_.dropped_rows;
      continue;
    }
    auto& gaps = block_.gaps;
    if (carried_ > 0) gaps.insert(gaps.begin(), {0, carried_});
    for (carried_ = 0; !gaps.empty() && gaps.back().first == block_.values.rows(); gaps.pop_back())
      carried_ += gaps.back().second;
    return &block_;
  }
  if (rows_ > 0) return nullptr;
  if (dropped_rows_ == 0) {
    throw DataError({plan_.file},
                    "there are no rows (the file ends behind its header) check how it was written");
  }
  throw DataError({plan_.file},
                  fmt::format("no row is left (all {} lack a value in a column that is read) leave "
                              "sparse columns out with --ignore NAME",
                              dropped_rows_));
}

}  // namespace batchgrad::detail
