#pragma once

#include <batchgrad/context.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <stdexcept>
#include <string>

namespace batchgrad::cli {

/// What the program answers; 128 + the number of the signal where one stopped it.
enum ExitCode : int { done = 0, failed = 1, usage = 2, not_converged = 3, not_finite = 4 };

/// Options that contradict each other or make no sense for a command.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Format { text, json, csv };

/// What every command understands.
struct CommonOptions {
  std::optional<Format> format;
  std::optional<std::string> device;
  std::optional<index_t> threads;
  bool quiet = false;

  [[nodiscard]] int thread_count() const { return static_cast<int>(threads.value_or(0)); }
};

void add_common_options(CLI::App& app, CommonOptions& options);

/// Refuses --device other than auto and cpu, for commands that compute on the host.
void require_host_device(const CommonOptions& options, const char* command);

/// The context that --device and --threads ask for.
Context open_context(const CommonOptions& options);

/// "batchgrad: KIND: text" on stderr.
void print_message(const char* kind, const std::string& text);

}  // namespace batchgrad::cli
