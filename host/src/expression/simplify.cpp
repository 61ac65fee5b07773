#include "expression/simplify.hpp"

#include <batchgrad/expression/operation.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace batchgrad::detail {

namespace {

bool is(const Graph& graph, NodeId id, Opcode operation) {
  return graph[id].operation == operation;
}

// What a product or quotient starts with.
NodeId leading(const Graph& graph, NodeId id) {
  while (is(graph, id, Opcode::multiply) || is(graph, id, Opcode::divide)) {
    id = graph[id].arguments[0];
  }
  return id;
}

// Whether a term is shown with a minus sign in front: -v, -2*x. Instead of being added its
// opposite is subtracted.
bool starts_with_minus(const Graph& graph, NodeId id) {
  if (is(graph, id, Opcode::negate)) return true;
  const NodeId first = leading(graph, id);
  return is_constant(graph, first) && graph[first].constant < 0;
}

NodeId make_add(Graph& graph, NodeId a, NodeId b) {
  if (is_constant(graph, a, 0)) return b;
  if (is_constant(graph, b, 0)) return a;
  if (starts_with_minus(graph, b)) {
    return make_node(graph, Opcode::subtract, a, make_negative(graph, b));
  }
  return graph.apply(Opcode::add, a, b);
}

NodeId make_subtract(Graph& graph, NodeId a, NodeId b) {
  if (is_constant(graph, b, 0)) return a;
  if (starts_with_minus(graph, b)) {
    return make_node(graph, Opcode::add, a, make_negative(graph, b));
  }
  return graph.apply(Opcode::subtract, a, b);
}

NodeId make_multiply(Graph& graph, NodeId a, NodeId b) {
  if (is_constant(graph, a, 1)) return b;
  if (is_constant(graph, b, 1)) return a;
  if (is_constant(graph, a, -1)) return make_negative(graph, b);
  if (is_constant(graph, b, -1)) return make_negative(graph, a);
  if (is(graph, a, Opcode::negate)) {
    return make_negative(graph, make_node(graph, Opcode::multiply, graph[a].arguments[0], b));
  }
  if (is(graph, b, Opcode::negate)) {
    return make_negative(graph, make_node(graph, Opcode::multiply, a, graph[b].arguments[0]));
  }
  return graph.apply(Opcode::multiply, a, b);
}

NodeId make_divide(Graph& graph, NodeId a, NodeId b) {
  if (is_constant(graph, b, 1)) return a;
  if (is(graph, a, Opcode::negate)) {
    return make_negative(graph, make_node(graph, Opcode::divide, graph[a].arguments[0], b));
  }
  if (is(graph, b, Opcode::negate) || (is_constant(graph, b) && graph[b].constant < 0)) {
    return make_negative(graph, make_node(graph, Opcode::divide, a, make_negative(graph, b)));
  }
  return graph.apply(Opcode::divide, a, b);
}

NodeId make_power(Graph& graph, NodeId a, NodeId b) {
  if (is_constant(graph, b, 1)) return a;
  if (is_constant(graph, b, 0) || is_constant(graph, a, 1)) return graph.constant(1);
  if (is_constant(graph, a, std::numbers::e)) return make_node(graph, Opcode::exp, b);
  return graph.apply(Opcode::power, a, b);
}

NodeId make_select(Graph& graph, NodeId condition, NodeId a, NodeId b) {
  if (a == b) return a;
  if (is_constant(graph, condition)) {
    return operation::select(graph[condition].constant, 1.0, 0.0) == 1 ? a : b;
  }
  return graph.apply(Opcode::select, condition, a, b);
}

NodeId make_abs(Graph& graph, NodeId a) {
  if (is(graph, a, Opcode::abs)) return a;
  if (is(graph, a, Opcode::negate)) a = graph[a].arguments[0];
  return graph.apply(Opcode::abs, a);
}

}  // namespace

NodeId make_negative(Graph& graph, NodeId a) {
  const NodeId first = leading(graph, a);
  const auto [left, right, unused] = graph[first].arguments;
  NodeId result = 0;
  if (is(graph, first, Opcode::negate)) {
    result = left;
  } else if (is(graph, first, Opcode::subtract)) {
    result = make_node(graph, Opcode::subtract, right, left);
  } else if (is_constant(graph, first)) {
    result = graph.constant(-graph[first].constant);
  } else {
    return graph.apply(Opcode::negate, a);
  }
  std::vector<Node> spine;
  for (NodeId id = a; id != first; id = graph[id].arguments[0]) spine.push_back(graph[id]);
  for (; !spine.empty(); spine.pop_back()) {
    result = graph.apply(spine.back().operation, result, spine.back().arguments[1]);
  }
  return result;
}

NodeId make_node(Graph& graph, Opcode operation, NodeId a, NodeId b, NodeId c) {
  const int count = arity(operation);
  const auto is_known = [&](NodeId id, int position) {
    return position >= count || is_constant(graph, id);
  };
  if (is_known(a, 0) && is_known(b, 1) && is_known(c, 2)) {
    return graph.constant(
        operation::apply(operation, graph[a].constant, graph[b].constant, graph[c].constant));
  }
  if (const auto stable = make_stable(graph, operation, a, b)) return *stable;
  switch (operation) {
    case Opcode::add:
      return make_add(graph, a, b);
    case Opcode::subtract:
      return make_subtract(graph, a, b);
    case Opcode::multiply:
      return make_multiply(graph, a, b);
    case Opcode::divide:
      return make_divide(graph, a, b);
    case Opcode::negate:
      return make_negative(graph, a);
    case Opcode::power:
      return make_power(graph, a, b);
    case Opcode::select:
      return make_select(graph, a, b, c);
    case Opcode::abs:
      return make_abs(graph, a);
    case Opcode::min:
    case Opcode::max:
      return a == b ? a : graph.apply(operation, a, b);
    default:
      return graph.apply(operation, a, b, c);
  }
}

std::vector<NodeId> needed_nodes(const Graph& graph, const std::vector<NodeId>& roots) {
  std::vector<bool> is_needed(graph.size());
  std::vector<NodeId> needed;
  std::vector<NodeId> waiting = roots;
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    if (is_needed[id]) continue;
    is_needed[id] = true;
    needed.push_back(id);
    const Node& node = graph[id];
    waiting.insert(waiting.end(), node.arguments.begin(),
                   node.arguments.begin() + arity(node.operation));
  }
  std::sort(needed.begin(), needed.end());
  return needed;
}

}  // namespace batchgrad::detail
