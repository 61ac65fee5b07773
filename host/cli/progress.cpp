#include "progress.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace batchgrad::cli {
namespace {

constexpr double terminal_interval = 0.1;
constexpr double first_line_after = 5;
constexpr int bar_width = 24;

/// "1.23 M": three digits are all a glance takes in.
std::string short_number(double value) {
  static constexpr const char* units[] = {"", " k", " M", " G", " T"};
  std::size_t unit = 0;
  for (; value >= 1000 && unit < 4; ++unit) value /= 1000;
  return fmt::format("{:.3g}{}", value, units[unit]);
}

}  // namespace

Progress::Progress(std::string label, std::string unit, index_t total, Show show)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      shown_(show == Show::yes),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      next_seconds_(terminal_ ? terminal_interval : first_line_after) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Progress::update(index_t done, std::string_view detail) {
  if (!shown_) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  if (seconds < next_seconds_) return;
  const std::string text = line(done, detail, seconds);
  if (terminal_) {
    std::fputs(("\r" + text + "\x1b[K").c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
    next_seconds_ = seconds + terminal_interval;
  } else {
    std::fputs((text + '\n').c_str(), stderr);
    next_seconds_ = 2 * seconds;
  }
}

std::string Progress::line(index_t done, std::string_view detail, double seconds) const {
  std::string text = label_ + ": ";
  const auto count = static_cast<double>(done);
  if (total_ > 0) {
    const double share = count / static_cast<double>(total_);
    const int filled = static_cast<int>(share * bar_width);
    if (terminal_) text += fmt::format("[{:#<{}}{:.<{}}] ", "", filled, "", bar_width - filled);
    text += fmt::format("{:.0f} % of {} {}", 100 * share, short_number(static_cast<double>(total_)),
                        unit_);
  } else {
    text += fmt::format("{} {}", done, unit_);
  }
  text += fmt::format(", {} {}/s", short_number(count / seconds), unit_);
  if (!detail.empty()) text += fmt::format(", {}", detail);
  return text;
}

}  // namespace batchgrad::cli
