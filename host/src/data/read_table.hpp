#pragma once

#include <batchgrad/table.hpp>

#include <memory>
#include <string>

#include "data/byte_source.hpp"
#include "data/column_plan.hpp"
#include "data/row_source.hpp"

namespace batchgrad::detail {

/// Opens what read_table reads, of any format.
std::unique_ptr<RowSource> open_rows(const std::string& path, const TableRequest& request);

/// What read_table does, for callers with more to say.
Table read_table(const std::string& path, const TableRequest& request);

/// The formats: of the source were read `head`, the magic bytes, of libsvm the first line or more.
std::unique_ptr<RowSource> open_text(std::unique_ptr<ByteSource> source, std::string head,
                                     const TableRequest& request);
std::unique_ptr<RowSource> open_libsvm(std::unique_ptr<ByteSource> source, std::string head,
                                       const TableRequest& request);
std::unique_ptr<RowSource> open_npy(std::unique_ptr<ByteSource> source,
                                    const TableRequest& request);

}  // namespace batchgrad::detail
