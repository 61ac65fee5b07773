#include <cstring>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

bool same_line(const Site& a, const Site& b) {
  return a.line == b.line && std::strcmp(a.file, b.file) == 0;
}

bool all_wait_at_one_line() {
  if (engine.live != engine.threads.size()) return false;  // somebody returned early
  for (const Thread& thread : engine.threads)
    if (!same_line(thread.site, engine.threads.front().site)) return false;
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
  if (engine.arrived++ == 0) engine.vote = vote == Vote::all ? 1 : 0;
  engine.vote = fold(vote, engine.vote, predicate != 0);
  release_barrier_if_full();
  suspend();
}

}  // namespace

void release_barrier_if_full() {
  if (engine.arrived == 0 || engine.arrived != engine.live) return;
  ++statistics.barriers;
  if (!all_wait_at_one_line()) fault([] { return "divergent barrier" + where_everybody_is(); });
  if (access_checker) access_checker->block_barrier();
  engine.vote_result = engine.vote;
  ++engine.phase;
  engine.arrived = 0;
  for_threads(0, static_cast<unsigned>(engine.threads.size()), make_ready);
}

int block_barrier(Site site, Vote vote, int predicate) {
  char* phase = &engine.tsan_phase[engine.phase % 2];
  tsan::release(phase);
  {
    const InEngine scope;
    arrive(site, vote, predicate);
  }
  tsan::acquire(phase);
  return engine.vote_result;
}

}  // namespace simt
