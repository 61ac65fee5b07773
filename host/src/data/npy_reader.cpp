#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "as_size.hpp"
#include "data/column_plan.hpp"
#include "data/npy_header.hpp"
#include "data/npy_pieces.hpp"
#include "data/read_table.hpp"
#include "data/row_source.hpp"

namespace batchgrad::detail {

namespace {

/// The selected columns of a .npy file; a row with a missing value is left out or an error.
class NpyRows : public RowSource {
 public:
  NpyRows(NpyPieces pieces, ColumnPlan plan)
      : RowSource(std::move(plan)), pieces_(std::move(pieces)) {
    sources_.resize(this->plan().outputs.size());
    for (std::size_t i = 0; i < this->plan().fields.size(); ++i) {
      const Field& field = this->plan().fields[i];
      if (field.use != Field::Use::skip) sources_[as_size(field.output)] = static_cast<index_t>(i);
    }
  }

  [[nodiscard]] index_t expected_rows(const RowBlock& /*first*/) const override {
    return pieces_.is_complete() ? pieces_.header().rows : 0;
  }

 private:
  bool read(RowBlock& block) override {
    const index_t rows = pieces_.next();
    const auto width = static_cast<index_t>(sources_.size());
    values_.resize(as_size(rows * width));
    for (index_t i = 0; i < width; ++i) {
      pieces_.read_column(sources_[as_size(i)], values_.data() + i, width);
    }
    block.values = {values_.data(), drop_missing(rows, block.gaps), width};
    block.dropped_rows = rows - block.values.rows();
    row_ += rows;
    return rows > 0;
  }

  // Closes the gaps and returns how many rows are left.
  index_t drop_missing(index_t rows, std::vector<std::pair<index_t, index_t>>& gaps) {
    const auto width = static_cast<index_t>(sources_.size());
    double* kept = values_.data();
    for (index_t i = 0; i < rows; ++i) {
      const double* row = values_.data() + i * width;
      if (has_missing(row, row_ + i)) {
        gaps.emplace_back((kept - values_.data()) / width, 1);
        continue;
      }
      if (kept != row) std::copy_n(row, width, kept);
      kept += width;
    }
    return (kept - values_.data()) / width;
  }

  [[nodiscard]] bool has_missing(const double* values, index_t row) const {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (is_missing(values[i], row, sources_[i])) return true;
    }
    return false;
  }

  // Arrays have no empty cell: "not a number" is how they write one.
  [[nodiscard]] bool is_missing(double value, index_t row, index_t column) const {
    const auto& missing = plan().missing_numbers;
    const bool lacks =
        std::isnan(value) || std::find(missing.begin(), missing.end(), value) != missing.end();
    if (!lacks && std::isfinite(value)) return false;
    if (lacks && plan().missing == Missing::drop) return true;
    const std::string& name = plan().names[as_size(column)];
    const std::string place = fmt::format("row {}, column '{}'", row + 1, name);
    if (!lacks) {
      throw DataError({plan().file},
                      fmt::format("{} in {} is not finite (nor is what is "
                                  "computed from it) leave such rows out with --na-strings "
                                  "{} --na drop, or the column with --ignore {}",
                                  value, place, value, name));
    }
    throw DataError({plan().file},
                    fmt::format("no value in {} ({} stands for a missing value) leave such rows "
                                "out with --na drop, or the column with --ignore {}",
                                place, value, name));
  }

  NpyPieces pieces_;
  std::vector<index_t> sources_;  // the file's column of each selected one
  std::vector<double> values_;
  index_t row_ = 0;  // the piece's first in the file
};

}  // namespace

std::unique_ptr<RowSource> open_npy(std::unique_ptr<ByteSource> source,
                                    const TableRequest& request) {
  const NpyHeader header = read_npy_header(*source);
  const std::string file = source->name();
  if (!request.options.categorical.empty()) {
    throw DataError({file}, fmt::format("--categorical {} does not go with .npy (it holds numbers, "
                                        "no text) give it as CSV",
                                        request.options.categorical.front()));
  }
  if (header.rows == 0 || header.columns == 0) {
    throw DataError({file}, fmt::format("the .npy array is empty (its shape is ({}, {})) check how "
                                        "it was written",
                                        header.rows, header.columns));
  }
  NpyPieces pieces(std::move(source), header);
  std::vector<std::string> names;
  for (index_t i = 1; i <= header.columns; ++i) names.push_back(fmt::format("c{}", i));
  TableRequest numbers = request;
  numbers.texts.clear();
  ColumnPlan plan = plan_columns(numbers, file, std::move(names), ',');
  plan.header = Header::absent;
  plan.is_float32 = header.type == NpyType::f4;
  return std::make_unique<NpyRows>(std::move(pieces), std::move(plan));
}

}  // namespace batchgrad::detail
