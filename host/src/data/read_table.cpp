#include "data/read_table.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <string_view>
#include <sys/mman.h>
#include <utility>
#include <vector>

namespace batchgrad {

namespace detail {

namespace {

struct ForeignFormat {
  std::string_view magic;
  const char* name;
};

// Formats that are handed to a CSV reader often enough to be called by their names.
constexpr std::array<ForeignFormat, 6> foreign_formats = {{
    {"PK\x03\x04", "a zip archive or spreadsheet"},
    {"\xfd"
     "7zXZ",
     "an xz archive"},
    {"\x28\xb5\x2f\xfd", "a zstd archive"},
    {"BZh", "a bzip2 archive"},
    {"PAR1", "a Parquet file"},
    {"\x89HDF", "an HDF5 file"},
}};

void refuse_foreign_formats(std::string_view head, const std::string& file) {
  for (const auto& format : foreign_formats) {
    if (!head.starts_with(format.magic)) continue;
    throw DataError({file},
                    fmt::format("this is {} (CSV, .npy and libsvm are read, plain or gzip) unpack "
                                "or export it first",
                                format.name));
  }
}

// Large pages spare most of the page faults of a large table. Advice only.
void prefer_large_pages(double* begin, std::size_t count) {
  constexpr std::uintptr_t large_page = std::uintptr_t{1} << 21;
  const auto first = (reinterpret_cast<std::uintptr_t>(begin) + large_page - 1) & -large_page;
  const auto last = reinterpret_cast<std::uintptr_t>(begin + count) & -large_page;
  if (first >= last) return;
  (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

/// Puts the rows of a file together.
class TableAssembler {
 public:
  explicit TableAssembler(RowSource& source)
      : source_(source), width_(static_cast<index_t>(source.plan().outputs.size())) {}

  Table assemble() {
    while (const RowBlock* block = source_.next()) append(*block);
    std::vector<Column> columns = source_.plan().outputs;
    for (std::size_t set = 0; set < source_.levels().size(); ++set) {
      sort_levels(set, columns);
    }
    Table table(std::move(columns), std::move(values_));
    table.set_source(source_.plan().file, std::move(lines_), source_.dropped_rows());
    table.set_libsvm_features(source_.plan().libsvm_features);
    return table;
  }

 private:
  void append(const RowBlock& block) {
    if (values_.empty()) {
      const index_t rows = std::max(source_.expected_rows(block), block.values.rows());
      values_.reserve(static_cast<std::size_t>(rows * width_));
      prefer_large_pages(values_.data(), values_.capacity());
    }
    const index_t rows = static_cast<index_t>(values_.size()) / width_;
    for (const auto& [row, line] : block.lines) lines_.start(rows + row, line);
    for (const auto& [row, count] : block.gaps) lines_.leave_out(rows + row, count);
    const double* values = block.values.data();
    values_.insert(values_.end(), values, values + block.values.rows() * width_);
  }

  // Levels that were not known before are numbered by their places in the sorted list.
  void sort_levels(std::size_t set, std::vector<Column>& columns) {
    const index_t output = source_.plan().level_outputs[set];
    Column& column = columns[static_cast<std::size_t>(output)];
    if (!column.levels.empty()) return;
    const auto& texts = source_.levels()[set].texts();
    column.levels = texts;
    std::sort(column.levels.begin(), column.levels.end());
    std::vector<double> places;
    for (const auto& text : texts) {
      const auto place = std::lower_bound(column.levels.begin(), column.levels.end(), text);
      places.push_back(static_cast<double>(place - column.levels.begin()));
    }
    const auto count = static_cast<index_t>(values_.size());
    for (index_t at = output; at < count; at += width_) {
      double& value = values_[static_cast<std::size_t>(at)];
      value = places[static_cast<std::size_t>(value)];
    }
  }

  RowSource& source_;
  index_t width_;
  std::vector<double> values_;
  RowLines lines_;
};

}  // namespace

std::unique_ptr<RowSource> open_rows(const std::string& path, const TableRequest& request) {
  if (request.options.threads < 0) {
    throw InvalidArgument(fmt::format("threads is {} (it counts threads) use 0 for all cores",
                                      request.options.threads));
  }
  auto source = std::make_unique<ByteSource>(path, request.options.while_waiting);
  constexpr std::size_t magic_size = 6;
  std::string head(magic_size, '\0');
  head.resize(static_cast<std::size_t>(source->read(head.data(), magic_size)));
  const FileFormat format = request.options.format;
  const bool is_npy = head == "\x93NUMPY";
  if (is_npy && (format == FileFormat::automatic || format == FileFormat::npy))
    return open_npy(std::move(source), request);
  if (is_npy || format == FileFormat::npy) {
    throw DataError({source->name()},
                    fmt::format("this is {} .npy array (its first bytes tell) name another format, "
                                "or none: it is found by itself",
                                is_npy ? "a" : "no"));
  }
  refuse_foreign_formats(head, source->name());
  return open_text(std::move(source), std::move(head), request);
}

Table read_table(const std::string& path, const TableRequest& request) {
  return TableAssembler(*open_rows(path, request)).assemble();
}

}  // namespace detail

Table read_table(const std::string& path, const ReadOptions& options, const Selection& selection) {
  detail::TableRequest request;
  request.options = options;
  request.selection = selection;
  return detail::read_table(path, request);
}

}  // namespace batchgrad
