#include "expression/parser.hpp"

#include <batchgrad/error.hpp>

#include <array>
#include <fmt/format.h>
#include <utility>

#include "expression/lexer.hpp"
#include "expression/parser_names.hpp"
#include "expression/simplify.hpp"

namespace batchgrad::detail {

namespace {

constexpr std::array<std::pair<std::string_view, Opcode>, 6> comparisons = {
    {{"<", Opcode::less},
     {"<=", Opcode::less_equal},
     {">", Opcode::greater},
     {">=", Opcode::greater_equal},
     {"==", Opcode::equal},
     {"!=", Opcode::not_equal}}};

std::optional<Opcode> comparison_of(const Token& token) {
  for (const auto& [symbol, operation] : comparisons) {
    if (token.is(symbol)) return operation;
  }
  return {};
}

/// Goes down one function per rule of the grammar; the depth is limited, so the stack is, too.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>& variables)
      : lexer_(text), names_(state_.graph, variables) {}

  ExpressionState parse() {
    while (token().kind == Token::Kind::name && lexer_.peek().is("=")) definition();
    if (token().kind == Token::Kind::end) {
      fail_here(lexer_.previous_end() == 0
                    ? "the expression is empty (there is nothing to compute) write one, as x^2"
                    : "there is no result (definitions only name values) write it after the last "
                      "';'");
    }
    if (token().is("[")) {
      list();
    } else {
      state_.results.push_back(comparison());
    }
    if (token().is(";")) {
      lexer_.advance();
      if (token().kind != Token::Kind::end) {
        fail_here("text after the result (definitions come first) write [a, b] for two results");
      }
    }
    if (token().kind != Token::Kind::end) refuse_token();
    state_.variables = names_.take_variables();
    return std::move(state_);
  }

