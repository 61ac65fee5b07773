#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <system_error>
#include <thread>
#include <utility>

#include "data/column_plan.hpp"
#include "data/csv_blocks.hpp"
#include "data/csv_chunks.hpp"
#include "data/csv_header.hpp"
#include "data/csv_parser.hpp"
#include "data/read_table.hpp"

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

/// Workers take chunks in the file's order until there are none or one holds an error. Chunks
/// before an erroneous one were all taken, so the first error of the file is always found.
class BlockReader {
 public:
  BlockReader(ChunkSource& source, const ColumnPlan& plan, TableAssembler& assembler)
      : source_(source), plan_(plan), assembler_(assembler) {}

  void read(index_t threads) {
    std::vector<std::thread> helpers;
    for (index_t i = 1; i < threads; ++i) {
      try {
        helpers.emplace_back([this] { work(); });
      } catch (const std::system_error&) {
        break;  // fewer threads do the same work
      }
    }
    work();
    for (auto& helper : helpers) helper.join();
  }

 private:
  void work() {
    ChunkParser parser(plan_);
    Chunk chunk;
    while (!stopped_) {
      Block block;
      try {
        if (!source_.next(chunk)) return;
        block = parser.parse(chunk);
      } catch (...) {
        block.failure = std::current_exception();
      }
      if (block.error || block.failure) stopped_ = true;
      assembler_.add(std::move(block), chunk.index, chunk.size);
    }
  }

  ChunkSource& source_;
  const ColumnPlan& plan_;
  TableAssembler& assembler_;
  std::atomic<bool> stopped_ = false;
};

index_t thread_count(index_t wanted) {
  if (wanted > 0) return wanted;
  return std::max<index_t>(1, static_cast<index_t>(std::thread::hardware_concurrency()));
}

}  // namespace

Table read_csv(ByteSource& source, std::string head, const TableRequest& request) {
  const std::string& file = source.name();
  if (request.options.delimiter != '\0') check_delimiter(request.options.delimiter);
  const Read extent = read_first_line(source, head);
  remove_byte_order_mark(head, file);
  if (head.empty()) {
    throw DataError({file}, "the file is empty (it has neither header nor rows) check the path");
  }
  const char delimiter =
      request.options.delimiter != '\0' ? request.options.delimiter : detect_delimiter(head);
  ChunkSource chunks(source, std::move(head), delimiter, request.chunk_size);
  std::string record = chunks.take_record();
  auto names = read_names(record, delimiter, request.options.header, file);
  index_t first_line = 1;
  if (request.options.header == Header::present) {
    first_line += std::count(record.begin(), record.end(), '\n');
  } else {
    chunks.put_back(record);
  }
  const ColumnPlan plan = plan_columns(request, file, std::move(names), delimiter);
  // A file that came with its first line is parsed sooner than a thread starts; where pieces are
  // smaller than that on purpose, the threads are wanted.
  const bool is_one_chunk = extent == Read::whole_file && request.chunk_size >= 64 * 1024;
  const index_t threads = is_one_chunk ? 1 : thread_count(request.options.threads);
  TableAssembler assembler(plan, first_line, source.text_size());
  BlockReader(chunks, plan, assembler).read(threads);
  return assembler.finish();
}

}  // namespace batchgrad::detail
