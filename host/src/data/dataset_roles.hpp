#pragma once

#include <batchgrad/dataset.hpp>

#include <string>

#include "data/column_plan.hpp"
#include "data/column_terms.hpp"

namespace batchgrad::detail {

/// What has to be read for a data set. Errors: DataError for a column of two roles or no target,
/// two sources of weights.
TableRequest request_of(const std::string& path, const DatasetOptions& options);
TableRequest request_of(const ColumnRules& rules, const ReadOptions& read);

/// The rules by which the table's columns become features. Errors: as above, and for a column
/// the table does not have, a weight, offset or argument of text, no feature.
ColumnRules rules_of(const Table& table, const DatasetOptions& options);

/// The filter of the rows. Errors: as above.
ColumnTerm filter_of(const Table& table, const DatasetOptions& options);

}  // namespace batchgrad::detail
