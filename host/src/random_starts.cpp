#include <batchgrad/core/philox.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/minimize.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace batchgrad {
namespace {

void check_box(const std::vector<Interval>& box) {
  if (box.empty())
    throw InvalidArgument("the box is empty (a start has an interval for each variable)");
  for (std::size_t i = 0; i < box.size(); ++i) {
    const auto [lower, upper] = box[i];
    if (!(lower <= upper && std::isfinite(upper - lower)))
      throw InvalidArgument(
          fmt::format("the box of variable {} is from {} to {} (starts are drawn between two "
                      "finite ends, the lower one first)",
                      i, lower, upper));
  }
}

}  // namespace

std::vector<double> random_starts(const std::vector<Interval>& box, index_t count,
                                  std::uint64_t seed) {
  check_box(box);
  if (count < 1)
    throw InvalidArgument(fmt::format("the count of starts is {} (at least 1 is needed)", count));
  const detail::Philox philox(seed);
  std::vector<double> starts;
  starts.reserve(static_cast<std::size_t>(count) * box.size());
  for (index_t n = 0; n < count; ++n) {
    const auto row = static_cast<std::uint64_t>(n);
    for (std::size_t i = 0; i < box.size(); ++i) {
      const auto bits =
          philox({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32),
                  static_cast<std::uint32_t>(i), 0});
      const auto [lower, upper] = box[i];
      const double drawn = lower + (upper - lower) * detail::uniform(bits[0], bits[1]);
      starts.push_back(std::clamp(drawn, lower, upper));
    }
  }
  return starts;
}

}  // namespace batchgrad
