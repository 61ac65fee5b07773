#include "suggest_name.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <numeric>

namespace batchgrad::detail {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (same(a[i], b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggest_name(std::string_view wanted, const std::vector<std::string>& names) {
  // A name of which hardly a letter is right is no help.
  std::size_t best_distance =
      std::min(wanted.size(), std::max<std::size_t>(2, wanted.size() / 3 + 1));
  const std::string* best = nullptr;
  for (const auto& name : names) {
    const std::size_t distance = edit_distance(wanted, name);
    if (distance < best_distance) {
      best_distance = distance;
      best = &name;
    }
  }
  if (best) return fmt::format("did you mean '{}'?", *best);
  constexpr std::size_t shown = 10;
  const std::vector<std::string> first(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size())));
  return fmt::format("they are {}{}", fmt::join(first, ", "), names.size() > shown ? ", ..." : "");
}

}  // namespace batchgrad::detail
