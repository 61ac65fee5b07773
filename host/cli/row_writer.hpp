#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/table_writer.hpp>

#include <memory>
#include <string>
#include <vector>

#include "common.hpp"
#include "derivative_rows.hpp"

namespace batchgrad::cli {

/// Writes rows of numbers, a block at a time; statuses by their names, in .npy files as numbers.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void rows(MatrixView<const double> block) = 0;
  virtual void commit() = 0;
};

/// CSV with a header; as text the same with neither header nor commas; JSON as "columns" and
/// "rows". A path that ends in .npy decides by itself.
[[nodiscard]] std::unique_ptr<RowWriter> make_row_writer(const std::string& path, Format format,
                                                         std::vector<ResultColumn> columns,
                                                         NpyScalar scalar);

/// The name of the status that a number in a row stands for.
[[nodiscard]] std::string_view status_text(double code);

}  // namespace batchgrad::cli
