#pragma once

#include <map>
#include <utility>
#include <vector>

#include "expression/term.hpp"

namespace batchgrad::detail {

/// The derivative of a node with respect to one of its arguments.
struct Partial {
  NodeId argument;
  Term slope;
};

/// Those of an operation that is not a choice (select, min, max), where they are not zero.
/// Kinks have the mean of their one-sided slopes; steps have the slope 0.
[[nodiscard]] std::vector<Partial> partial_derivatives(Graph& graph, NodeId id);

/// Symbolic derivatives by reverse accumulation: the cost of a gradient does not grow with the
/// number of variables. Choices are differentiated branch by branch, so that what is not chosen
/// cannot make 0 * infinity of the rest.
/// Source: Griewank and Walther, Evaluating Derivatives (2008), chapters 3 and 14.
class Differentiator {
 public:
  explicit Differentiator(Graph& graph) : graph_(graph) {}

  /// d f / d variable for each variable, simplified; new nodes are appended to the graph.
  /// Errors: InvalidArgument where it grows beyond Graph::most_nodes.
  std::vector<NodeId> gradient(NodeId f, const std::vector<index_t>& variables);

 private:
  using Slopes = std::map<index_t, NodeId>;  ///< by variable; those that are not there are 0

  void mark_active(const std::vector<NodeId>& nodes, const std::vector<index_t>& variables);
  Slopes accumulate(NodeId root);
  void pass_on(NodeId id, const Term& adjoint, std::map<index_t, std::vector<Term>>& totals);
  Slopes choose(NodeId id);
  NodeId choose_slope(const Node& node, NodeId a, NodeId b);
  std::vector<NodeId> nodes_below(NodeId root);

  Graph& graph_;
  std::vector<char> is_active_;              ///< depends on a variable that is asked for
  std::map<NodeId, Slopes> choices_;         ///< the slopes of choices
  std::vector<std::vector<Term>> adjoints_;  ///< what was passed to each node so far
  std::vector<char> is_seen_;
};

}  // namespace batchgrad::detail
