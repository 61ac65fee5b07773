#include "expression/parser_names.hpp"

#include <batchgrad/error.hpp>

#include <array>
#include <fmt/format.h>
#include <numbers>
#include <utility>

#include "suggest_name.hpp"

namespace batchgrad::detail {

namespace {

constexpr std::pair<std::string_view, Opcode> every_operation[] = {
#define BATCHGRAD_ENTRY(name, arity) {#name, Opcode::name},
    BATCHGRAD_EVERY_OPERATION(BATCHGRAD_ENTRY)
#undef BATCHGRAD_ENTRY
};

// Those that are written as signs, by another name, or not at all.
bool is_called_by_its_name(Opcode operation) {
  return operation >= Opcode::min && operation != Opcode::log_add_exp &&
         operation != Opcode::logistic;
}

constexpr std::pair<std::string_view, const char*> other_names[] = {
    {"ln", "the natural logarithm is written log(x)"},
    {"lg", "the decimal logarithm is written log10(x)"},
    {"ld", "the binary logarithm is written log2(x)"},
    {"arcsin", "it is written asin(x)"},
    {"arccos", "it is written acos(x)"},
    {"arctan", "it is written atan(x)"},
    {"arctan2", "it is written atan2(y, x)"},
    {"arcsinh", "it is written asinh(x)"},
    {"arccosh", "it is written acosh(x)"},
    {"arctanh", "it is written atanh(x)"},
    {"tg", "it is written tan(x)"},
    {"fabs", "it is written abs(x)"},
    {"sgn", "it is written sign(x)"},
    {"signum", "it is written sign(x)"},
    {"ceiling", "it is written ceil(x)"},
    {"power", "write x^y or pow(x, y)"},
    {"sqr", "write x^2"},
    {"square", "write x^2"},
    {"where", "write if(condition, a, b)"},
    {"select", "write if(condition, a, b)"},
    {"ifelse", "write if(condition, a, b)"},
    {"logistic", "write 1/(1 + exp(-x))"},
    {"sigmoid", "write 1/(1 + exp(-x))"},
    {"softplus", "write log(1 + exp(x))"},
    {"round", "write floor(x + 0.5)"},
    {"cot", "write 1/tan(x)"},
    {"sec", "write 1/cos(x)"},
    {"csc", "write 1/sin(x)"},
};

std::vector<std::string> function_names() {
  std::vector<std::string> names = {"if", "pow"};
  for (const auto& [name, operation] : every_operation) {
    if (is_called_by_its_name(operation)) names.emplace_back(name);
  }
  return names;
}

}  // namespace

std::optional<CalledFunction> find_function(std::string_view name) {
  if (name == "if") return CalledFunction{Opcode::select, 3};
  if (name == "pow") return CalledFunction{Opcode::power, 2};
  for (const auto& [known, operation] : every_operation) {
    if (known != name || !is_called_by_its_name(operation)) continue;
    const bool takes_more =
        operation == Opcode::min || operation == Opcode::max || operation == Opcode::hypot;
    return CalledFunction{operation, arity(operation), takes_more};
  }
  return {};
}

std::string suggest_function(std::string_view name) {
  for (const auto& [other, advice] : other_names) {
    if (other == name) return advice;
  }
  return suggest_name(name, function_names());
}

std::string wrong_argument_count(std::string_view name, const CalledFunction& function, int count) {
  static constexpr std::array<const char*, 4> shown = {"", "(x)", "(a, b)", "(a, b, c)"};
  return fmt::format("{0} has {1} argument{2} here (it takes {3}{4}) write {0}{5}", name, count,
                     count == 1 ? "" : "s", function.fewest_arguments,
                     function.takes_more ? " or more" : "",
                     shown[static_cast<std::size_t>(function.fewest_arguments)]);
}

std::optional<double> find_named_constant(std::string_view name) {
  if (name == "pi") return std::numbers::pi;
  if (name == "e") return std::numbers::e;
  return {};
}

Names::Names(Graph& graph, const std::vector<std::string>& variables)
    : graph_(graph), are_given_(!variables.empty()), variables_(variables) {
  for (const auto& name : variables) {
    if (name.empty()) {
      throw InvalidArgument("a variable has no name (expressions call them by name) name it");
    }
    if (!positions_.emplace(name, static_cast<index_t>(positions_.size())).second) {
      throw InvalidArgument(
          fmt::format("variable '{}' is listed twice (a name has one position) "
                      "list it once",
                      name));
    }
  }
}

bool Names::is_known(std::string_view name) const {
  return definitions_.contains(name) || positions_.contains(name) || find_named_constant(name);
}

NodeId Names::find(const Lexer& lexer, const Token& name) {
  if (const auto found = definitions_.find(name.text); found != definitions_.end()) {
    return found->second;
  }
  if (const auto found = positions_.find(name.text); found != positions_.end()) {
    return graph_.variable(found->second);
  }
  if (const auto value = find_named_constant(name.text)) return graph_.constant(*value);
  if (find_function(name.text)) {
    lexer.fail(name.offset, fmt::format("'{0}' is a function (it needs its arguments) write "
                                        "{0}(...)",
                                        name.text));
  }
  if (are_given_) {
    std::vector<std::string> known = variables_;
    for (const auto& [definition, node] : definitions_) known.push_back(definition);
    lexer.fail(name.offset, fmt::format("unknown name '{}' (it is neither a variable nor defined) "
                                        "{}",
                                        name.text, suggest_name(name.text, known)));
  }
  const auto position = static_cast<index_t>(variables_.size());
  variables_.emplace_back(name.text);
  positions_.emplace(name.text, position);
  return graph_.variable(position);
}

void Names::check_new(const Lexer& lexer, const Token& name) const {
  const char* problem = nullptr;
  if (definitions_.contains(name.text)) {
    problem = "'{}' is defined twice (a name has one value) use another name";
  } else if (positions_.contains(name.text)) {
    problem = are_given_ ? "'{}' is a variable (its value is given) use another name"
                         : "'{}' is used before it is defined (it became a variable there) define "
                           "it first, or use another name";
  } else if (find_named_constant(name.text)) {
    problem = "'{}' is a constant (its value is fixed) use another name";
  } else if (find_function(name.text)) {
    problem = "'{}' is a function (its name is taken) use another name";
  }
  if (problem) lexer.fail(name.offset, fmt::format(fmt::runtime(problem), name.text));
}

void Names::define(const Lexer& lexer, const Token& name, NodeId value) {
  check_new(lexer, name);  // also where its own value made a variable of it
  definitions_.emplace(name.text, value);
}

}  // namespace batchgrad::detail
