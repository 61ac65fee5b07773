#include <cstring>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

bool same_line(const Site& a, const Site& b) {
  return a.line == b.line && std::strcmp(a.file, b.file) == 0;
}

bool all_wait_at_one_line(unsigned rank) {
  if (engine.blocks[rank].live != engine.block_threads) return false;  // somebody returned early
  const Thread* threads = engine.threads.data() + rank * engine.block_threads;
  for (unsigned i = 1; i < engine.block_threads; ++i)
    if (!same_line(threads[i].site, threads->site)) return false;
  return true;
}

int fold(Vote vote, int so_far, bool predicate) {
  switch (vote) {
    case Vote::all:
      return so_far != 0 && predicate ? 1 : 0;
    case Vote::any:
      return so_far != 0 || predicate ? 1 : 0;
    case Vote::count:
    case Vote::none:
      break;
  }
  return so_far + (predicate ? 1 : 0);
}

void arrive(Site site, Vote vote, int predicate) {
  wait_at(Thread::State::at_barrier, site, "__syncthreads");
  Block& block = block_of(*engine.current);
  if (block.arrived++ == 0) block.vote = vote == Vote::all ? 1 : 0;
  block.vote = fold(vote, block.vote, predicate != 0);
  release_barrier_if_full(rank_of(*engine.current));
  suspend();
}

}  // namespace

void release_barrier_if_full(unsigned rank) {
  Block& block = engine.blocks[rank];
  if (block.arrived == 0 || block.arrived != block.live) return;
  ++statistics.barriers;
  if (!all_wait_at_one_line(rank)) fault([] { return "divergent barrier" + where_everybody_is(); });
  const unsigned first = rank * engine.block_threads;
  if (access_checker)
    access_checker->block_barrier(first, engine.block_threads, engine.blocks.size() > 1);
  block.vote_result = block.vote;
  ++block.phase;
  block.arrived = 0;
  for_threads(first, first + engine.block_threads, make_ready);
}

void release_cluster_barrier_if_full() {
  if (engine.arrived == 0) return;
  unsigned live = 0;
  for (const Block& block : engine.blocks) live += block.live;
  if (engine.arrived != live) return;
  if (live != engine.threads.size())
    fault(
        [] { return "a thread has ended before a barrier of its cluster" + where_everybody_is(); });
  if (access_checker) access_checker->block_barrier(0, live, false);
  engine.arrived = 0;
  for_threads(0, live, make_ready);
}

void cluster_barrier(Site site) {
  tsan::release(&engine.tsan_cluster);
  {
    const InEngine scope;
    wait_at(Thread::State::at_cluster_barrier, site, "a barrier of the cluster");
    ++engine.arrived;
    release_cluster_barrier_if_full();
    suspend();
  }
  tsan::acquire(&engine.tsan_cluster);
}

int block_barrier(Site site, Vote vote, int predicate) {
  Block& block = block_of(*engine.current);
  char* phase = &block.tsan_phase[block.phase % 2];
  tsan::release(phase);
  {
    const InEngine scope;
    arrive(site, vote, predicate);
  }
  tsan::acquire(phase);
  return block.vote_result;
}

}  // namespace simt
