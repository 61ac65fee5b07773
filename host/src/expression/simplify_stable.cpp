#include <cmath>

#include "expression/simplify.hpp"

namespace batchgrad::detail {

namespace {

std::optional<NodeId> argument_of(const Graph& graph, NodeId id, Opcode operation) {
  if (graph[id].operation != operation) return {};
  return graph[id].arguments[0];
}

// x of 1 + x and x + 1.
std::optional<NodeId> added_to_one(const Graph& graph, NodeId id) {
  if (graph[id].operation != Opcode::add) return {};
  const auto [a, b, c] = graph[id].arguments;
  if (is_constant(graph, a, 1)) return b;
  if (is_constant(graph, b, 1)) return a;
  return {};
}

// u of u^2 and u*u.
std::optional<NodeId> squared(const Graph& graph, NodeId id) {
  const auto& [a, b, c] = graph[id].arguments;
  const Opcode operation = graph[id].operation;
  if (operation == Opcode::multiply && a == b) return a;
  if (operation == Opcode::power && is_constant(graph, b, 2)) return a;
  return {};
}

// The parts of a sum from left to right, each as `read` gives it; empty where one is not readable.
template <class Read>
std::vector<NodeId> read_sum(const Graph& graph, NodeId sum, const Read& read) {
  std::vector<NodeId> parts;
  std::vector<NodeId> waiting = {sum};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    if (graph[id].operation == Opcode::add) {
      waiting.push_back(graph[id].arguments[1]);
      waiting.push_back(graph[id].arguments[0]);
    } else if (const std::optional<NodeId> part = read(id)) {
      parts.push_back(*part);
    } else {
      return {};
    }
  }
  return parts;
}

std::optional<NodeId> chain(Graph& graph, Opcode operation, const std::vector<NodeId>& parts) {
  if (parts.empty()) return {};
  NodeId result = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    result = make_node(graph, operation, result, parts[i]);
  }
  return result;
}

// The logarithms of the parts of a sum of exponentials and positive constants.
std::vector<NodeId> read_exponents(Graph& graph, NodeId sum) {
  return read_sum(graph, sum, [&](NodeId id) -> std::optional<NodeId> {
    if (is_constant(graph, id)) {
      const double value = graph[id].constant;
      if (value > 0 && std::isfinite(value)) return graph.constant(std::log(value));
      return {};
    }
    return argument_of(graph, id, Opcode::exp);
  });
}

std::optional<NodeId> make_log(Graph& graph, NodeId a) {
  if (const auto exponents = chain(graph, Opcode::log_add_exp, read_exponents(graph, a))) {
    return exponents;
  }
  if (const auto x = added_to_one(graph, a)) return make_node(graph, Opcode::log1p, *x);
  if (graph[a].operation == Opcode::subtract && is_constant(graph, graph[a].arguments[0], 1)) {
    return make_node(graph, Opcode::log1p, make_negative(graph, graph[a].arguments[1]));
  }
  return {};
}

std::optional<NodeId> make_log1p(Graph& graph, NodeId a) {
  std::vector<NodeId> exponents = read_exponents(graph, a);
  if (exponents.empty()) return {};
  exponents.insert(exponents.begin(), graph.constant(0));
  return chain(graph, Opcode::log_add_exp, exponents);
}

std::optional<NodeId> make_sqrt(Graph& graph, NodeId a) {
  const auto parts = read_sum(graph, a, [&](NodeId id) { return squared(graph, id); });
  if (parts.size() == 1) return make_node(graph, Opcode::abs, parts[0]);
  return chain(graph, Opcode::hypot, parts);
}

// exp(u) logistic(-u) = logistic(u), where the first overflows and the second vanishes.
std::optional<NodeId> make_product(Graph& graph, NodeId a, NodeId b) {
  const auto logistic = argument_of(graph, b, Opcode::logistic);
  if (!logistic) return {};
  const auto joined = [&](NodeId factor) -> std::optional<NodeId> {
    const auto exponent = argument_of(graph, factor, Opcode::exp);
    if (!exponent || make_negative(graph, *exponent) != *logistic) return {};
    return make_node(graph, Opcode::logistic, *exponent);
  };
  if (const auto whole = joined(a)) return whole;
  if (graph[a].operation != Opcode::multiply) return {};
  const NodeId first = graph[a].arguments[0];
  if (const auto second = joined(graph[a].arguments[1])) {
    return make_node(graph, Opcode::multiply, first, *second);
  }
  return {};
}

std::optional<NodeId> make_quotient(Graph& graph, NodeId a, NodeId b) {
  const auto added = added_to_one(graph, b);
  if (!added) return {};
  const auto exponent = argument_of(graph, *added, Opcode::exp);
  if (!exponent) return {};
  const NodeId logistic = make_node(graph, Opcode::logistic, make_negative(graph, *exponent));
  return make_node(graph, Opcode::multiply, a, logistic);
}

std::optional<NodeId> make_difference(Graph& graph, NodeId a, NodeId b) {
  if (is_constant(graph, b, 1)) {
    if (const auto x = argument_of(graph, a, Opcode::exp)) {
      return make_node(graph, Opcode::expm1, *x);
    }
  }
  if (is_constant(graph, a, 1)) {
    if (const auto x = argument_of(graph, b, Opcode::exp)) {
      return make_negative(graph, make_node(graph, Opcode::expm1, *x));
    }
  }
  return {};
}

}  // namespace

std::optional<NodeId> make_stable(Graph& graph, Opcode operation, NodeId a, NodeId b) {
  switch (operation) {
    case Opcode::log:
      return make_log(graph, a);
    case Opcode::log1p:
      return make_log1p(graph, a);
    case Opcode::sqrt:
      return make_sqrt(graph, a);
    case Opcode::multiply:
      if (const auto product = make_product(graph, a, b)) return product;
      return make_product(graph, b, a);
    case Opcode::divide:
      return make_quotient(graph, a, b);
    case Opcode::subtract:
      return make_difference(graph, a, b);
    case Opcode::add:  // -1 + exp(x); exp(x) + -1 is made a difference first
      return is_constant(graph, a, -1) ? make_difference(graph, b, graph.constant(1))
                                       : std::nullopt;
    default:
      return {};
  }
}

}  // namespace batchgrad::detail
