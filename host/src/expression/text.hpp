#pragma once

#include <string>

#include "expression/expression_state.hpp"

namespace batchgrad::detail {

/// The results as text that reads back, with the same variables, to the same function. Values that
/// are used more than once are defined in front (`t1 = ...;`) where they are long, as is what is
/// nested deeply.
[[nodiscard]] std::string expression_text(const ExpressionState& state);

}  // namespace batchgrad::detail
