#include "signals.hpp"

#include <csignal>
#include <initializer_list>
#include <unistd.h>

namespace batchgrad::cli {
namespace {

volatile std::sig_atomic_t deferred = 0;
volatile std::sig_atomic_t pending = 0;

extern "C" void handle_signal(int signal) {
  if (deferred == 0) ::_exit(128 + signal);
  pending = signal;
}

}  // namespace

void install_signal_handlers() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    struct sigaction previous = {};
    // A signal that the caller ignores, as nohup and background jobs do, stays ignored.
    if (::sigaction(signal, nullptr, &previous) == 0 && previous.sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = handle_signal;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
}

int pending_signal() { return pending; }

void stop_if_interrupted() {
  if (pending != 0) throw Interrupted{pending};
}

DeferSignals::DeferSignals() { deferred = deferred + 1; }
DeferSignals::~DeferSignals() { deferred = deferred - 1; }

}  // namespace batchgrad::cli
