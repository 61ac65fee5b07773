#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/expression/operations.hpp>

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace batchgrad::detail {

/// A node of a graph, by its position in it. Arguments come before what uses them.
using NodeId = std::uint32_t;

/// One value of an expression: a constant, a variable or an operation on earlier nodes.
struct Node {
  Opcode operation = Opcode::constant;
  std::array<NodeId, 3> arguments = {};  ///< those beyond the operation's arity are 0
  double constant = 0;                   ///< of a constant
  index_t variable = 0;                  ///< of a variable: its position in the point

  friend bool operator==(const Node&, const Node&);  ///< constants by their bits
};

/// Names, in the spelling of operations.hpp, and numbers of arguments.
[[nodiscard]] const char* operation_name(Opcode operation);
[[nodiscard]] int arity(Opcode operation);

/// A directed acyclic graph of values in which equal sub-expressions are one node. Grows only; what
/// is shared is never changed. Holds no pointers, so copying and destruction are loops.
class Graph {
 public:
  NodeId constant(double value);
  NodeId variable(index_t position);
  /// The node as it is: simplify.hpp makes simplified ones.
  /// Errors: InvalidArgument beyond `most_nodes`.
  NodeId apply(Opcode operation, NodeId a, NodeId b = 0, NodeId c = 0);

  [[nodiscard]] const Node& operator[](NodeId id) const { return nodes_[id]; }
  [[nodiscard]] NodeId size() const { return static_cast<NodeId>(nodes_.size()); }

  /// Of a derivative, too: what grows beyond it is refused, not computed for hours.
  static constexpr NodeId most_nodes = 1'000'000;

 private:
  NodeId insert(const Node& node);

  struct Hash {
    std::size_t operator()(const Node& node) const noexcept;
  };
  std::vector<Node> nodes_;
  std::unordered_map<Node, NodeId, Hash> ids_;
};

}  // namespace batchgrad::detail
