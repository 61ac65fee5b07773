#include "data/csv_blocks.hpp"

#include <system_error>
#include <utility>

namespace batchgrad::detail {

BlockQueue::BlockQueue(ChunkSource& source, const ColumnPlan& plan, index_t threads)
    : source_(source),
      taker_parses_(threads == 1 || !source.may_wait()),
      helper_count_(taker_parses_ ? threads - 1 : threads) {
  const index_t pieces = threads == 1 ? 1 : 2 * threads;
  for (index_t i = 0; i < pieces; ++i) free_.push_back(std::make_unique<ParsedChunk>(plan));
}

BlockQueue::~BlockQueue() {
  {
    const Lock lock(mutex_);
    ended_ = true;
  }
  source_.stop();
  changed_.notify_all();
  for (auto& helper : helpers_) helper.join();
}

void BlockQueue::start_helpers() {
  while (static_cast<index_t>(helpers_.size()) < helper_count_) {
    try {
      helpers_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      taker_parses_ = taker_parses_ || helpers_.empty();
      return;  // fewer threads do the same work
    }
  }
}

ParsedChunk* BlockQueue::next() {
  if (helpers_.empty() && next_index_ == 0) start_helpers();
  Lock lock(mutex_);
  if (current_) {
    free_.push_back(std::move(current_));
    changed_.notify_all();
  }
  for (;;) {
    if (auto found = ready_.extract(next_index_)) {
      ++next_index_;
      current_ = std::move(found.mapped());
      return current_.get();
    }
    if (taker_parses_ && !ended_ && !free_.empty()) {
      parse_one(lock);
    } else if (ended_ && in_work_ == 0) {
      return nullptr;
    } else {
      changed_.wait(lock);
    }
  }
}

void BlockQueue::work() {
  Lock lock(mutex_);
  while (!ended_) {
    if (free_.empty()) {
      changed_.wait(lock);
    } else {
      parse_one(lock);
    }
  }
}

// Chunks in front of an erroneous one were all taken, so the first error of the text is always
// found.
void BlockQueue::parse_one(Lock& lock) {
  std::unique_ptr<ParsedChunk> piece = std::move(free_.back());
  free_.pop_back();
  ++in_work_;
  lock.unlock();
  bool has_chunk = true;
  try {
    has_chunk = source_.next(piece->chunk);
    if (has_chunk) piece->block = piece->parser.parse(piece->chunk);
  } catch (...) {
    piece->block = Block();
    piece->block.failure = std::current_exception();
  }
  lock.lock();
  --in_work_;
  if (!has_chunk || piece->block.error || piece->block.failure) ended_ = true;
  if (has_chunk) {
    const index_t index = piece->chunk.index;
    ready_.emplace(index, std::move(piece));
  } else {
    free_.push_back(std::move(piece));
  }
  changed_.notify_all();
}

}  // namespace batchgrad::detail
