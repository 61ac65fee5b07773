#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expression/expression_state.hpp"

namespace batchgrad::detail {

constexpr std::size_t most_text_bytes = 64 * 1024;
constexpr int most_levels = 200;  ///< of parentheses, calls and powers in one another
constexpr NodeId most_text_nodes = 10000;

/// Reads the text of an expression.
///   text       = {name "=" sum ";"} (comparison | "[" comparison {"," comparison} "]") [";"]
///   comparison = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
///   sum        = product {("+" | "-") product}
///   product    = signed {("*" | "/") signed}
///   signed     = {"+" | "-"} power
///   power      = atom [("^" | "**") signed]
///   atom       = number | name | name "(" comparison {"," comparison} ")" | "(" comparison ")"
/// A definition's value is a comparison, too. `variables` empty: names that are not defined become
/// variables. A variable of that list shadows a constant of the same name.
/// Errors: ParseError; InvalidArgument for a list of variables that names one twice.
[[nodiscard]] ExpressionState parse_expression(std::string_view text,
                                               const std::vector<std::string>& variables);

}  // namespace batchgrad::detail
