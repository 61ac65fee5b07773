#pragma once

namespace batchgrad::cli {

/// The constant term, in every output and in --start.
inline constexpr const char* intercept_name = "(intercept)";

}  // namespace batchgrad::cli
