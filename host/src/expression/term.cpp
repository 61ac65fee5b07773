#include "expression/term.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "expression/simplify.hpp"

namespace batchgrad::detail {

namespace {

// m where the node is base^m.
std::optional<double> constant_exponent(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.operation == Opcode::sqrt) return 0.5;
  if (node.operation != Opcode::power || !is_constant(graph, node.arguments[1])) return {};
  return graph[node.arguments[1]].constant;
}

bool is_integer(double value) { return value == std::trunc(value); }

void add_factor(const Graph& graph, Term& term, NodeId base, double exponent) {
  // (u^m)^n is u^(m n), but for even m and fractional n, where it is that of |u|.
  for (auto m = constant_exponent(graph, base); m; m = constant_exponent(graph, base)) {
    if (!std::isfinite(*m * exponent)) break;
    if (is_integer(*m / 2) && !is_integer(exponent)) break;
    exponent *= *m;
    base = graph[base].arguments[0];
  }
  const auto place =
      std::lower_bound(term.factors.begin(), term.factors.end(), base,
                       [](const Factor& factor, NodeId id) { return factor.base < id; });
  if (place == term.factors.end() || place->base != base) {
    term.factors.insert(place, {base, exponent});
    return;
  }
  place->exponent += exponent;
  if (place->exponent == 0) term.factors.erase(place);
}

// Coefficients that overflow or vanish stay factors of their own.
void multiply_by_constant(const Graph& graph, Term& term, NodeId id, double exponent) {
  const double value = graph[id].constant;
  const Rational factor = exponent > 0 ? Rational(value) : Rational(1, value);
  const Rational whole = term.coefficient * factor;
  const bool is_lost = !std::isnormal(whole.value());
  if (is_lost && !(value == 0 && exponent > 0)) {
    add_factor(graph, term, id, exponent);
  } else {
    term.coefficient = whole;
  }
}

// Position in the display: variables by their number, then everything else.
std::pair<bool, index_t> display_place(const Graph& graph, NodeId base) {
  const Node& node = graph[base];
  if (node.operation == Opcode::variable) return {false, node.variable};
  return {true, static_cast<index_t>(base)};
}

NodeId make_factor(Graph& graph, NodeId base, double exponent) {
  if (exponent == 1) return base;
  if (exponent == 0.5) return make_node(graph, Opcode::sqrt, base);
  return make_node(graph, Opcode::power, base, graph.constant(exponent));
}

}  // namespace

void multiply_by(const Graph& graph, Term& term, NodeId id, double exponent) {
  std::vector<Factor> waiting = {{id, exponent}};
  while (!waiting.empty()) {
    const auto [base, power] = waiting.back();
    waiting.pop_back();
    const Node& node = graph[base];
    const bool is_plain = std::fabs(power) == 1;
    const bool is_long = term.factors.size() + waiting.size() >= Term::most_factors;
    if (is_plain && node.operation == Opcode::constant) {
      multiply_by_constant(graph, term, base, power);
    } else if (is_plain && node.operation == Opcode::negate) {
      term.coefficient = term.coefficient * -1;
      waiting.push_back({node.arguments[0], power});
    } else if (is_plain && !is_long && node.operation == Opcode::multiply) {
      waiting.push_back({node.arguments[1], power});
      waiting.push_back({node.arguments[0], power});
    } else if (is_plain && !is_long && node.operation == Opcode::divide) {
      waiting.push_back({node.arguments[1], -power});
      waiting.push_back({node.arguments[0], power});
    } else {
      add_factor(graph, term, base, power);
    }
  }
}

Term read_term(const Graph& graph, NodeId id) {
  Term term;
  multiply_by(graph, term, id);
  return term;
}

Term product(const Graph& graph, const Term& a, const Term& b) {
  Term result = a;
  const Rational coefficient = a.coefficient * b.coefficient;
  result.coefficient = coefficient;
  for (const auto& [base, exponent] : b.factors) add_factor(graph, result, base, exponent);
  return result;
}

NodeId make_product(Graph& graph, const Term& term) {
  std::vector<Factor> factors = term.factors;
  std::sort(factors.begin(), factors.end(), [&](const Factor& a, const Factor& b) {
    return display_place(graph, a.base) < display_place(graph, b.base);
  });
  const double numerator = term.coefficient.numerator();
  const double denominator = term.coefficient.denominator();
  // make_node leaves out factors that are 1.
  NodeId above = graph.constant(std::fabs(numerator));
  NodeId below = graph.constant(denominator);
  std::vector<NodeId> below_each;
  for (const auto& [base, exponent] : factors) {
    if (exponent > 0) {
      above = make_node(graph, Opcode::multiply, above, make_factor(graph, base, exponent));
    } else if (exponent == -2 && graph[base].operation == Opcode::hypot) {
      below_each.insert(below_each.end(), 2, base);  // its square overflows
    } else {
      below = make_node(graph, Opcode::multiply, below, make_factor(graph, base, -exponent));
    }
  }
  NodeId result = make_node(graph, Opcode::divide, above, below);
  for (const NodeId base : below_each) result = make_node(graph, Opcode::divide, result, base);
  return numerator < 0 ? make_negative(graph, result) : result;
}

}  // namespace batchgrad::detail
