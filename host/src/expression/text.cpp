#include "expression/text.hpp"

#include <algorithm>
#include <cmath>
#include <fast_float/fast_float.h>
#include <fmt/format.h>
#include <numbers>
#include <string_view>
#include <utility>

#include "expression/parser.hpp"
#include "expression/simplify.hpp"

namespace batchgrad::detail {

namespace {

// How tightly the outermost operator of a text binds.
enum Binding { comparison, sum, product, sign, power, atom };

struct Piece {
  std::string text;
  Binding binding = atom;
  bool starts_with_minus = false;
  int levels = 0;  ///< of parentheses, calls and powers in one another
};

// Of what is used more than once; shorter text is repeated. Where that makes a text that is too
// long to be read again, only what is shorter than the name of a definition.
constexpr std::size_t longest_repeated = 80;
constexpr std::size_t longest_repeated_if_long = 6;
// A definition keeps what is nested deeper readable, and readable by the parser.
constexpr int most_levels_inside = 60;

/// Copies nodes to a graph in which everything has a spelling.
class Speller {
 public:
  explicit Speller(const Graph& graph) : graph_(graph) {}

  std::vector<NodeId> spell(const std::vector<NodeId>& results) {
    std::vector<NodeId> copies(graph_.size());
    for (const NodeId id : needed_nodes(graph_, results)) copies[id] = copy(id, copies);
    std::vector<NodeId> spelled;
    spelled.reserve(results.size());
    for (const NodeId id : results) spelled.push_back(copies[id]);
    return spelled;
  }
  [[nodiscard]] const Graph& graph() const { return spelled_; }

 private:
  NodeId copy(NodeId id, const std::vector<NodeId>& copies) {
    const Node& node = graph_[id];
    const auto [first, second, third] = node.arguments;
    const NodeId a = copies[first];
    const NodeId b = copies[second];
    switch (node.operation) {
      case Opcode::constant:
        return spelled_.constant(node.constant);
      case Opcode::variable:
        return spelled_.variable(node.variable);
      case Opcode::logistic:
        return spelled_.apply(Opcode::divide, spelled_.constant(1), logistic_below(a));
      case Opcode::multiply:
        if (graph_[second].operation != Opcode::logistic) break;
        return spelled_.apply(Opcode::divide, a,
                              logistic_below(copies[graph_[second].arguments[0]]));
      case Opcode::log_add_exp:
        return spelled_.apply(Opcode::log, spelled_.apply(Opcode::add, exponential(first, a),
                                                          spelled_exponential(b)));
      default:
        break;
    }
    return spelled_.apply(node.operation, a, b, copies[third]);
  }

  // 1 + exp(-a)
  NodeId logistic_below(NodeId a) {
    return spelled_.apply(Opcode::add, spelled_.constant(1),
                          spelled_.apply(Opcode::exp, make_negative(spelled_, a)));
  }

  // exp of an argument on the left, whose own logarithm, if it is a log_add_exp, ends here.
  NodeId exponential(NodeId id, NodeId spelled) {
    if (graph_[id].operation == Opcode::log_add_exp) return spelled_[spelled].arguments[0];
    return spelled_exponential(spelled);
  }

  NodeId spelled_exponential(NodeId a) {
    if (!is_constant(spelled_, a)) return spelled_.apply(Opcode::exp, a);
    // The shortest number whose logarithm the constant is.
    const double exponent = spelled_[a].constant;
    double value = std::exp(exponent);
    for (int digits = 1; digits <= 17; ++digits) {
      const std::string text = fmt::format("{:.{}g}", std::exp(exponent), digits);
      fast_float::from_chars(text.data(), text.data() + text.size(), value);
      if (std::log(value) == exponent) break;
    }
    return spelled_.constant(value);
  }

  const Graph& graph_;
  Graph spelled_;
};

struct Sign {
  Opcode operation;
  std::string_view symbol;
  Binding binding;
};

constexpr Sign signs[] = {
    {Opcode::add, " + ", sum},
    {Opcode::subtract, " - ", sum},
    {Opcode::multiply, "*", product},
    {Opcode::divide, "/", product},
    {Opcode::less, " < ", comparison},
    {Opcode::less_equal, " <= ", comparison},
    {Opcode::greater, " > ", comparison},
    {Opcode::greater_equal, " >= ", comparison},
    {Opcode::equal, " == ", comparison},
    {Opcode::not_equal, " != ", comparison},
};

class Printer {
 public:
  Printer(const Graph& graph, const std::vector<std::string>& variables, std::size_t repeated)
      : graph_(graph),
        variables_(variables),
        repeated_(repeated),
        uses_(graph.size()),
        pieces_(graph.size()) {}

  std::string print(const std::vector<NodeId>& results) {
    const auto nodes = in_order_of_use(results);
    for (const NodeId id : nodes) {
      const Node& node = graph_[id];
      for (int i = 0; i < arity(node.operation); ++i) {
        ++uses_[node.arguments[static_cast<std::size_t>(i)]];
      }
    }
    for (const NodeId id : results) ++uses_[id];
    for (const NodeId id : nodes) {
      Piece piece = spell(graph_[id]);
      const bool is_long = uses_[id] > 1 && piece.text.size() > repeated_;
      pieces_[id] = is_long || piece.levels > most_levels_inside ? define(piece) : std::move(piece);
    }
    if (results.size() == 1) return definitions_ + take(results[0]).text;
    std::string list;
    for (const NodeId id : results) list += (list.empty() ? "" : ", ") + take(id).text;
    return fmt::format("{}[{}]", definitions_, list);
  }