 private:
  /// One level of nesting, for as long as it lives.
  class Level {
   public:
    Level(Parser& parser, index_t offset) : parser_(parser) {
      if (++parser_.level_ > most_levels) {
        parser_.lexer_.fail(offset, fmt::format("more than {} levels of nesting (that is the "
                                                "limit) name parts of it: 'name = value;'",
                                                most_levels));
      }
    }
    ~Level() { --parser_.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  [[nodiscard]] const Token& token() const { return lexer_.token(); }
  [[noreturn]] void fail_here(const std::string& problem) const {
    lexer_.fail(token().offset, problem);
  }

  NodeId make(Opcode operation, NodeId a, NodeId b = 0, NodeId c = 0) {
    const NodeId node = make_node(state_.graph, operation, a, b, c);
    if (state_.graph.size() > most_text_nodes) {
      fail_here(
          fmt::format("more than {} operations (that is the limit of a text) split the "
                      "expression",
                      most_text_nodes));
    }
    return node;
  }

  void definition() {
    const Token name = token();
    names_.check_new(lexer_, name);
    lexer_.advance();
    lexer_.advance();
    const NodeId value = comparison();
    names_.define(lexer_, name, value);
    if (!token().is(";")) {
      if (token().kind != Token::Kind::end) refuse_token();
      fail_here(fmt::format("there is no result (this only defines '{}') write it after a ';'",
                            name.text));
    }
    lexer_.advance();
  }

  void list() {
    const Token bracket = token();
    const Level level(*this, bracket.offset);
    lexer_.advance();
    if (token().is("]")) fail_here("the list is empty (there is nothing to compute) fill it");
    state_.results.push_back(comparison());
    while (token().is(",")) {
      lexer_.advance();
      state_.results.push_back(comparison());
    }
    close("]", bracket);
  }

  void close(std::string_view symbol, const Token& opened) {
    if (token().is(symbol)) return lexer_.advance();
    if (token().kind != Token::Kind::end && !token().is(")") && !token().is("]")) refuse_token();
    fail_here(fmt::format("'{}' is missing here (the '{}' at byte {} is open) close it", symbol,
                          opened.text, opened.offset + 1));
  }

  NodeId comparison() {
    const NodeId left = sum();
    const auto operation = comparison_of(token());
    if (!operation) return left;
    lexer_.advance();
    const NodeId result = make(*operation, left, sum());
    if (comparison_of(token())) {
      fail_here("comparisons cannot be chained (a < b is a number, 1 or 0) write (a < b)*(b < c)");
    }
    return result;
  }

  NodeId sum() {
    NodeId result = product();
    while (token().is("+") || token().is("-")) {
      const Opcode operation = token().is("+") ? Opcode::add : Opcode::subtract;
      lexer_.advance();
      result = make(operation, result, product());
    }
    return result;
  }

  NodeId product() {
    NodeId result = signed_power();
    while (token().is("*") || token().is("/")) {
      const Opcode operation = token().is("*") ? Opcode::multiply : Opcode::divide;
      lexer_.advance();
      result = make(operation, result, signed_power());
    }
    return result;
  }

  NodeId signed_power() {
    bool is_negative = false;
    while (token().is("+") || token().is("-")) {
      is_negative ^= token().is("-");
      lexer_.advance();
    }
    const NodeId result = power();
    return is_negative ? make(Opcode::negate, result) : result;
  }

  NodeId power() {
    const NodeId base = atom();
    if (!token().is("^")) return base;
    const Level level(*this, token().offset);
    lexer_.advance();
    return make(Opcode::power, base, signed_power());
  }

  NodeId atom() {
    const Token first = token();
    if (first.kind == Token::Kind::number) {
      lexer_.advance();
      return state_.graph.constant(first.number);
    }
    if (first.kind == Token::Kind::name) {
      lexer_.advance();
      return token().is("(") ? call(first) : names_.find(lexer_, first);
    }
    if (!first.is("(")) refuse_operand();
    const Level level(*this, first.offset);
    lexer_.advance();
    if (token().is(")")) fail_here("there is nothing in the parentheses (a value is due) write it");
    const NodeId result = comparison();
    close(")", first);
    return result;
  }

  NodeId call(const Token& name) {
    const auto function = find_function(name.text);
    if (!function) {
      if (names_.is_known(name.text)) {
        fail_here(fmt::format("'{0}' is no function (it is a value) write {0}*(...) for a product",
                              name.text));
      }
      lexer_.fail(name.offset, fmt::format("unknown function '{}' (no function has this name) {}",
                                           name.text, suggest_function(name.text)));
    }
    const Token opened = token();
    const Level level(*this, opened.offset);
    lexer_.advance();
    int count = 0;
    std::array<NodeId, 3> arguments = {};
    if (!token().is(")")) {
      do {
        if (count > 0) lexer_.advance();
        const NodeId argument = comparison();
        if (count < function->fewest_arguments) {
          arguments[static_cast<std::size_t>(count)] = argument;
        } else if (function->takes_more) {
          arguments[0] = make(function->operation, arguments[0], arguments[1]);
          arguments[1] = argument;
        }
        ++count;
      } while (token().is(","));
    }
    const index_t end = token().offset;
    close(")", opened);
    if (count < function->fewest_arguments ||
        (count > function->fewest_arguments && !function->takes_more)) {
      lexer_.fail(count == 0 ? end : name.offset,
                  wrong_argument_count(name.text, *function, count));
    }
    return make(function->operation, arguments[0], arguments[1], arguments[2]);
  }

  // Where a value is due.
  [[noreturn]] void refuse_operand() const {
    if (token().kind == Token::Kind::end) {
      fail_here("the expression ends where a value is due (an operator needs two) complete it");
    }
    if (token().is("[")) {
      fail_here("a list inside an expression (only the whole result may be one) remove the '['");
    }
    fail_here(
        fmt::format("'{}' where a value is due (a number, a name or '(') remove it or write "
                    "the value",
                    token().text));
  }

  // Where an operator or the end is due.
  [[noreturn]] void refuse_token() const {
    const Token& found = token();
    if (found.is("=")) {
      fail_here(
          "'=' inside an expression (it only defines names: 'name = value;') write == to "
          "compare");
    }
    if (found.is(")") || found.is("]")) {
      fail_here(fmt::format("'{}' closes nothing (none is open) remove it", found.text));
    }
    if (found.is(",")) {
      fail_here(
          "',' outside of a list (numbers have a decimal point) write 1.5, or [a, b] for two "
          "results");
    }
    if (found.is("[")) {
      fail_here("'[' behind a value (there are no indices) write names as x1, or * for a product");
    }
    fail_here(
        fmt::format("'{}' follows a value without an operator (products need their sign) "
                    "write * between them, as 2*x",
                    found.text));
  }

  ExpressionState state_;
  Lexer lexer_;
  Names names_;
  int level_ = 0;
};

}  // namespace

ExpressionState parse_expression(std::string_view text, const std::vector<std::string>& variables) {
  if (text.size() > most_text_bytes) {
    throw ParseError(text, static_cast<index_t>(most_text_bytes),
                     fmt::format("the expression has {} bytes (at most {} are read) split it",
                                 text.size(), most_text_bytes));
  }
  return Parser(text, variables).parse();
}

}  // namespace batchgrad::detail
