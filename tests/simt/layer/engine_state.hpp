#pragma once

// Private to the engine: its state, and what its files offer one another.

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "layer/access_checker.hpp"
#include "layer/engine.hpp"
#include "layer/sanitizer.hpp"

namespace simt {

struct Thread;

/// A stack on which threads run. A thread that never waits leaves its worker to the next thread, so
/// kernels without barriers cost no switches.
struct Worker {
  boost::context::stack_context stack;
  boost::context::fiber self, scheduler;
  void* fake_stack = nullptr;
  void* restart[5] = {};  // __builtin_setjmp's buffer
  Thread* thread = nullptr;
};

struct AsyncCopy {
  void* to;
  const void* from;
  std::size_t size, zero_fill;
  const void* program_counter;
};

struct Thread {
  enum class State {
    unstarted,
    ready,
    at_barrier,
    at_cluster_barrier,
    at_warp_operation,
    at_copy_barrier,
    done
  };

  uint3 index{};
  unsigned linear = 0;
  State state = State::unstarted;
  Worker* worker = nullptr;
  Site site{};
  const char* waits_for = "";
  unsigned mask = 0;
  WarpOperation* operation = nullptr;
  std::vector<std::vector<AsyncCopy>> copy_groups;  // the last one open
};

struct Warp {
  unsigned live = 0;
  std::vector<WarpOperation*> operations;
};

struct BulkCopy {
  void* to;
  const void* from;  // none: `value` is stored
  std::size_t size;
  double value = 0;
};

struct CopyBarrierState {
  long arrivals = 0;  // of each phase
  std::uint64_t phase = 0;
  long missing = 0;  // arrivals, of this phase
  std::size_t announced = 0;
  std::size_t copied = 0;
  std::vector<BulkCopy> copies;  // that have not landed
  std::vector<Thread*> waiting;

  void begin_phase() {
    ++phase;
    missing = arrivals;
    announced = copied = 0;
  }
};

/// What a block of the cluster has for itself.
struct Block {
  unsigned linear = 0;  // in the grid
  std::uint64_t serial = 0;
  std::size_t static_shared = 0;
  std::unique_ptr<unsigned char[]> dynamic_shared;
  std::vector<std::pair<SharedSlot*, unsigned char*>> slots;
  unsigned live = 0;
  unsigned arrived = 0;  // at the barrier
  int vote = 0;
  int vote_result = 0;
  char tsan_phase[2] = {};
  std::uint64_t phase = 0;
};

struct Engine {
  // the launch
  Launch launch{};
  void (*body)(void*) = nullptr;
  void* arguments = nullptr;
  std::uint64_t random = 0;
  unsigned block_threads = 0;
  std::uint64_t last_serial = 0;
  bool aborting = false;

  // the cluster
  std::vector<Block> blocks;
  std::vector<Thread> threads;  // of the first block, then of the second, ...
  std::vector<Warp> warps;
  unsigned arrived = 0;           // at the cluster's barrier
  std::uint64_t preemptions = 0;  // since anybody made progress
  std::map<const void*, CopyBarrierState> copy_barriers;

  // the scheduler
  std::deque<Thread*> runnable;  // ready or unstarted
  Thread* current = nullptr;
  Thread* next = nullptr;  // picked by a worker, for the scheduler to resume
  Worker* worker = nullptr;
  std::vector<Worker*> idle;
  std::vector<WarpOperation*> operation_pool;

  // sanitizers
  void* scheduler_fake_stack = nullptr;
  const void* scheduler_bottom = nullptr;
  std::size_t scheduler_size = 0;
  void* tsan_scheduler = nullptr;
  std::vector<void*> tsan_fibers;
  std::vector<Worker*> tsan_workers;  // under TSan thread i always runs on the same stack
  char tsan_begin = 0, tsan_end = 0;
  char tsan_cluster = 0;
};
extern Engine& engine;

inline unsigned rank_of(const Thread& thread) { return thread.linear / engine.block_threads; }
inline Block& block_of(const Thread& thread) { return engine.blocks[rank_of(thread)]; }

/// While it lives, the kernel has called the engine: nothing done is the kernel's own access.
class InEngine {
 public:
  InEngine() { leave_kernel(); }
  InEngine(const InEngine&) = delete;
  InEngine& operator=(const InEngine&) = delete;
  ~InEngine() { enter_kernel(); }
  static void enter_kernel();
};

// engine.cpp
std::uint64_t next_random();
void finish(Thread& thread);

// scheduler.cpp
void run_threads();
void suspend();  ///< blocks the current thread until the scheduler picks it again
void make_ready(Thread& thread);
void wait_at(Thread::State state, Site site, const char* what, unsigned mask = 0);

// barrier.cpp, warp.cpp
void release_barrier_if_full(unsigned rank);
void release_cluster_barrier_if_full();
void complete_if_full(unsigned warp, WarpOperation& operation);

// copy_barrier.cpp
void check_copies_have_landed();

// diagnosis.cpp
std::string text_of(Site site);
std::string text_of_mask(unsigned mask);
std::string where_everybody_is();

/// visit(thread) for the threads [first, last), in the schedule's direction.
template <class Visit>
void for_threads(unsigned first, unsigned last, Visit visit) {
  if (schedule.order == Order::descending) {
    for (unsigned i = last; i-- > first;) visit(engine.threads[i]);
  } else {
    for (unsigned i = first; i < last; ++i) visit(engine.threads[i]);
  }
}

}  // namespace simt
