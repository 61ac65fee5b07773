#pragma once

#include <batchgrad/core/view.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace batchgrad::detail {

/// The texts of a categorical column in the order in which they were met.
class LevelSet {
 public:
  /// The number of a level, added if it is new.
  index_t find_or_add(std::string_view text);
  /// The number of a level, or -1.
  [[nodiscard]] index_t find(std::string_view text) const;
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  // Looks texts up without making a std::string of each cell.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::vector<std::string> texts_;
  std::unordered_map<std::string, index_t, Hash, std::equal_to<>> numbers_;
};

/// The largest number of levels a categorical column may have.
constexpr index_t level_limit = 10000;

}  // namespace batchgrad::detail
