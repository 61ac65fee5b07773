// mbarriers and bulk copies. A copy lands when its phase could end and somebody waits for that, not
// before; until then what it will write reads as NaN.

#include <cstdint>
#include <cstring>
#include <string>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

bool is_aligned(const void* p, std::size_t to) {
  return reinterpret_cast<std::uintptr_t>(p) % to == 0;
}

CopyBarrierState& state_of(const void* barrier) {
  const auto found = engine.copy_barriers.find(barrier);
  if (found == engine.copy_barriers.end())
    fault([] { return "a CopyBarrier is used before it is made"; });
  return found->second;
}

void land(CopyBarrierState& state, const void* barrier) {
  for (const BulkCopy& copy : state.copies) {
    std::memcpy(copy.to, copy.from != nullptr ? copy.from : &copy.value, copy.size);
    if (!access_checker) continue;
    access_checker->initialised(copy.to, copy.size);
    access_checker->merge(barrier, copy.to);
  }
  state.copies.clear();
}

// Ends the phase if it can, and lets those go on who waited for it.
void advance(CopyBarrierState& state, const void* barrier) {
  if (state.missing > 0 || state.waiting.empty() || state.announced != state.copied) return;
  land(state, barrier);
  state.begin_phase();
  for (Thread* thread : state.waiting) make_ready(*thread);
  state.waiting.clear();
}

}  // namespace

void copy_barrier_make(const void* barrier, unsigned arrivals) {
  const InEngine scope;
  if (!is_aligned(barrier, 8)) fault([] { return "misaligned CopyBarrier"; });
  if (arrivals == 0) fault([] { return "a CopyBarrier for nobody"; });
  CopyBarrierState fresh;
  fresh.arrivals = fresh.missing = static_cast<long>(arrivals);
  engine.copy_barriers[barrier] = fresh;
  if (access_checker) access_checker->forget_order(barrier);
}

void copy_barrier_arrive(const void* barrier, std::size_t bytes) {
  if (access_checker) access_checker->release(barrier);
  tsan::release(const_cast<void*>(barrier));
  const InEngine scope;
  CopyBarrierState& state = state_of(barrier);
  if (state.missing == 0) {  // nobody waited, so nothing has ended the phase
    if (state.announced != 0)
      fault([] { return "more threads arrive at a CopyBarrier than it was made for"; });
    state.begin_phase();
  }
  state.announced += bytes;
  --state.missing;
  advance(state, barrier);
}

void copy_barrier_wait(const void* barrier, unsigned parity, Site site) {
  {
    const InEngine scope;
    CopyBarrierState& state = state_of(barrier);
    if (state.phase % 2 == parity) {
      wait_at(Thread::State::at_copy_barrier, site, "CopyBarrier");
      state.waiting.push_back(engine.current);
      advance(state, barrier);
      suspend();
    }
  }
  if (access_checker) access_checker->acquire(barrier);
  tsan::acquire(const_cast<void*>(barrier));
}

void bulk_copy(const void* barrier, void* to, const void* from, std::size_t size) {
  const void* program_counter = __builtin_return_address(0);
  if (size % 16 != 0 || !is_aligned(to, 16) || !is_aligned(from, 16))
    fault([] { return "misaligned bulk copy"; });
  if (size == 0) fault([] { return "empty bulk copy"; });
  if (access_checker) {
    access_checker->read(from, size, program_counter);
    access_checker->write(to, size, program_counter);
    access_checker->uninitialised(to, size);
    access_checker->forget_order(to);
    access_checker->release(to);
  }
  const InEngine scope;
  std::memcpy(to, from, size);  // for AddressSanitizer's interceptor to judge
  std::memset(to, 0xff, size);
  CopyBarrierState& state = state_of(barrier);
  state.copies.push_back({to, from, size, 0});
  state.copied += size;
  advance(state, barrier);
}

unsigned cluster_rank() { return rank_of(*engine.current); }
unsigned cluster_size() { return engine.launch.cluster; }

namespace {

/// Where block `rank` has what lies at `p` in the running block.
void* place_in(unsigned rank, const void* p) {
  const auto* byte = static_cast<const unsigned char*>(p);
  if (rank >= engine.blocks.size()) fault([] { return "no such block in the cluster"; });
  for (const auto& [slot, data] : block_of(*engine.current).slots) {
    if (byte < data || byte >= data + slot->size) continue;
    const SharedSlot::OfBlock& there = slot->blocks[rank];
    if (there.serial != engine.blocks[rank].serial)
      fault([] { return "a block of the cluster has not begun, or not made what is sent to"; });
    return there.data + (byte - data);
  }
  fault([] { return "what is sent to is not static shared memory"; });
}

}  // namespace

void cluster_send(const void* barrier, const void* to, double value, unsigned rank) {
  const void* program_counter = __builtin_return_address(0);
  void* there = nullptr;
  const void* barrier_there = nullptr;
  {
    const InEngine scope;
    there = place_in(rank, to);
    barrier_there = place_in(rank, barrier);
    if (!is_aligned(there, sizeof value)) fault([] { return "misaligned store to a cluster"; });
    if (engine.blocks[rank].live == 0)
      fault([] { return "a store to a block of the cluster that has ended"; });
  }
  if (access_checker) {
    access_checker->write(there, sizeof value, program_counter);
    access_checker->uninitialised(there, sizeof value);
    access_checker->forget_order(there);
    access_checker->release(there);
  }
  const InEngine scope;
  std::memset(there, 0xff, sizeof value);
  CopyBarrierState& state = state_of(barrier_there);
  state.copies.push_back({there, nullptr, sizeof value, value});
  state.copied += sizeof value;
  advance(state, barrier_there);
}

void check_copies_have_landed() {
  for (const auto& [barrier, state] : engine.copy_barriers) {
    if (state.copies.empty()) continue;
    record("the block ended before a bulk copy had landed");
    engine.aborting = true;
    return;
  }
}

}  // namespace simt
