#pragma once

#include <vector>

#include "expression/graph.hpp"

namespace batchgrad::detail {

/// The nodes with products and whole powers of sums multiplied out and like terms collected, also
/// inside of functions; new nodes are appended to the graph.
/// Errors: InvalidArgument where a sum has more than 10,000 terms, or takes too long.
[[nodiscard]] std::vector<NodeId> expand(Graph& graph, const std::vector<NodeId>& nodes);

}  // namespace batchgrad::detail
