#pragma once

#include <batchgrad/table.hpp>

#include <vector>

#include "data/column_plan.hpp"
#include "data/csv_parser.hpp"

namespace batchgrad::detail {

/// Puts the blocks of a file together in order: lines get their numbers in the file, levels
/// their places in the sorted list. `first_line` is the line at which the first block begins.
/// Errors: the first of the blocks, as DataError; no rows; a column of too many levels.
Table assemble(std::vector<Block> blocks, const ColumnPlan& plan, index_t first_line);

}  // namespace batchgrad::detail
