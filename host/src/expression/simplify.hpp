#pragma once

#include <optional>
#include <vector>

#include "expression/graph.hpp"

namespace batchgrad::detail {

/// The node for an operation. It is rewritten only where that keeps the value as floating-point
/// arithmetic computes it, up to the sign of a zero: constants are folded, x*1, x+0, x^1, -(-x) are
/// x, -(a - b) is b - a, signs are pulled out of products. Besides, forms that overflow or cancel
/// become the operations made for them, which are as exact or more:
///   log(1 + exp(x)), log(exp(a) + exp(b) + ...)   log_add_exp, one after the other
///   1/(1 + exp(-x)), exp(x)/(1 + exp(x))          logistic
///   sqrt(x^2 + y^2 + ...), sqrt(x^2)              hypot, abs
///   exp(x) - 1, 1 - exp(x), log(1 + x)            expm1, -expm1, log1p
///   e^x                                           exp
[[nodiscard]] NodeId make_node(Graph& graph, Opcode operation, NodeId a, NodeId b = 0,
                               NodeId c = 0);

/// -a: of what starts with a constant or a difference, the sign of the one is changed or the sides
/// of the other are.
[[nodiscard]] NodeId make_negative(Graph& graph, NodeId a);

/// What make_node recognises in an operation on these nodes; nothing where it is no such form.
[[nodiscard]] std::optional<NodeId> make_stable(Graph& graph, Opcode operation, NodeId a, NodeId b);

[[nodiscard]] inline bool is_constant(const Graph& graph, NodeId id) {
  return graph[id].operation == Opcode::constant;
}
[[nodiscard]] inline bool is_constant(const Graph& graph, NodeId id, double value) {
  return is_constant(graph, id) && graph[id].constant == value;
}

/// The nodes that some nodes need, themselves included, in ascending order: each after what it
/// uses.
[[nodiscard]] std::vector<NodeId> needed_nodes(const Graph& graph,
                                               const std::vector<NodeId>& roots);

}  // namespace batchgrad::detail
