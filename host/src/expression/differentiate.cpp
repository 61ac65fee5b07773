#include "expression/differentiate.hpp"

#include <algorithm>
#include <set>

#include "expression/simplify.hpp"
#include "expression/sum.hpp"

namespace batchgrad::detail {

namespace {

bool is_choice(Opcode operation) {
  return operation == Opcode::select || operation == Opcode::min || operation == Opcode::max;
}

// The arguments of a choice that its value is one of.
std::pair<NodeId, NodeId> branches(const Node& choice) {
  const auto [a, b, c] = choice.arguments;
  return choice.operation == Opcode::select ? std::pair(b, c) : std::pair(a, b);
}

}  // namespace

std::vector<NodeId> Differentiator::gradient(NodeId f, const std::vector<index_t>& variables) {
  is_active_.assign(graph_.size(), 0);
  is_seen_.assign(graph_.size(), 0);
  adjoints_.resize(graph_.size());
  choices_.clear();
  const std::vector<NodeId> nodes = needed_nodes(graph_, {f});
  mark_active(nodes, variables);
  for (const NodeId id : nodes) {
    if (is_active_[id] && is_choice(graph_[id].operation)) choices_[id] = choose(id);
  }
  Slopes slopes = accumulate(f);
  std::vector<NodeId> result;
  for (const index_t variable : variables) {
    const auto found = slopes.find(variable);
    result.push_back(found == slopes.end() ? graph_.constant(0) : found->second);
  }
  return result;
}

void Differentiator::mark_active(const std::vector<NodeId>& nodes,
                                 const std::vector<index_t>& variables) {
  const std::set<index_t> wanted(variables.begin(), variables.end());
  for (const NodeId id : nodes) {
    const Node& node = graph_[id];
    if (node.operation == Opcode::variable) {
      is_active_[id] = wanted.contains(node.variable) ? 1 : 0;
    } else {
      const auto* end = node.arguments.begin() + arity(node.operation);
      is_active_[id] = std::any_of(node.arguments.begin(), end,
                                   [&](NodeId argument) { return is_active_[argument] != 0; });
    }
  }
}

// The active nodes that a node needs, in descending order; not those below choices.
std::vector<NodeId> Differentiator::nodes_below(NodeId root) {
  std::vector<NodeId> nodes;
  std::vector<NodeId> waiting = {root};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    if (!is_active_[id] || is_seen_[id]) continue;
    is_seen_[id] = 1;
    nodes.push_back(id);
    const Node& node = graph_[id];
    if (is_choice(node.operation)) continue;
    waiting.insert(waiting.end(), node.arguments.begin(),
                   node.arguments.begin() + arity(node.operation));
  }
  for (const NodeId id : nodes) is_seen_[id] = 0;
  std::sort(nodes.rbegin(), nodes.rend());
  return nodes;
}

Differentiator::Slopes Differentiator::accumulate(NodeId root) {
  const std::vector<NodeId> nodes = nodes_below(root);
  if (nodes.empty()) return {};
  std::map<index_t, std::vector<Term>> totals;
  adjoints_[root].push_back({});
  for (const NodeId id : nodes) {
    const std::vector<Term> passed = std::move(adjoints_[id]);
    adjoints_[id].clear();
    if (passed.empty()) continue;
    Term adjoint = collect(graph_, passed);
    if (adjoint.is_zero()) continue;
    if (adjoint.factors.size() > Term::most_factors) {
      adjoint = {1, {{make_product(graph_, adjoint), 1}}};
    }
    pass_on(id, adjoint, totals);
  }
  Slopes slopes;
  for (const auto& [variable, terms] : totals) {
    const Term total = collect(graph_, terms);
    if (!total.is_zero()) slopes[variable] = make_product(graph_, total);
  }
  return slopes;
}

void Differentiator::pass_on(NodeId id, const Term& adjoint,
                             std::map<index_t, std::vector<Term>>& totals) {
  const Node node = graph_[id];
  if (node.operation == Opcode::variable) {
    totals[node.variable].push_back(adjoint);
  } else if (is_choice(node.operation)) {
    for (const auto& [variable, slope] : choices_[id]) {
      totals[variable].push_back(product(graph_, adjoint, read_term(graph_, slope)));
    }
  } else {
    for (const auto& [argument, slope] : partial_derivatives(graph_, id)) {
      if (is_active_[argument]) adjoints_[argument].push_back(product(graph_, adjoint, slope));
    }
  }
}

Differentiator::Slopes Differentiator::choose(NodeId id) {
  const Node node = graph_[id];
  const auto [first, second] = branches(node);
  Slopes slopes = accumulate(first);
  const Slopes others = accumulate(second);
  const NodeId zero = graph_.constant(0);
  for (auto& [variable, slope] : slopes) {
    const auto other = others.find(variable);
    slope = choose_slope(node, slope, other == others.end() ? zero : other->second);
  }
  for (const auto& [variable, slope] : others) {
    if (!slopes.contains(variable)) slopes[variable] = choose_slope(node, zero, slope);
  }
  return slopes;
}

// At a tie of min and max the mean, the middle of the one-sided slopes.
NodeId Differentiator::choose_slope(const Node& node, NodeId a, NodeId b) {
  const auto [first, second, third] = node.arguments;
  if (a == b) return a;
  if (node.operation == Opcode::select) return make_node(graph_, Opcode::select, first, a, b);
  Term half_a = read_term(graph_, a);
  Term half_b = read_term(graph_, b);
  half_a.coefficient = half_a.coefficient * Rational(1, 2);
  half_b.coefficient = half_b.coefficient * Rational(1, 2);
  const NodeId mean = make_product(graph_, collect(graph_, {half_a, half_b}));
  const Opcode is_first = node.operation == Opcode::min ? Opcode::less : Opcode::greater;
  const NodeId otherwise =
      make_node(graph_, Opcode::select, make_node(graph_, is_first, second, first), b, mean);
  return make_node(graph_, Opcode::select, make_node(graph_, is_first, first, second), a,
                   otherwise);
}

}  // namespace batchgrad::detail
