#pragma once

#include <batchgrad/table.hpp>

#include <string>

#include "data/byte_source.hpp"
#include "data/column_plan.hpp"

namespace batchgrad::detail {

/// What read_table does, for callers with more to say.
Table read_table(const std::string& path, const TableRequest& request);

/// The two formats: of the source were read `head`, the magic bytes.
Table read_csv(ByteSource& source, std::string head, const TableRequest& request);
Table read_npy(ByteSource& source, const TableRequest& request);

}  // namespace batchgrad::detail
