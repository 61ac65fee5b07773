#include "ordered_work.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace batchgrad::cli {
namespace {

class OrderedWork {
 public:
  OrderedWork(index_t pieces, const std::function<void(index_t, std::string&)>& make,
              const std::function<void(index_t, const std::string&)>& consume)
      : pieces_(pieces), make_(make), consume_(consume) {}

  /// What each thread does until the pieces are used up.
  void run() {
    try {
      std::string text;
      for (index_t piece = take(); piece < pieces_; piece = take()) {
        text.clear();
        make_(piece, text);
        hand_over(piece, text);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      changed_.notify_all();
    }
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  index_t take() {
    const std::lock_guard lock(mutex_);
    return failure_ ? pieces_ : next_to_make_++;
  }

  void hand_over(index_t piece, const std::string& text) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_to_consume_ == piece || failure_; });
    if (failure_) return;
    lock.unlock();
    consume_(piece, text);
    lock.lock();
    ++next_to_consume_;
    changed_.notify_all();
  }

  const index_t pieces_;
  const std::function<void(index_t, std::string&)>& make_;
  const std::function<void(index_t, const std::string&)>& consume_;
  std::mutex mutex_;
  std::condition_variable changed_;
  index_t next_to_make_ = 0;
  index_t next_to_consume_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

void make_in_order(index_t pieces, int threads,
                   const std::function<void(index_t, std::string&)>& make,
                   const std::function<void(index_t, const std::string&)>& consume) {
  OrderedWork work(pieces, make, consume);
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < threads; ++i) helpers.emplace_back([&work] { work.run(); });
    work.run();
  }
  work.rethrow();
}

}  // namespace batchgrad::cli
