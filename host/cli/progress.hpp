#pragma once

#include <batchgrad/core/view.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace batchgrad::cli {

/// Progress on stderr: a bar with the rate where stderr is a terminal, otherwise a line now and
/// then, in ever longer intervals; nothing for work of a moment. Clears its bar at the end.
class Progress {
 public:
  enum class Show { no, yes };

  /// `unit` is what is counted ("rows"); total 0: unknown, then there is a count but no bar.
  Progress(std::string label, std::string unit, index_t total, Show show);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Cheap enough to be called a thousand times a second.
  void update(index_t done, std::string_view detail = "");

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string line(index_t done, std::string_view detail, double seconds) const;

  std::string label_;
  std::string unit_;
  index_t total_;
  bool shown_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_;
  double next_seconds_;
};

}  // namespace batchgrad::cli
