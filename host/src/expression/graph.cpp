#include "expression/graph.hpp"

#include <batchgrad/core/limits.hpp>
#include <batchgrad/error.hpp>

#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace batchgrad::detail {

bool operator==(const Node& a, const Node& b) {
  return a.operation == b.operation && a.arguments == b.arguments && a.variable == b.variable &&
         std::bit_cast<std::uint64_t>(a.constant) == std::bit_cast<std::uint64_t>(b.constant);
}

const char* operation_name(Opcode operation) {
  static constexpr const char* names[] = {"constant", "variable",
#define BATCHGRAD_NAME(name, arity) #name,
                                          BATCHGRAD_EVERY_OPERATION(BATCHGRAD_NAME)
#undef BATCHGRAD_NAME
  };
  return names[static_cast<std::size_t>(operation)];
}

int arity(Opcode operation) {
  static constexpr int arities[] = {0, 0,
#define BATCHGRAD_ARITY(name, arity) arity,
                                    BATCHGRAD_EVERY_OPERATION(BATCHGRAD_ARITY)
#undef BATCHGRAD_ARITY
  };
  return arities[static_cast<std::size_t>(operation)];
}

std::size_t Graph::Hash::operator()(const Node& node) const noexcept {
  // Fowler, Noll and Vo's mixing, a word at a time, and a last shuffle of the high bits downwards.
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](std::uint64_t word) { hash = (hash ^ word) * 0x100000001b3U; };
  mix(static_cast<std::uint64_t>(node.operation));
  for (const NodeId argument : node.arguments) mix(argument);
  mix(std::bit_cast<std::uint64_t>(node.constant));
  mix(static_cast<std::uint64_t>(node.variable));
  return static_cast<std::size_t>(hash ^ (hash >> 29U));
}

NodeId Graph::constant(double value) {
  Node node;
  node.constant = std::isnan(value) ? quiet_nan : value;  // one node for all of them
  return insert(node);
}

NodeId Graph::variable(index_t position) {
  Node node;
  node.operation = Opcode::variable;
  node.variable = position;
  return insert(node);
}

NodeId Graph::apply(Opcode operation, NodeId a, NodeId b, NodeId c) {
  const int count = arity(operation);
  Node node;
  node.operation = operation;
  node.arguments = {a, count > 1 ? b : 0, count > 2 ? c : 0};
  return insert(node);
}

NodeId Graph::insert(const Node& node) {
  const auto [place, is_new] = ids_.try_emplace(node, size());
  if (!is_new) return place->second;
  if (size() >= most_nodes) {
    ids_.erase(place);
    throw InvalidArgument(
        fmt::format("the expression grows beyond {} operations (derivatives of long expressions "
                    "may) use a lower order, fewer variables or Method::forward_ad",
                    most_nodes));
  }
  nodes_.push_back(node);
  return place->second;
}

}  // namespace batchgrad::detail
