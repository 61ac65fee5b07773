#include "layer/engine.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "layer/engine_state.hpp"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace simt {
namespace {

// The thread whose kernel code runs, -1: none. Constant-initialised: racecheck asks before main().
int current_linear = -1;

std::vector<unsigned> block_order(unsigned count) {
  std::vector<unsigned> blocks(count);
  std::iota(blocks.begin(), blocks.end(), 0U);
  if (schedule.order == Order::descending) std::reverse(blocks.begin(), blocks.end());
  if (schedule.order == Order::random) {
    for (std::size_t i = blocks.size(); i > 1; --i)
      std::swap(blocks[i - 1], blocks[next_random() % i]);
  }
  return blocks;
}

void prepare_threads() {
  const dim3 shape = engine.launch.block;
  const unsigned count = engine.block_threads * engine.launch.cluster;
  engine.threads.assign(count, Thread{});
  engine.warps.assign((count + 31) / 32, Warp{});
  for (unsigned i = 0; i < count; ++i) {
    Thread& thread = engine.threads[i];
    const unsigned of_block = i % engine.block_threads;
    thread.linear = i;
    thread.index = {of_block % shape.x, of_block / shape.x % shape.y,
                    of_block / (shape.x * shape.y)};
    engine.warps[i / 32].live |= 1U << i % 32;
  }
  engine.arrived = 0;
  engine.preemptions = 0;
  engine.copy_barriers.clear();
  engine.runnable.clear();
  engine.next = nullptr;
  for_threads(0, count, [](Thread& thread) { engine.runnable.push_back(&thread); });
}

void prepare_shared_memory() {
  const std::size_t size = engine.launch.dynamic_shared;
  if (access_checker) access_checker->begin_block();
  for (Block& block : engine.blocks) {
    if (size == 0) continue;
    std::fill_n(block.dynamic_shared.get(), size, static_cast<unsigned char>(0xff));
    if (access_checker)
      access_checker->region(block.dynamic_shared.get(), size, "dynamic shared memory",
                             AccessChecker::Space::shared);
  }
}

void prepare_tsan() {
  while (tsan::enabled && engine.tsan_fibers.size() < engine.threads.size())
    engine.tsan_fibers.push_back(tsan::new_fiber());
  tsan::become(engine.tsan_scheduler);
  tsan::acquire(&engine.tsan_end);
  tsan::release(&engine.tsan_begin);
}

void recycle_warp_operations() {
  for (Warp& warp : engine.warps) {
    engine.operation_pool.insert(engine.operation_pool.end(), warp.operations.begin(),
                                 warp.operations.end());
    warp.operations.clear();
  }
}

void prepare_blocks(unsigned first) {
  for (unsigned rank = 0; rank < engine.launch.cluster; ++rank) {
    Block& block = engine.blocks[rank];
    block.linear = first + rank;
    block.serial = ++engine.last_serial;
    block.static_shared = 0;
    block.slots.clear();
    block.live = engine.block_threads;
    block.arrived = 0;
  }
}

/// The blocks from `first` on.
void run_cluster(unsigned first) {
  prepare_blocks(first);
  prepare_threads();
  prepare_shared_memory();
  prepare_tsan();
  run_threads();
  if (!engine.aborting) check_copies_have_landed();
  recycle_warp_operations();
}

}  // namespace

Engine& engine = *new Engine;  // never destroyed: its stacks outlive the tests

std::uint64_t next_random() {  // splitmix64
  std::uint64_t z = (engine.random += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

bool run(const Launch& launch, void (*body)(void*), void* arguments, std::size_t arguments_size) {
  if (access_checker) access_checker->begin_launch(arguments, arguments_size);
  engine.launch = launch;
  engine.body = body;
  engine.arguments = arguments;
  engine.random = schedule.seed;
  engine.block_threads = launch.block.x * launch.block.y * launch.block.z;
  engine.blocks = std::vector<Block>(launch.cluster);
  for (Block& block : engine.blocks)
    if (launch.dynamic_shared != 0)
      block.dynamic_shared.reset(new unsigned char[launch.dynamic_shared]);
  engine.tsan_scheduler = tsan::this_fiber();
  gridDim = launch.grid;
  blockDim = launch.block;
  const unsigned clusters = launch.grid.x * launch.grid.y * launch.grid.z / launch.cluster;
  for (const unsigned cluster : block_order(clusters)) {
    run_cluster(cluster * launch.cluster);
    if (engine.aborting) break;
  }
  tsan::become(engine.tsan_scheduler);
  tsan::acquire(&engine.tsan_end);
  for (Block& block : engine.blocks)
    if (access_checker && block.dynamic_shared) access_checker->forget(block.dynamic_shared.get());
  for (Block& block : engine.blocks) block.dynamic_shared.reset();
  engine.current = nullptr;
  return !std::exchange(engine.aborting, false);
}

void finish(Thread& thread) {
  thread.state = Thread::State::done;
  thread.copy_groups.clear();
  engine.preemptions = 0;
  --block_of(thread).live;
  const unsigned index = thread.linear / 32;
  Warp& warp = engine.warps[index];
  warp.live &= ~(1U << thread.linear % 32);
  // whoever waited for this thread alone may go on
  for (std::size_t i = 0; i < warp.operations.size(); ++i)
    complete_if_full(index, *warp.operations[i]);
  release_barrier_if_full(rank_of(thread));
  release_cluster_barrier_if_full();
}

void InEngine::enter_kernel() {
  current_linear = static_cast<int>(engine.current->linear);
  threadIdx = engine.current->index;
  const dim3 grid = engine.launch.grid;
  const unsigned block = block_of(*engine.current).linear;
  blockIdx = {block % grid.x, block / grid.x % grid.y, block / (grid.x * grid.y)};
  if (tsan::enabled) tsan::become(engine.tsan_fibers[engine.current->linear]);
}

void leave_kernel() {
  current_linear = -1;
  tsan::become(engine.tsan_scheduler);
}

int current_thread() { return current_linear; }
unsigned current_block() { return engine.blocks.front().linear; }

void* dynamic_shared() { return block_of(*engine.current).dynamic_shared.get(); }

void* shared_slot(SharedSlot& slot) {
  const unsigned rank = rank_of(*engine.current);
  Block& block = engine.blocks[rank];
  SharedSlot::OfBlock& own = slot.blocks[rank];
  if (own.serial == block.serial) return own.data;
  const InEngine scope;
  constexpr std::size_t limit = 48 * 1024;
  constexpr std::align_val_t alignment{128};  // what bulk copies ask for
  if (!own.data) own.data = static_cast<unsigned char*>(::operator new(slot.size, alignment));
  std::fill_n(own.data, slot.size, static_cast<unsigned char>(0xff));
  own.serial = block.serial;
  block.slots.emplace_back(&slot, own.data);
  block.static_shared += slot.size;
  if (block.static_shared > limit) fault([] { return "more than 48 KiB of static shared memory"; });
  if (access_checker)
    access_checker->region(own.data, slot.size, slot.name, AccessChecker::Space::shared);
  return own.data;
}

void memory_fence() {
  if (access_checker) access_checker->fence();
}

}  // namespace simt
