#pragma once

#include <batchgrad/core/view.hpp>

#include <cstddef>

namespace batchgrad::detail {

/// A count or a position, never negative, as the standard library's containers take it.
constexpr std::size_t as_size(index_t n) { return static_cast<std::size_t>(n); }

}  // namespace batchgrad::detail
