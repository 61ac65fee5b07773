#pragma once

#include <batchgrad/core/portability.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad {

class Backend;

/// A place where batchgrad can run, as `batchgrad devices` lists it.
struct DeviceInfo {
  std::string name;         ///< what Context::on takes: "reference", "cpu", "cuda:0"
  std::string description;  ///< of the hardware, or why it cannot be used
  bool usable = false;
};

struct ContextOptions {
  int threads = 0;  ///< of the cpu backend; 0: all that the process may use
};

/// Where work runs: a backend with its device and workspace. Everything that computes takes one.
/// Move-only. Not for use from two threads at once; two contexts are independent.
class Context {
 public:
  /// The first usable CUDA device, else the cpu.
  static Context best(const ContextOptions& options = {});

  /// The device called "reference", "cpu", "cuda" (the first) or "cuda:N".
  /// Errors: InvalidArgument for another name; BackendUnavailable with the reason (not built, no
  /// driver, no device, device too old).
  static Context on(std::string_view device, const ContextOptions& options = {});

  explicit Context(std::unique_ptr<Backend> backend);
  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;
  ~Context();

  /// "reference", "cpu" or "cuda:N".
  [[nodiscard]] std::string_view device() const;
  /// For people: the processor's or device's name, the instruction set, the number of threads.
  [[nodiscard]] std::string description() const;
  [[nodiscard]] Backend& backend() const { return *backend_; }

 private:
  std::unique_ptr<Backend> backend_;
};

/// All devices, the unusable ones with the reason. Never throws for a device's sake.
[[nodiscard]] std::vector<DeviceInfo> devices();

}  // namespace batchgrad
