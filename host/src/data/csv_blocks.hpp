#pragma once

#include <batchgrad/core/view.hpp>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "data/column_plan.hpp"
#include "data/csv_chunks.hpp"
#include "data/csv_parser.hpp"

namespace batchgrad::detail {

/// A chunk of a text and what the parser made of it.
struct ParsedChunk {
  explicit ParsedChunk(const ColumnPlan& plan) : parser(plan) {}

  Chunk chunk;
  ChunkParser parser;
  Block block;  // its values are the parser's
};

/// Parses the chunks of a text on several threads and hands them out in the text's order. Where the
/// text is a file, the thread that takes them is one of these while the next one is not ready; a
/// pipe could hold it up for the sake of a later one. Two chunks for each thread are in memory, and
/// reused: on a single thread, the one that is in the cache.
class BlockQueue {
 public:
  BlockQueue(ChunkSource& source, const ColumnPlan& plan, index_t threads);
  ~BlockQueue();
  BlockQueue(const BlockQueue&) = delete;
  BlockQueue& operator=(const BlockQueue&) = delete;

  /// The next chunk, valid until the next call; null behind the last. One that could not be read or
  /// holds an error is the last.
  ParsedChunk* next();

 private:
  using Lock = std::unique_lock<std::mutex>;

  void start_helpers();
  void work();
  void parse_one(Lock& lock);

  ChunkSource& source_;
  bool taker_parses_;
  index_t helper_count_;
  std::vector<std::thread> helpers_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<ParsedChunk>> free_;  // the last one was used last
  std::map<index_t, std::unique_ptr<ParsedChunk>> ready_;
  std::unique_ptr<ParsedChunk> current_;  // the one that next() handed out
  index_t next_index_ = 0;
  index_t in_work_ = 0;
  bool ended_ = false;  // no further chunk is taken from the source
};

}  // namespace batchgrad::detail
