#include "data/csv_chunks.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "as_size.hpp"

namespace batchgrad::detail {

namespace {

// Longer than any sane record: what grows beyond it is not a text file, and would fill the memory.
constexpr index_t record_limit = index_t{1} << 28;
constexpr index_t sentinel_room = 64;

}  // namespace

void RecordScanner::scan(const char* data, index_t size) { scan_until(data, size, Stop::never); }

void RecordScanner::scan_one(const char* data, index_t size) {
  scan_until(data, size, Stop::first_record);
}

void RecordScanner::scan_until(const char* data, index_t size, Stop stop) {
  const auto find = [data](char wanted, index_t from, index_t to) -> index_t {
    const void* found = std::memchr(data + from, wanted, as_size(to - from));
    return found ? static_cast<const char*>(found) - data : to;
  };
  while (scanned_ < size) {
    if (in_quotes_) {
      const index_t quote = find('"', scanned_, size);
      // Whether a quote closes the field or is doubled shows at the byte behind it.
      scanned_ = quote;
      if (quote + 1 >= size) return;
      in_quotes_ = data[quote + 1] == '"';
      scanned_ = quote + (in_quotes_ ? 2 : 1);
      continue;
    }
    const index_t quote = delimiter_ == no_quotes ? size : find('"', scanned_, size);
    if (stop == Stop::first_record) {
      const index_t end = find('\n', scanned_, quote);
      if (end < quote) {
        records_end_ = end + 1;
        return;
      }
    } else if (const void* end = memrchr(data + scanned_, '\n', as_size(quote - scanned_))) {
      records_end_ = static_cast<const char*>(end) - data + 1;
    }
    if (quote < size) {
      in_quotes_ = quote == 0 || data[quote - 1] == delimiter_ || data[quote - 1] == '\n';
    }
    scanned_ = std::min(quote + 1, size);
  }
}

void TextBuffer::reserve(index_t capacity, index_t keep) {
  if (capacity <= capacity_) return;
  auto larger = std::make_unique_for_overwrite<char[]>(as_size(capacity + sentinel_room));
  if (keep > 0) std::memcpy(larger.get(), bytes_.get(), as_size(keep));
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

ChunkSource::ChunkSource(ByteSource& source, std::string head, char delimiter, index_t chunk_size)
    : source_(source), carry_(std::move(head)), delimiter_(delimiter), chunk_size_(chunk_size) {}

std::string ChunkSource::take_record() {
  RecordScanner scanner(delimiter_);
  for (;;) {
    scanner.scan_one(carry_.data(), static_cast<index_t>(carry_.size()));
    if (scanner.records_end() > 0) break;
    const auto before = static_cast<index_t>(carry_.size());
    carry_.resize(as_size(before + chunk_size_));
    const index_t got = source_.read(carry_.data() + before, chunk_size_);
    carry_.resize(as_size(before + got));
    if (got == 0 || before > record_limit) return std::exchange(carry_, {});
  }
  const index_t end = scanner.records_end();
  std::string record = carry_.substr(0, as_size(end));
  carry_.erase(0, as_size(end));
  return record;
}

bool ChunkSource::next(Chunk& chunk) {
  const std::lock_guard lock(mutex_);
  chunk.index = count_;
  chunk.is_cut = false;
  if (ended_) return false;
  try {
    fill(chunk);
  } catch (...) {
    ended_ = true;
    throw;
  }
  if (chunk.size == 0) return false;
  ++count_;
  return true;
}

void ChunkSource::fill(Chunk& chunk) {
  RecordScanner scanner(delimiter_);
  auto size = static_cast<index_t>(carry_.size());
  chunk.buffer.reserve(size + chunk_size_, 0);
  std::memcpy(chunk.buffer.data(), carry_.data(), carry_.size());
  carry_.clear();
  while (!ended_ && scanner.records_end() == 0) {
    const index_t wanted = std::max(chunk_size_, size);
    chunk.buffer.reserve(size + wanted, size);
    const index_t got = source_.read(chunk.buffer.data() + size, wanted);
    size += got;
    ended_ = got < wanted;
    if (ended_) break;
    scanner.scan(chunk.buffer.data(), size);
    chunk.is_cut = scanner.records_end() == 0 && size > record_limit;
    ended_ = chunk.is_cut;
  }
  chunk.size = ended_ ? size : scanner.records_end();
  carry_.assign(chunk.buffer.data() + chunk.size, as_size(size - chunk.size));
  chunk.buffer.data()[chunk.size] = '\n';
}

}  // namespace batchgrad::detail
