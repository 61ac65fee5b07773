#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <algorithm>
#include <utility>

#include "data/column_plan.hpp"
#include "data/csv_chunks.hpp"
#include "data/csv_header.hpp"
#include "data/csv_rows.hpp"
#include "data/libsvm_parser.hpp"
#include "data/read_table.hpp"
#include "data/thread_count.hpp"

namespace batchgrad::detail {

namespace {

// A first line longer than this is taken as far as it goes: only the delimiter is read from it.
constexpr std::size_t first_line_limit = std::size_t{1} << 24;

enum class Read { whole_file, beginning };

Read read_first_line(ByteSource& source, std::string& head) {
  constexpr index_t step = 64 * 1024;
  while (head.find('\n') == std::string::npos && head.size() < first_line_limit) {
    const std::size_t before = head.size();
    head.resize(before + step);
    const index_t got = source.read(head.data() + before, step);
    head.resize(before + static_cast<std::size_t>(got));
    if (got < step) return Read::whole_file;
  }
  return Read::beginning;
}

void remove_byte_order_mark(std::string& head, const std::string& file) {
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
    throw DataError({file, 1, 1}, "this is UTF-16 text (CSV is read as UTF-8) write it as UTF-8");
  }
  if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
}

bool is_libsvm(const ReadOptions& options, const std::string& head) {
  if (options.format != FileFormat::automatic) return options.format == FileFormat::libsvm;
  return options.delimiter == '\0' && looks_like_libsvm(head);
}

}  // namespace

std::unique_ptr<RowSource> open_text(std::unique_ptr<ByteSource> source, std::string head,
                                     const TableRequest& request) {
  const std::string file = source->name();
  if (request.options.delimiter != '\0') check_delimiter(request.options.delimiter);
  const Read extent = read_first_line(*source, head);
  remove_byte_order_mark(head, file);
  if (head.empty()) {
    throw DataError({file}, "the file is empty (it has neither header nor rows) check the path");
  }
  if (is_libsvm(request.options, head))
    return open_libsvm(std::move(source), std::move(head), request);
  const char delimiter =
      request.options.delimiter != '\0' ? request.options.delimiter : detect_delimiter(head);
  auto chunks =
      std::make_unique<ChunkSource>(*source, std::move(head), delimiter, request.chunk_size);
  std::string record = chunks->take_record();
  auto names = read_names(record, delimiter, request.options.header, file);
  index_t first_line = 1;
  if (request.options.header == Header::present) {
    first_line += std::count(record.begin(), record.end(), '\n');
  } else {
    chunks->put_back(record);
  }
  ColumnPlan plan = plan_columns(request, file, std::move(names), delimiter);
  // A file that came with its first line is parsed sooner than a thread starts; where pieces are
  // smaller than that on purpose, the threads are wanted.
  const bool is_one_chunk = extent == Read::whole_file && request.chunk_size >= 64 * 1024;
  const index_t threads = is_one_chunk ? 1 : thread_count(request.options.threads);
  return std::make_unique<CsvRows>(std::move(source), std::move(chunks), std::move(plan),
                                   first_line, threads);
}

}  // namespace batchgrad::detail
