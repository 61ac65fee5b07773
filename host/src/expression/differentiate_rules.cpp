#include <cmath>
#include <numbers>

#include "expression/differentiate.hpp"
#include "expression/simplify.hpp"
#include "expression/sum.hpp"

namespace batchgrad::detail {

namespace {

/// What the rules are written with: terms made of nodes.
class Rules {
 public:
  explicit Rules(Graph& graph) : graph_(graph) {}

  /// f'(a) of an operation on one value; `f` is the node of f(a).
  Term unary(Opcode operation, NodeId a, NodeId f);
  /// The slopes in a and in b; `f` is the node of f(a, b).
  Term first(Opcode operation, NodeId a, NodeId b, NodeId f);
  Term second(Opcode operation, NodeId a, NodeId b, NodeId f);

 private:
  static Term number(const Rational& value) { return {value, {}}; }
  Term term(NodeId a, double exponent = 1, const Rational& coefficient = 1) {
    Term result = number(coefficient);
    multiply_by(graph_, result, a, exponent);
    return result;
  }
  Term term(Opcode operation, NodeId a, double exponent = 1, const Rational& coefficient = 1) {
    return term(make_node(graph_, operation, a), exponent, coefficient);
  }
  Term times(const Term& a, const Term& b) { return product(graph_, a, b); }
  NodeId sum(NodeId a, double constant) {
    return make_product(graph_, collect(graph_, {term(a), number(constant)}));
  }
  NodeId square(NodeId a) { return make_node(graph_, Opcode::power, a, graph_.constant(2)); }
  /// ((1 - a) (1 + a))^exponent, without the cancellation of 1 - a^2.
  Term circle(NodeId a, double exponent, const Rational& coefficient = 1) {
    const NodeId below = make_node(graph_, Opcode::subtract, graph_.constant(1), a);
    return times(term(below, exponent, coefficient), term(sum(a, 1), exponent));
  }
  Term gaussian(NodeId a, double coefficient) {
    return term(Opcode::exp, make_negative(graph_, square(a)), 1, coefficient);
  }
  /// d log_add_exp(a, b) / d a = exp(a) / (exp(a) + exp(b))
  Term share(NodeId a, NodeId b) {
    return term(Opcode::logistic, make_node(graph_, Opcode::subtract, a, b));
  }
  Term hyperbolic(Opcode operation, NodeId a);
  Term base_slope(NodeId a, NodeId b);
  Term exponent_slope(NodeId a, NodeId f);

  Graph& graph_;
};

Term Rules::unary(Opcode operation, NodeId a, NodeId f) {
  constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;
  switch (operation) {
    case Opcode::negate:
      return number(-1);
    case Opcode::abs:
      return term(Opcode::sign, a);
    case Opcode::sqrt:
      return term(a, -0.5, {1, 2});
    case Opcode::cbrt:
      return term(f, -2, {1, 3});
    case Opcode::exp:
      return term(f);
    case Opcode::expm1:
      return term(Opcode::exp, a);
    case Opcode::log:
      return term(a, -1);
    case Opcode::log1p:
      return term(sum(a, 1), -1);
    case Opcode::log2:
      return term(a, -1, std::numbers::log2e);
    case Opcode::log10:
      return term(a, -1, std::numbers::log10e);
    case Opcode::sin:
      return term(Opcode::cos, a);
    case Opcode::cos:
      return term(Opcode::sin, a, 1, -1);
    case Opcode::tan:
      return term(Opcode::cos, a, -2);
    case Opcode::asin:
      return circle(a, -0.5);
    case Opcode::acos:
      return circle(a, -0.5, -1);
    case Opcode::atan:
      return term(sum(square(a), 1), -1);
    case Opcode::erf:
      return gaussian(a, two_over_root_pi);
    case Opcode::erfc:
      return gaussian(a, -two_over_root_pi);
    case Opcode::logistic:
      return times(term(f), term(Opcode::logistic, make_negative(graph_, a)));
    default:
      return hyperbolic(operation, a);
  }
}

Term Rules::hyperbolic(Opcode operation, NodeId a) {
  switch (operation) {
    case Opcode::sinh:
      return term(Opcode::cosh, a);
    case Opcode::cosh:
      return term(Opcode::sinh, a);
    case Opcode::tanh:  // not 1 - tanh^2, which cancels where tanh is near 1
      return term(Opcode::cosh, a, -2);
    case Opcode::asinh:
      return term(make_node(graph_, Opcode::hypot, a, graph_.constant(1)), -1);
    case Opcode::acosh:
      return times(term(sum(a, -1), -0.5), term(sum(a, 1), -0.5));
    case Opcode::atanh:
      return circle(a, -1);
    default:  // steps: sign, floor, ceil
      return number(0);
  }
}

// d a^b / d a = b a^(b - 1)
Term Rules::base_slope(NodeId a, NodeId b) {
  if (is_constant(graph_, b)) return term(a, graph_[b].constant - 1, graph_[b].constant);
  return times(term(b), term(make_node(graph_, Opcode::power, a, sum(b, -1))));
}

// d a^b / d b = a^b log(a); 0^b is 0 for every b > 0.
Term Rules::exponent_slope(NodeId a, NodeId f) {
  if (is_constant(graph_, a, 0)) return number(0);
  return times(term(f), term(Opcode::log, a));
}

Term Rules::first(Opcode operation, NodeId a, NodeId b, NodeId f) {
  switch (operation) {
    case Opcode::add:
    case Opcode::subtract:
      return number(1);
    case Opcode::multiply:
      return term(b);
    case Opcode::divide:
      return term(b, -1);
    case Opcode::power:
      return base_slope(a, b);
    case Opcode::atan2:
      return times(term(b), term(make_node(graph_, Opcode::hypot, a, b), -2));
    case Opcode::hypot:
      return times(term(a), term(f, -1));
    case Opcode::log_add_exp:
      return share(a, b);
    default:  // comparisons
      return number(0);
  }
}

Term Rules::second(Opcode operation, NodeId a, NodeId b, NodeId f) {
  switch (operation) {
    case Opcode::add:
      return number(1);
    case Opcode::subtract:
      return number(-1);
    case Opcode::multiply:
      return term(a);
    case Opcode::divide:
      return times(term(a, 1, -1), times(term(b, -1), term(b, -1)));
    case Opcode::power:
      return exponent_slope(a, f);
    case Opcode::atan2:
      return times(term(a, 1, -1), term(make_node(graph_, Opcode::hypot, a, b), -2));
    case Opcode::hypot:
      return times(term(b), term(f, -1));
    case Opcode::log_add_exp:
      return share(b, a);
    default:
      return number(0);
  }
}

}  // namespace

std::vector<Partial> partial_derivatives(Graph& graph, NodeId id) {
  const Node node = graph[id];
  const auto [a, b, c] = node.arguments;
  Rules rules(graph);
  std::vector<Partial> partials;
  const auto add = [&](NodeId argument, Term slope) {
    if (!slope.is_zero()) partials.push_back({argument, std::move(slope)});
  };
  if (arity(node.operation) == 1) add(a, rules.unary(node.operation, a, id));
  if (arity(node.operation) == 2) {
    // A constant's slope is never asked for; that of a constant base may not be a number.
    if (!is_constant(graph, a)) add(a, rules.first(node.operation, a, b, id));
    if (!is_constant(graph, b)) add(b, rules.second(node.operation, a, b, id));
  }
  return partials;
}

}  // namespace batchgrad::detail
