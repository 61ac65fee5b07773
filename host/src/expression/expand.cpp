#include "expression/expand.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "expression/simplify.hpp"
#include "expression/sum.hpp"

namespace batchgrad::detail {

namespace {

constexpr std::size_t most_terms = 10'000;
constexpr std::size_t most_terms_together = 1'000'000;  // of all sub-expressions: memory
constexpr std::size_t most_products = 2'000'000;        // of two terms: time
constexpr double largest_power = 1000;

class Expander {
 public:
  explicit Expander(Graph& graph) : graph_(graph), sums_(graph.size()), built_(graph.size()) {}

  std::vector<NodeId> expand(const std::vector<NodeId>& nodes) {
    for (const NodeId id : needed_nodes(graph_, nodes)) {
      sums_[id] = expand(id);
      total_ += sums_[id].size();
      if (total_ > most_terms_together) refuse();
    }
    std::vector<NodeId> results;
    results.reserve(nodes.size());
    for (const NodeId id : nodes) results.push_back(build(id));
    return results;
  }

 private:
  using Terms = std::vector<Term>;

  [[noreturn]] static void refuse() {
    throw InvalidArgument(fmt::format(
        "the expanded expression grows beyond {} terms or {} products of terms (those of "
        "sums multiply their numbers) expand smaller parts",
        most_terms, most_products));
  }

  static Terms terms_of(const Sum& sum) {
    Terms terms;
    std::copy_if(sum.terms().begin(), sum.terms().end(), std::back_inserter(terms),
                 [](const Term& term) { return !term.is_zero(); });
    if (terms.size() > most_terms) refuse();
    return terms;
  }

  Terms expand(NodeId id) {
    const Node node = graph_[id];
    const auto [a, b, c] = node.arguments;
    switch (node.operation) {
      case Opcode::constant:
      case Opcode::variable:
        return terms_of_node(id);
      case Opcode::add:
        return add(sums_[a], sums_[b], 1);
      case Opcode::subtract:
        return add(sums_[a], sums_[b], -1);
      case Opcode::negate:
        return add({}, sums_[a], -1);
      case Opcode::multiply:
        return multiply(sums_[a], sums_[b]);
      case Opcode::divide:
        return divide(sums_[a], b);
      case Opcode::power:
        if (const auto power = whole_power(a, b)) return *power;
        break;
      default:
        break;
    }
    return opaque(node);
  }

  [[nodiscard]] Terms terms_of_node(NodeId id) const {
    Term term = read_term(graph_, id);
    return term.is_zero() ? Terms{} : Terms{std::move(term)};
  }

  static Terms add(const Terms& a, const Terms& b, double sign) {
    Sum sum;
    for (const Term& term : a) sum.add(term);
    for (Term term : b) {
      term.coefficient = term.coefficient * sign;
      sum.add(std::move(term));
    }
    return terms_of(sum);
  }

  Terms multiply(const Terms& a, const Terms& b) {
    products_ += a.size() * b.size();
    if (products_ > most_products) refuse();
    Sum sum;
    for (const Term& left : a) {
      for (const Term& right : b) sum.add(product(graph_, left, right));
      if (sum.terms().size() > 2 * most_terms) refuse();
    }
    return terms_of(sum);
  }

  Terms divide(const Terms& above, NodeId b) {
    Term inverse;
    multiply_by(graph_, inverse, build(b), -1);
    return multiply(above, {inverse});
  }

  std::optional<Terms> whole_power(NodeId base, NodeId exponent) {
    if (!is_constant(graph_, exponent)) return {};
    const double count = graph_[exponent].constant;
    if (count != std::trunc(count) || count < 2 || count > largest_power) return {};
    Terms result = sums_[base];
    for (double i = 1; i < count; ++i) result = multiply(result, sums_[base]);
    return result;
  }

  // Everything else, of expanded arguments.
  Terms opaque(const Node& node) {
    std::array<NodeId, 3> arguments = {};
    for (int i = 0; i < arity(node.operation); ++i) {
      const auto place = static_cast<std::size_t>(i);
      arguments[place] = build(node.arguments[place]);
    }
    return terms_of_node(
        make_node(graph_, node.operation, arguments[0], arguments[1], arguments[2]));
  }

  NodeId build(NodeId id) {
    if (built_[id]) return *built_[id];
    Sum sum;
    for (const Term& term : sums_[id]) sum.add(term);
    built_[id] = make_sum(graph_, sum);
    return *built_[id];
  }

  Graph& graph_;
  std::vector<Terms> sums_;
  std::vector<std::optional<NodeId>> built_;
  std::size_t total_ = 0;
  std::size_t products_ = 0;
};

}  // namespace

std::vector<NodeId> expand(Graph& graph, const std::vector<NodeId>& nodes) {
  return Expander(graph).expand(nodes);
}

}  // namespace batchgrad::detail