 private:
  // Arguments before what uses them, from left to right: the order depends on nothing but the text.
  [[nodiscard]] std::vector<NodeId> in_order_of_use(const std::vector<NodeId>& results) const {
    std::vector<NodeId> ordered;
    std::vector<bool> is_seen(graph_.size());
    std::vector<std::pair<NodeId, bool>> waiting;  // true: the arguments are there
    for (auto result = results.rbegin(); result != results.rend(); ++result) {
      waiting.emplace_back(*result, false);
    }
    while (!waiting.empty()) {
      const auto [id, is_ready] = waiting.back();
      waiting.pop_back();
      if (is_ready) ordered.push_back(id);
      if (is_ready || is_seen[id]) continue;
      is_seen[id] = true;
      waiting.emplace_back(id, true);
      const Node& node = graph_[id];
      for (int i = arity(node.operation); i-- > 0;) {
        waiting.emplace_back(node.arguments[static_cast<std::size_t>(i)], false);
      }
    }
    return ordered;
  }

  // The text of an argument, moved out where nothing else needs it.
  Piece take(NodeId id) { return --uses_[id] == 0 ? std::move(pieces_[id]) : pieces_[id]; }

  [[nodiscard]] bool is_variable(std::string_view name) const {
    return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
  }

  Piece define(const Piece& piece) {
    std::string name;
    do {
      name = fmt::format("t{}", ++definition_count_);
    } while (is_variable(name));
    definitions_ += fmt::format("{} = {}; ", name, piece.text);
    return {name};
  }

  // In parentheses unless it binds at least as tightly as `least`.
  static Piece inside(Piece piece, Binding least) {
    if (piece.binding >= least) return piece;
    return {fmt::format("({})", piece.text), atom, false, piece.levels + 1};
  }
  // On the right of a sign.
  static Piece right(Piece piece, Binding least) {
    if (piece.starts_with_minus) piece.binding = comparison;
    return inside(std::move(piece), std::max(least, sum));
  }

  Piece spell(const Node& node) {
    const auto [a, b, c] = node.arguments;
    if (node.operation == Opcode::constant) return number(node.constant);
    if (node.operation == Opcode::variable) {
      return {variables_[static_cast<std::size_t>(node.variable)]};
    }
    if (node.operation == Opcode::negate) return negative(take(a));
    if (node.operation == Opcode::power) {
      Piece base = inside(take(a), atom);
      const Piece exponent = right(take(b), power);
      base.text += "^" + exponent.text;
      return {std::move(base.text), power, false, std::max(base.levels, exponent.levels + 1)};
    }
    for (const auto& [operation, symbol, binding] : signs) {
      if (operation == node.operation) return binary(take(a), symbol, take(b), binding);
    }
    return call(node);
  }

  static Piece binary(Piece a, std::string_view symbol, Piece b, Binding binding) {
    const auto tighter = static_cast<Binding>(binding + 1);
    a = inside(std::move(a), binding == comparison ? sum : binding);
    b = right(std::move(b), tighter);
    a.text += symbol;
    a.text += b.text;
    return {std::move(a.text), binding, a.starts_with_minus, std::max(a.levels, b.levels)};
  }

  static Piece negative(Piece piece) {
    piece = right(std::move(piece), product);
    return {"-" + piece.text, std::min(piece.binding, sign), true, piece.levels};
  }

  Piece call(const Node& node) {
    std::string text = node.operation == Opcode::select ? "if" : operation_name(node.operation);
    int levels = 0;
    for (int i = 0; i < arity(node.operation); ++i) {
      const Piece argument = take(node.arguments[static_cast<std::size_t>(i)]);
      text += (i == 0 ? "(" : ", ") + argument.text;
      levels = std::max(levels, argument.levels + 1);
    }
    return {text + ")", atom, false, levels};
  }

  [[nodiscard]] Piece number(double value) const {
    if (std::isnan(value)) return {"0/0", product};
    if (std::isinf(value)) return {value < 0 ? "-1/0" : "1/0", product, value < 0};
    if (value == std::numbers::pi && !is_variable("pi")) return {"pi"};
    if (value == std::numbers::e && !is_variable("e")) return {"e"};
    if (std::signbit(value)) return {fmt::format("{}", value), sign, true};
    return {fmt::format("{}", value)};
  }

  const Graph& graph_;
  const std::vector<std::string>& variables_;
  const std::size_t repeated_;
  std::vector<index_t> uses_;
  std::vector<Piece> pieces_;
  std::string definitions_;
  index_t definition_count_ = 0;
};

}  // namespace

std::string expression_text(const ExpressionState& state) {
  Speller speller(state.graph);
  const std::vector<NodeId> results = speller.spell(state.results);
  const auto print = [&](std::size_t repeated) {
    return Printer(speller.graph(), state.variables, repeated).print(results);
  };
  std::string text = print(longest_repeated);
  if (text.size() <= most_text_bytes) return text;
  std::string shorter = print(longest_repeated_if_long);
  return shorter.size() <= most_text_bytes ? shorter : text;
}

}  // namespace batchgrad::detail
