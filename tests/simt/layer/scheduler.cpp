#include <algorithm>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <memory>
#include <utility>

#include "layer/engine_state.hpp"

namespace simt {
namespace {

constexpr std::size_t stack_bytes = 128 * 1024;

const void* bottom_of(const Worker& worker) {
  return static_cast<const char*>(worker.stack.sp) - worker.stack.size;
}

Thread* pick() {
  auto& runnable = engine.runnable;
  if (runnable.empty()) return nullptr;
  if (schedule.order == Order::random)
    std::swap(runnable[next_random() % runnable.size()], runnable.front());
  Thread* thread = runnable.front();
  runnable.pop_front();
  return thread;
}

void assign(Worker& worker, Thread& thread) {
  worker.thread = &thread;
  thread.worker = &worker;
  thread.state = Thread::State::ready;
}

void resume(Worker& worker) {
  ++statistics.switches;
  engine.worker = &worker;
  asan::start_switch(&engine.scheduler_fake_stack, bottom_of(worker), worker.stack.size);
  worker.self = std::move(worker.self).resume();
  asan::finish_switch(engine.scheduler_fake_stack, nullptr, nullptr);
  engine.worker = nullptr;
}

void back_to_scheduler(Worker& worker) {
  asan::start_switch(&worker.fake_stack, engine.scheduler_bottom, engine.scheduler_size);
  worker.scheduler = std::move(worker.scheduler).resume();
  asan::finish_switch(worker.fake_stack, &engine.scheduler_bottom, &engine.scheduler_size);
}

void go_idle(Worker& worker) {
  worker.thread = nullptr;
  engine.current = nullptr;
  engine.idle.push_back(&worker);
  back_to_scheduler(worker);
}

// Runs worker.thread, then fresh threads, until one is next that sleeps on another stack.
void run_on(Worker& worker) {
  for (Thread* thread = worker.thread; thread;) {
    engine.current = thread;
    ++statistics.threads;
    InEngine::enter_kernel();
    tsan::acquire(&engine.tsan_begin);
    engine.body(engine.arguments);
    tsan::release(&engine.tsan_end);
    leave_kernel();
    finish(*thread);
    thread = tsan::enabled ? nullptr : pick();
    if (!thread) continue;
    if (thread->state == Thread::State::unstarted) {
      assign(worker, *thread);
    } else {
      engine.next = std::exchange(thread, nullptr);
    }
  }
}

// What a thread that returns does by itself: its accesses come before the end of the launch.
void end_for_tsan(const Thread& thread) {
  if (!tsan::enabled) return;
  tsan::become(engine.tsan_fibers[thread.linear]);
  tsan::release(&engine.tsan_end);
  tsan::become(engine.tsan_scheduler);
}

// A worker's whole life. abandon_launch() jumps back to its beginning, over the frames of a kernel
// that broke a rule: those hold nothing to destroy, and unwinding would ask every device function
// to let exceptions pass.
[[gnu::noinline]] void live() {
  asan::finish_switch(nullptr, &engine.scheduler_bottom, &engine.scheduler_size);
  if (__builtin_setjmp(engine.worker->restart) != 0) {
    asan::unpoison(bottom_of(*engine.worker), engine.worker->stack.size);
    end_for_tsan(*engine.worker->thread);
    go_idle(*engine.worker);
  }
  for (;;) {
    run_on(*engine.worker);
    go_idle(*engine.worker);
  }
}

Worker* new_worker() {
  auto* worker = new Worker;
  boost::context::protected_fixedsize_stack allocator(stack_bytes);
  worker->stack = allocator.allocate();
  const boost::context::preallocated place(worker->stack.sp, worker->stack.size, worker->stack);
  worker->self = boost::context::fiber(std::allocator_arg, place, allocator,
                                       [worker](boost::context::fiber&& scheduler) {
                                         worker->scheduler = std::move(scheduler);
                                         live();
                                         return std::move(worker->scheduler);
                                       });
  return worker;
}

Worker& worker_for(const Thread& thread) {
  if (tsan::enabled) {
    auto& workers = engine.tsan_workers;
    workers.resize(std::max<std::size_t>(workers.size(), thread.linear + 1));
    if (!workers[thread.linear]) workers[thread.linear] = new_worker();
    return *workers[thread.linear];
  }
  if (engine.idle.empty()) return *new_worker();
  Worker* worker = engine.idle.back();
  engine.idle.pop_back();
  return *worker;
}

// After a fault: every sleeping worker wakes in suspend(), abandons its thread and goes idle.
void reclaim_workers() {
  for (const Thread& thread : engine.threads)
    if (thread.worker && thread.worker->thread == &thread) resume(*thread.worker);
}

}  // namespace

void run_threads() {
  if (tsan::enabled) engine.idle.clear();
  while (Thread* thread = engine.next ? std::exchange(engine.next, nullptr) : pick()) {
    if (thread->state == Thread::State::unstarted) assign(worker_for(*thread), *thread);
    resume(*thread->worker);
    if (engine.aborting) break;
  }
  const auto lives = [](const Block& block) { return block.live != 0; };
  if (!engine.aborting && std::any_of(engine.blocks.begin(), engine.blocks.end(), lives)) {
    record("deadlock" + where_everybody_is());
    engine.aborting = true;
  }
  if (engine.aborting) reclaim_workers();
}

void suspend() {
  Thread* thread = engine.current;
  back_to_scheduler(*thread->worker);
  if (engine.aborting) abandon_launch();
  engine.current = thread;
}

void abandon_launch() {
  engine.aborting = true;
  __builtin_longjmp(engine.worker->restart, 1);
}

void make_ready(Thread& thread) {
  engine.preemptions = 0;
  thread.state = Thread::State::ready;
  engine.runnable.push_back(&thread);
}

void wait_at(Thread::State state, Site site, const char* what, unsigned mask) {
  Thread& thread = *engine.current;
  thread.state = state;
  thread.site = site;
  thread.waits_for = what;
  thread.mask = mask;
}

void preempt() {
  constexpr std::uint64_t patience = 250'000;
  if (current_thread() < 0 || next_random() % 8 != 0) return;
  const InEngine scope;
  if (++engine.preemptions > patience)
    fault([] { return "no progress: threads seem to spin on atomics" + where_everybody_is(); });
  engine.current->state = Thread::State::ready;
  engine.runnable.push_back(engine.current);
  suspend();
}

bool on_fiber_stack(const void* p) {
  return engine.worker && p >= bottom_of(*engine.worker) && p < engine.worker->stack.sp;
}

}  // namespace simt
