#include "data/read_table.hpp"

#include <batchgrad/error.hpp>

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

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
    throw DataError({file}, fmt::format("this is {} (CSV and .npy are read, plain or gzip) unpack "
                                        "or export it first",
                                        format.name));
  }
}

}  // namespace

Table read_table(const std::string& path, const TableRequest& request) {
  if (request.options.threads < 0) {
    throw InvalidArgument(fmt::format("threads is {} (it counts threads) use 0 for all cores",
                                      request.options.threads));
  }
  ByteSource source(path);
  constexpr std::size_t magic_size = 6;
  std::string head(magic_size, '\0');
  head.resize(static_cast<std::size_t>(source.read(head.data(), magic_size)));
  if (head == "\x93NUMPY") return read_npy(source, request);
  refuse_foreign_formats(head, source.name());
  return read_csv(source, std::move(head), request);
}

}  // namespace detail

Table read_table(const std::string& path, const ReadOptions& options, const Selection& selection) {
  detail::TableRequest request;
  request.options = options;
  request.selection = selection;
  return detail::read_table(path, request);
}

}  // namespace batchgrad
