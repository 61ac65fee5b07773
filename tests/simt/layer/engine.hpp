#pragma once

// The engine: runs one kernel launch on the CPU, block after block, or cluster after cluster of
// blocks, every CUDA thread a fiber.
// device/*.hpp builds the CUDA language on it, cudart/ the host API.

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#include <vector_types.h>

namespace simt {

enum class Order { ascending, descending, random };

/// How threads (between two points of synchronisation) and blocks are ordered. Tests set it before
/// a launch.
struct Schedule {
  Order order = Order::random;
  std::uint64_t seed = 1;
};
inline Schedule schedule;

/// Where in a kernel a barrier or warp operation stands.
struct Site {
  const char* file = "";
  int line = 0;
};

struct Launch {
  const char* name = "kernel";
  dim3 grid, block;
  std::size_t dynamic_shared = 0;
  unsigned cluster = 1;  ///< blocks that run together
};
inline constexpr unsigned most_cluster_blocks = 8;  ///< what every device has room for

/// Runs body(arguments) for every thread of the grid. False when the kernel broke a rule
/// (divergent barrier, deadlock, ...); faults() then says which.
bool run(const Launch& launch, void (*body)(void*), void* arguments, std::size_t arguments_size);

template <class... Params, class... Args>
bool run(const Launch& launch, void (*kernel)(Params...), Args&&... args) {
  struct Call {
    void (*kernel)(Params...);
    std::tuple<std::decay_t<Params>...> parameters;
  } call{kernel, {std::forward<Args>(args)...}};
  const auto body = [](void* p) {
    auto& c = *static_cast<Call*>(p);
    std::apply(c.kernel, c.parameters);
  };
  return run(launch, body, &call, sizeof call);
}

/// What went wrong since the list was last cleared, one text each.
std::vector<std::string>& faults();

/// Appends to faults(), with the kernel, block and thread, and lets the kernel go on.
void record(const std::string& text);

void leave_kernel();
[[noreturn]] void abandon_launch();

/// From inside a kernel: records make_text() and ends the launch.
template <class MakeText>
[[noreturn]] void fault(MakeText make_text) {
  leave_kernel();
  record(make_text());  // the thread's stack is abandoned, not unwound: the text dies here
  abandon_launch();
}

struct Statistics {
  std::uint64_t threads = 0;
  std::uint64_t switches = 0;
  std::uint64_t barriers = 0;
  std::uint64_t warp_operations = 0;
};
inline Statistics statistics;

// --- shared memory ---------------------------------------------------------------------------

struct SharedSlot {
  std::size_t size;
  const char* name;
  struct OfBlock {
    unsigned char* data = nullptr;
    std::uint64_t serial = 0;
  };
  OfBlock blocks[most_cluster_blocks] = {};
};
/// The slot's memory of the running block, filled with 0xff (NaN, -1) at its first use in a block.
void* shared_slot(SharedSlot& slot);
void* dynamic_shared();

template <class T, class Tag>
T& shared_object(const char* name) {
  static SharedSlot slot{sizeof(T), name};
  return *static_cast<T*>(shared_slot(slot));
}

// --- synchronisation -------------------------------------------------------------------------

/// How a block barrier folds the threads' predicates.
enum class Vote { none, all, any, count };
int block_barrier(Site site, Vote vote = Vote::none, int predicate = 0);

/// A warp-wide exchange of up to 16 bytes a lane; complete once all live lanes of mask arrived.
struct WarpOperation {
  const char* name;
  Site site;
  unsigned mask, arrived, unread;
  bool complete;
  alignas(16) unsigned char slot[32][16];
};
WarpOperation& warp_arrive(const char* name, unsigned mask, Site site, const void* value,
                           std::size_t size);
void warp_leave(WarpOperation& operation);
unsigned lane();

/// Linear index of the running thread among those of its cluster, -1 outside kernels.
int current_thread();
/// The first block of the running cluster.
unsigned current_block();

/// A possible switch to another thread (before an atomic, for instance); reports spinning.
void preempt();
void memory_fence();

/// cp.async: the copy lands as late as the program allows, at async_wait.
void async_copy(void* to, const void* from, std::size_t size, std::size_t zero_fill);
void async_commit();
void async_wait(std::size_t groups_still_allowed);

/// What primitive/copy_barrier.cuh stands on. `bytes` are announced to the phase.
void copy_barrier_make(const void* barrier, unsigned arrivals);
void copy_barrier_arrive(const void* barrier, std::size_t bytes);
void copy_barrier_wait(const void* barrier, unsigned parity, Site site);
void bulk_copy(const void* barrier, void* to, const void* from, std::size_t size);

/// What primitive/cluster.cuh stands on.
unsigned cluster_rank();
unsigned cluster_size();
void cluster_barrier(Site site);
/// A store of a double to another block's shared memory, announced to that block's barrier.
void cluster_send(const void* barrier, const void* to, double value, unsigned rank);

bool on_fiber_stack(const void* p);

}  // namespace simt
