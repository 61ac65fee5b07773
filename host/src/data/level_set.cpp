#include "data/level_set.hpp"

namespace batchgrad::detail {

index_t LevelSet::find_or_add(std::string_view text) {
  const index_t known = find(text);
  if (known >= 0) return known;
  const auto number = static_cast<index_t>(texts_.size());
  texts_.emplace_back(text);
  numbers_.emplace(text, number);
  return number;
}

index_t LevelSet::find(std::string_view text) const {
  const auto place = numbers_.find(text);
  return place == numbers_.end() ? -1 : place->second;
}

}  // namespace batchgrad::detail
