#pragma once

#include <batchgrad/dataset.hpp>

#include <fmt/format.h>
#include <string>

namespace batchgrad::detail {

/// A value of the target as the file has it: a number, or the level that it stands for.
template <class T>
std::string label_text(const Dataset<T>& dataset, computing_t<T> value) {
  const auto& levels = dataset.rules().target_levels;
  return levels.empty() ? fmt::format("{}", value) : levels[static_cast<std::size_t>(value)];
}

}  // namespace batchgrad::detail
