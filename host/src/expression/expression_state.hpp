#pragma once

#include <string>
#include <vector>

#include "expression/graph.hpp"

namespace batchgrad::detail {

/// What an Expression is a handle to.
struct ExpressionState {
  Graph graph;
  std::vector<NodeId> results;
  std::vector<std::string> variables;
};

}  // namespace batchgrad::detail
