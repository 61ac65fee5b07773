#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expression/expression_state.hpp"
#include "expression/lexer.hpp"

namespace batchgrad::detail {

/// A function that expressions may call.
struct CalledFunction {
  Opcode operation;
  int fewest_arguments;
  bool takes_more = false;  ///< f(a, b, c) is f(f(a, b), c)
};

[[nodiscard]] std::optional<CalledFunction> find_function(std::string_view name);

/// What to write instead of a function that there is not.
[[nodiscard]] std::string suggest_function(std::string_view name);

/// The message for a call with another number of arguments.
[[nodiscard]] std::string wrong_argument_count(std::string_view name,
                                               const CalledFunction& function, int count);

/// The constants pi and e.
[[nodiscard]] std::optional<double> find_named_constant(std::string_view name);

/// What the names of a text stand for.
class Names {
 public:
  /// Errors: InvalidArgument where a name is empty or given twice.
  Names(Graph& graph, const std::vector<std::string>& variables);

  /// The node of a name: a definition, a variable (a new one unless they are given), a constant.
  /// Errors: ParseError.
  NodeId find(const Lexer& lexer, const Token& name);
  /// `name = value;` Errors: ParseError where the name has a meaning already.
  void define(const Lexer& lexer, const Token& name, NodeId value);
  /// Throws where the name cannot be defined.
  void check_new(const Lexer& lexer, const Token& name) const;
  [[nodiscard]] bool is_known(std::string_view name) const;

  [[nodiscard]] std::vector<std::string> take_variables() { return std::move(variables_); }

 private:
  Graph& graph_;
  bool are_given_;
  std::vector<std::string> variables_;
  std::map<std::string, index_t, std::less<>> positions_;
  std::map<std::string, NodeId, std::less<>> definitions_;
};

}  // namespace batchgrad::detail
