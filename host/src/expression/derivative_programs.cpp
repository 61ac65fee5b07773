#include "expression/derivative_programs.hpp"

#include <numeric>

#include "expression/differentiate.hpp"
#include "expression/expression_state.hpp"
#include "expression/simplify.hpp"

namespace batchgrad::detail {
namespace {

using Kind = DerivativeColumn::Kind;

/// The derivatives of one result that a plan has columns for, in a graph that all results share.
class SymbolicColumns {
 public:
  SymbolicColumns(Graph& graph, const DerivativePlan& plan)
      : graph_(graph), plan_(plan), variables_(static_cast<std::size_t>(plan.parameters)) {
    std::iota(variables_.begin(), variables_.end(), index_t{0});
  }

  std::vector<NodeId> operator()(NodeId f) {
    if (plan_.columns.empty()) return {};
    if (plan_.columns.front().kind == Kind::direction) return {directional(f)};
    const auto gradient = differentiate(f, variables_);
    if (plan_.columns.front().kind == Kind::laplacian) return {laplacian(gradient)};
    if (plan_.columns.size() > variables_.size()) return hessian(gradient);
    std::vector<NodeId> columns;
    for (const DerivativeColumn& column : plan_.columns)
      columns.push_back(
          along(gradient[static_cast<std::size_t>(column.i)], column.j, plan_.rule.order - 1));
    return columns;
  }

 private:
  std::vector<NodeId> differentiate(NodeId f, const std::vector<index_t>& variables) {
    return Differentiator(graph_).gradient(f, variables);
  }

  NodeId along(NodeId f, index_t variable, int order) {
    for (int k = 0; k < order; ++k) f = differentiate(f, {variable}).front();
    return f;
  }

  NodeId add(NodeId a, NodeId b) { return make_node(graph_, Opcode::add, a, b); }

  /// P x P; a row at a time: each of its entries alone would cost as much as the whole row.
  std::vector<NodeId> hessian(const std::vector<NodeId>& gradient) {
    const std::size_t count = variables_.size();
    std::vector<NodeId> columns(count * count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = differentiate(
          gradient[i], {variables_.begin() + static_cast<std::ptrdiff_t>(i), variables_.end()});
      for (std::size_t j = i; j < count; ++j)
        columns[i * count + j] = columns[j * count + i] = row[j - i];
    }
    return columns;
  }

  NodeId laplacian(const std::vector<NodeId>& gradient) {
    NodeId sum = graph_.constant(0);
    for (const index_t i : variables_)
      sum = add(sum, along(gradient[static_cast<std::size_t>(i)], i, 1));
    return sum;
  }

  NodeId directional(NodeId f) {
    for (int k = 0; k < plan_.rule.order; ++k) {
      const auto gradient = differentiate(f, variables_);
      f = graph_.constant(0);
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const NodeId length = graph_.constant(plan_.direction[i]);
        f = add(f, make_node(graph_, Opcode::multiply, length, gradient[i]));
      }
    }
    return f;
  }

  Graph& graph_;
  const DerivativePlan& plan_;
  std::vector<index_t> variables_;
};

}  // namespace

DerivativePrograms make_programs(const Expression& f, const DerivativePlan& plan) {
  const ExpressionState& state = f.state();
  DerivativePrograms programs;
  programs.values = make_program(state.graph, state.results);
  for (const NodeId& result : state.results)
    programs.results.push_back(make_program(state.graph, {&result, 1}));
  if (plan.method != Method::symbolic) return programs;

  Graph graph = state.graph;
  SymbolicColumns differentiate(graph, plan);
  std::vector<NodeId> outputs = state.results;
  for (const NodeId result : state.results) {
    const auto columns = differentiate(result);
    outputs.insert(outputs.end(), columns.begin(), columns.end());
  }
  programs.symbolic = make_program(graph, outputs);
  return programs;
}

}  // namespace batchgrad::detail
