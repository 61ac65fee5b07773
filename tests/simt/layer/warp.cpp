#include <algorithm>
#include <bit>
#include <cstring>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

// Shuffles and votes exchange their operands and order nothing else.
bool orders_memory(const WarpOperation& operation) {
  return std::strcmp(operation.name, "__syncwarp") == 0;
}

WarpOperation& begin(Warp& warp, const char* name, unsigned mask, Site site) {
  auto& pool = engine.operation_pool;
  if (pool.empty()) pool.push_back(new WarpOperation);
  WarpOperation* operation = pool.back();
  pool.pop_back();
  operation->name = name;
  operation->site = site;
  operation->mask = mask;
  operation->arrived = 0;
  operation->unread = 0;
  operation->complete = false;
  warp.operations.push_back(operation);
  return *operation;
}

// The operation under way for these lanes, or a new one.
WarpOperation& join(Warp& warp, const char* name, unsigned mask, Site site) {
  for (WarpOperation* candidate : warp.operations) {
    if (candidate->complete || candidate->mask != mask) continue;
    if (candidate->site.line == site.line && std::strcmp(candidate->name, name) == 0)
      return *candidate;
    wait_at(Thread::State::at_warp_operation, site, name, mask);
    fault(
        [] { return "lanes of one mask are at different warp operations" + where_everybody_is(); });
  }
  return begin(warp, name, mask, site);
}

void release_for_tsan(WarpOperation& operation) {
  if (!tsan::enabled || !orders_memory(operation)) return;
  tsan::become(engine.tsan_fibers[engine.current->linear]);
  tsan::release(&operation);
  tsan::become(engine.tsan_scheduler);
}

WarpOperation& arrive(const char* name, unsigned mask, Site site, const void* value,
                      std::size_t size) {
  Thread& thread = *engine.current;
  const unsigned warp = thread.linear / 32;
  const unsigned me = thread.linear % 32;
  ++statistics.warp_operations;
  if ((mask >> me & 1) == 0) {
    fault([&] {
      return std::string(name) + " " + text_of(site) + ": the calling lane is not in mask " +
             text_of_mask(mask);
    });
  }
  WarpOperation& operation = join(engine.warps[warp], name, mask, site);
  std::memcpy(operation.slot[me], value, size);
  operation.arrived |= 1U << me;
  wait_at(Thread::State::at_warp_operation, site, name, mask);
  thread.operation = &operation;
  release_for_tsan(operation);
  complete_if_full(warp, operation);
  suspend();
  return operation;
}

}  // namespace

void complete_if_full(unsigned warp, WarpOperation& operation) {
  const unsigned awaited = engine.warps[warp].live & operation.mask;
  if (operation.complete || (operation.arrived & operation.mask) != awaited) return;
  operation.complete = true;
  operation.unread = static_cast<unsigned>(std::popcount(operation.arrived));
  if (access_checker && orders_memory(operation))
    access_checker->warp_barrier(warp, operation.arrived);
  const auto last = std::min(warp * 32 + 32, static_cast<unsigned>(engine.threads.size()));
  for_threads(warp * 32, last, [&](Thread& thread) {
    if (thread.state == Thread::State::at_warp_operation && thread.operation == &operation)
      make_ready(thread);
  });
}

WarpOperation& warp_arrive(const char* name, unsigned mask, Site site, const void* value,
                           std::size_t size) {
  WarpOperation* operation = nullptr;
  {
    const InEngine scope;
    operation = &arrive(name, mask, site, value, size);
  }
  if (tsan::enabled && orders_memory(*operation)) tsan::acquire(operation);
  return *operation;
}

void warp_leave(WarpOperation& operation) {
  const InEngine scope;
  if (--operation.unread != 0) return;
  auto& operations = engine.warps[engine.current->linear / 32].operations;
  operations.erase(std::find(operations.begin(), operations.end(), &operation));
  engine.operation_pool.push_back(&operation);
}

unsigned lane() { return engine.current->linear % 32; }

}  // namespace simt
