#include <batchgrad/error.hpp>
#include <batchgrad/expression.hpp>
#include <batchgrad/expression/operation.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "expression/differentiate.hpp"
#include "expression/expand.hpp"
#include "expression/expression_state.hpp"
#include "expression/parser.hpp"
#include "expression/simplify.hpp"
#include "expression/text.hpp"
#include "suggest_name.hpp"

namespace batchgrad {

using detail::ExpressionState;
using detail::Graph;
using detail::Node;
using detail::NodeId;

namespace {

constexpr int most_order = 1000;

// An expression of its own, with the nodes that it needs.
Expression make_expression(const Graph& graph, const std::vector<NodeId>& results,
                           std::vector<std::string> variables) {
  auto state = std::make_shared<ExpressionState>();
  std::vector<NodeId> copies(graph.size());
  for (const NodeId id : detail::needed_nodes(graph, results)) {
    const Node& node = graph[id];
    const auto [a, b, c] = node.arguments;
    copies[id] = node.operation == Opcode::constant ? state->graph.constant(node.constant)
                 : node.operation == Opcode::variable
                     ? state->graph.variable(node.variable)
                     : state->graph.apply(node.operation, copies[a], copies[b], copies[c]);
  }
  for (const NodeId id : results) state->results.push_back(copies[id]);
  state->variables = std::move(variables);
  return Expression(std::move(state));
}

std::vector<index_t> every_variable(const Expression& f) {
  std::vector<index_t> variables;
  for (std::size_t i = 0; i < f.variables().size(); ++i) {
    variables.push_back(static_cast<index_t>(i));
  }
  return variables;
}

std::shared_ptr<const ExpressionState> read(std::string_view text,
                                            const std::vector<std::string>& variables) {
  ExpressionState state = detail::parse_expression(text, variables);
  const Expression compact =
      make_expression(state.graph, state.results, std::move(state.variables));
  return std::make_shared<const ExpressionState>(compact.state());
}

}  // namespace

Expression::Expression(std::string_view text, const std::vector<std::string>& variables)
    : state_(read(text, variables)) {}

Expression::Expression(std::shared_ptr<const detail::ExpressionState> state)
    : state_(std::move(state)) {}

const std::vector<std::string>& Expression::variables() const { return state_->variables; }

index_t Expression::variable(std::string_view name) const {
  const auto& names = state_->variables;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return found - names.begin();
  if (names.empty()) {
    throw InvalidArgument(
        fmt::format("no variable '{}' (the expression is constant) use one with variables", name));
  }
  throw InvalidArgument(fmt::format("no variable '{}' (the expression has {}) {}", name,
                                    names.size(), detail::suggest_name(name, names)));
}

index_t Expression::results() const { return static_cast<index_t>(state_->results.size()); }

Expression Expression::result(index_t index) const {
  if (index < 0 || index >= results()) {
    throw InvalidArgument(
        fmt::format("no result {} (the expression has {}, counted from 0) choose "
                    "one of them",
                    index, results()));
  }
  return make_expression(state_->graph, {state_->results[static_cast<std::size_t>(index)]},
                         state_->variables);
}

std::string Expression::text() const { return detail::expression_text(*state_); }

Expression Expression::derivative(std::string_view name, int order) const {
  const std::vector<index_t> along = {variable(name)};
  if (order < 0 || order > most_order) {
    throw InvalidArgument(
        fmt::format("order is {} (it counts derivatives) use one from 0 to {}", order, most_order));
  }
  Graph graph = state_->graph;
  std::vector<NodeId> results = state_->results;
  detail::Differentiator differentiator(graph);
  for (int i = 0; i < order; ++i) {
    for (NodeId& result : results) result = differentiator.gradient(result, along)[0];
  }
  return make_expression(graph, results, state_->variables);
}

Expression Expression::gradient() const {
  Graph graph = state_->graph;
  std::vector<NodeId> slopes;
  detail::Differentiator differentiator(graph);
  for (const NodeId result : state_->results) {
    const auto gradient = differentiator.gradient(result, every_variable(*this));
    slopes.insert(slopes.end(), gradient.begin(), gradient.end());
  }
  return make_expression(graph, slopes, state_->variables);
}

Expression Expression::hessian() const {
  Graph graph = state_->graph;
  const std::vector<index_t> variables = every_variable(*this);
  const std::size_t count = variables.size();
  std::vector<NodeId> slopes(state_->results.size() * count * count);
  detail::Differentiator differentiator(graph);
  for (std::size_t q = 0; q < state_->results.size(); ++q) {
    const auto gradient = differentiator.gradient(state_->results[q], variables);
    const auto at = [&](std::size_t i, std::size_t j) -> NodeId& {
      return slopes[(q * count + i) * count + j];
    };
    for (std::size_t i = 0; i < count; ++i) {
      const std::vector<index_t> rest(variables.begin() + static_cast<std::ptrdiff_t>(i),
                                      variables.end());
      const auto row = differentiator.gradient(gradient[i], rest);
      for (std::size_t j = i; j < count; ++j) at(i, j) = at(j, i) = row[j - i];
    }
  }
  return make_expression(graph, slopes, state_->variables);
}

Expression Expression::expanded() const {
  Graph graph = state_->graph;
  const auto results = detail::expand(graph, state_->results);
  return make_expression(graph, results, state_->variables);
}

std::vector<double> Expression::operator()(VectorView<const double> x) const {
  const auto& variables = state_->variables;
  if (x.size() != static_cast<index_t>(variables.size())) {
    throw InvalidArgument(
        fmt::format("the point has {} values (the expression has {} variables; "
                    "they must match) give one for each",
                    x.size(), variables.size()));
  }
  const Graph& graph = state_->graph;
  std::vector<double> values(graph.size());
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    const auto [a, b, c] = node.arguments;
    values[id] = node.operation == Opcode::constant ? node.constant
                 : node.operation == Opcode::variable
                     ? x[node.variable]
                     : operation::apply(node.operation, values[a], values[b], values[c]);
  }
  std::vector<double> results;
  for (const NodeId result : state_->results) results.push_back(values[result]);
  return results;
}

}  // namespace batchgrad
