#pragma once

namespace batchgrad::cli {

/// Lets SIGHUP, SIGINT and SIGTERM end the program with 129, 130 and 143: at once, or while a
/// DeferSignals lives only when it asks pending_signal(), so that it can save or clean up.
void install_signal_handlers();

/// The signal that arrived while signals were deferred; 0: none.
[[nodiscard]] int pending_signal();

/// Thrown where a command gives up for a pending signal with nothing to save.
struct Interrupted {
  int signal;
};

/// Throws Interrupted where a signal is pending.
void stop_if_interrupted();

class DeferSignals {
 public:
  DeferSignals();
  ~DeferSignals();
  DeferSignals(const DeferSignals&) = delete;
  DeferSignals& operator=(const DeferSignals&) = delete;
};

}  // namespace batchgrad::cli
