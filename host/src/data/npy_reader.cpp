#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <utility>
#include <vector>

#include "data/column_plan.hpp"
#include "data/npy_header.hpp"
#include "data/read_table.hpp"

namespace batchgrad::detail {

namespace {

std::size_t as_size(index_t n) { return static_cast<std::size_t>(n); }

template <class Item>
double read_item(const char* at) {
  Item item;
  std::memcpy(&item, at, sizeof(Item));
  return static_cast<double>(item);
}

double read_number(NpyType type, const char* at) {
  switch (type) {
    case NpyType::f8:
      return read_item<double>(at);
    case NpyType::f4:
      return read_item<float>(at);
    case NpyType::i8:
      return read_item<std::int64_t>(at);
    case NpyType::i4:
      return read_item<std::int32_t>(at);
    case NpyType::i2:
      return read_item<std::int16_t>(at);
    case NpyType::i1:
      return read_item<std::int8_t>(at);
    case NpyType::u8:
      return read_item<std::uint64_t>(at);
    case NpyType::u4:
      return read_item<std::uint32_t>(at);
    case NpyType::u2:
      return read_item<std::uint16_t>(at);
    case NpyType::u1:
      return read_item<std::uint8_t>(at);
  }
  return 0;
}

[[noreturn]] void throw_truncated(const std::string& file, index_t wanted, index_t got) {
  throw DataError({file}, fmt::format("the .npy data are cut off ({} bytes of {}) fetch or copy "
                                      "the file again",
                                      got, wanted));
}

// Grows with what is there: a header that promises more than the file holds costs no memory.
std::vector<double> read_numbers(ByteSource& source, const NpyHeader& header) {
  const index_t largest = std::numeric_limits<index_t>::max() / header.item_size;
  if (header.columns > 0 && header.rows > largest / header.columns) {
    throw DataError({source.name()}, fmt::format("the .npy shape ({}, {}) overflows (no machine "
                                                 "holds it) write the file again",
                                                 header.rows, header.columns));
  }
  const index_t count = header.rows * header.columns;
  constexpr index_t piece = index_t{1} << 17;
  std::vector<char> bytes(as_size(std::min(count, piece) * header.item_size));
  std::vector<double> numbers;
  for (index_t done = 0; done < count;) {
    const index_t wanted = std::min(piece, count - done) * header.item_size;
    const index_t got = source.read(bytes.data(), wanted);
    if (got < wanted) {
      throw_truncated(source.name(), count * header.item_size, done * header.item_size + got);
    }
    for (index_t at = 0; at < wanted; at += header.item_size) {
      numbers.push_back(read_number(header.type, bytes.data() + at));
    }
    done += wanted / header.item_size;
  }
  char surplus = 0;
  if (source.read(&surplus, 1) != 0) {
    throw DataError({source.name()}, fmt::format("bytes follow the .npy data (its shape is ({}, "
                                                 "{})) write one array to a file",
                                                 header.rows, header.columns));
  }
  return numbers;
}

/// Copies the selected columns row by row; a row with a missing value is left out or an error.
class RowCollector {
 public:
  RowCollector(const ColumnPlan& plan, const NpyHeader& header, const std::vector<double>& numbers)
      : plan_(plan), header_(header), numbers_(numbers) {
    sources_.resize(plan.outputs.size());
    for (std::size_t i = 0; i < plan.fields.size(); ++i) {
      if (plan.fields[i].use != Field::Use::skip) {
        sources_[as_size(plan.fields[i].output)] = static_cast<index_t>(i);
      }
    }
  }

  std::vector<double> collect() {
    std::vector<double> values;
    values.reserve(as_size(header_.rows) * sources_.size());
    for (index_t row = 0; row < header_.rows; ++row) {
      const std::size_t before = values.size();
      for (const index_t source : sources_) {
        const double value = at(row, source);
        if (is_missing(row, source, value)) {
          values.resize(before);
          ++dropped_rows_;
          break;
        }
        values.push_back(value);
      }
    }
    return values;
  }

  [[nodiscard]] index_t dropped_rows() const { return dropped_rows_; }

 private:
  [[nodiscard]] double at(index_t row, index_t column) const {
    return numbers_[as_size(header_.is_column_major ? column * header_.rows + row
                                                    : row * header_.columns + column)];
  }

  // Arrays have no empty cell: "not a number" is how they write one.
  [[nodiscard]] bool is_missing(index_t row, index_t column, double value) const {
    const auto& missing = plan_.missing_numbers;
    const bool lacks =
        std::isnan(value) || std::find(missing.begin(), missing.end(), value) != missing.end();
    if (!lacks && std::isfinite(value)) return false;
    const std::string place =
        fmt::format("row {}, column '{}'", row + 1, plan_.names[as_size(column)]);
    if (!lacks) {
      throw DataError({plan_.file}, fmt::format("{} in {} is not finite (no sum over the column "
                                                "would be) leave such rows out with --na-strings "
                                                "{} --na drop, or the column with --ignore {}",
                                                value, place, value, plan_.names[as_size(column)]));
    }
    if (plan_.missing == Missing::drop) return true;
    throw DataError({plan_.file},
                    fmt::format("no value in {} ({} stands for a missing value) leave "
                                "such rows out with --na drop, or the column with "
                                "--ignore {}",
                                place, value, plan_.names[as_size(column)]));
  }

  const ColumnPlan& plan_;
  const NpyHeader& header_;
  const std::vector<double>& numbers_;
  std::vector<index_t> sources_;
  index_t dropped_rows_ = 0;
};

}  // namespace

Table read_npy(ByteSource& source, const TableRequest& request) {
  const NpyHeader header = read_npy_header(source);
  const std::string& file = source.name();
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
  const std::vector<double> numbers = read_numbers(source, header);
  std::vector<std::string> names;
  for (index_t i = 1; i <= header.columns; ++i) names.push_back(fmt::format("c{}", i));
  const ColumnPlan plan = plan_columns(request, file, std::move(names), ',');
  RowCollector collector(plan, header, numbers);
  std::vector<double> values = collector.collect();
  if (values.empty()) {
    throw DataError({file}, fmt::format("no row is left (all {} lack a value in a column that is "
                                        "read) leave sparse columns out with --ignore NAME",
                                        collector.dropped_rows()));
  }
  Table table(plan.outputs, std::move(values));
  table.set_source(file, {}, collector.dropped_rows());
  return table;
}

}  // namespace batchgrad::detail
