#pragma once

#include <batchgrad/core/view.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "data/byte_source.hpp"

namespace batchgrad::detail {

/// Finds the ends of records: line feeds outside quotes. A quote opens a quoted field only where
/// a field begins, so each byte's meaning depends on what is before it and never on the pieces in
/// which the file is read. In texts without quoted fields every line is a record. Jumps from quote
/// to quote; where there is none, two searches do.
class RecordScanner {
 public:
  static constexpr char no_quotes = '\0';  ///< instead of the delimiter: nothing is quoted

  explicit RecordScanner(char delimiter) : delimiter_(delimiter) {}

  /// Scans on to `size`; `data` starts with a record and holds all that was scanned since.
  void scan(const char* data, index_t size);
  /// As scan, but stops at the end of the first record.
  void scan_one(const char* data, index_t size);
  /// Offset behind the last complete record; 0: there is none.
  [[nodiscard]] index_t records_end() const { return records_end_; }

 private:
  enum class Stop { never, first_record };
  void scan_until(const char* data, index_t size, Stop stop);

  char delimiter_;
  bool in_quotes_ = false;
  index_t scanned_ = 0;
  index_t records_end_ = 0;
};

/// A buffer that is not cleared when it grows, and keeps a few bytes behind its end for sentinels.
class TextBuffer {
 public:
  [[nodiscard]] char* data() { return bytes_.get(); }
  [[nodiscard]] const char* data() const { return bytes_.get(); }
  /// Room for `capacity` bytes; the first `keep` are kept.
  void reserve(index_t capacity, index_t keep);

 private:
  std::unique_ptr<char[]> bytes_;
  index_t capacity_ = 0;
};

/// A run of whole records. The byte behind the last is always a line feed.
struct Chunk {
  TextBuffer buffer;
  index_t size = 0;
  index_t index = 0;
  bool is_cut = false;  // a record longer than any the reader takes: only its beginning is here
};

/// Cuts a text into chunks at record ends. next() may be called by several threads at once.
class ChunkSource {
 public:
  /// `head` is what was read from the source already; it starts with a record.
  ChunkSource(ByteSource& source, std::string head, char delimiter, index_t chunk_size);

  /// Takes one record (the header) off the front, with its line feed where it has one.
  std::string take_record();
  /// Undoes take_record: what is put back comes first again.
  void put_back(const std::string& record) { carry_.insert(0, record); }
  /// False at the end of the file, and from the first error on.
  bool next(Chunk& chunk);
  /// Whether next() may wait for input.
  [[nodiscard]] bool may_wait() const { return source_.may_wait(); }
  /// Makes a next() that waits for input return soon; for another thread than the waiting one.
  void stop() { source_.stop(); }

 private:
  void fill(Chunk& chunk);

  ByteSource& source_;
  std::string carry_;
  char delimiter_;
  index_t chunk_size_;
  index_t count_ = 0;
  bool ended_ = false;
  std::mutex mutex_;
};

}  // namespace batchgrad::detail
