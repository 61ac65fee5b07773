#pragma once

#include <string_view>

namespace batchgrad {

/// The library's version, "MAJOR.MINOR.PATCH".
[[nodiscard]] std::string_view version();

}  // namespace batchgrad
