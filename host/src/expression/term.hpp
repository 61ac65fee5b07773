#pragma once

#include <vector>

#include "expression/graph.hpp"
#include "expression/rational.hpp"

namespace batchgrad::detail {

/// base^exponent
struct Factor {
  NodeId base;
  double exponent;

  friend bool operator==(const Factor&, const Factor&) = default;
};

/// coefficient * product of factors: the form in which derivatives are simplified. Powers of one
/// base are one factor, so x/x is 1: where a function is not defined, its derivative may be.
/// Products longer than `most_factors` are a factor by themselves.
struct Term {
  Rational coefficient;
  std::vector<Factor> factors;  ///< by base

  static constexpr std::size_t most_factors = 24;

  [[nodiscard]] bool is_zero() const { return coefficient.numerator() == 0; }
};

/// Takes the products, quotients, signs and powers with constant exponents apart that a node
/// is made of.
[[nodiscard]] Term read_term(const Graph& graph, NodeId id);

/// term *= node^exponent; a product is taken apart where the exponent is 1 or -1.
void multiply_by(const Graph& graph, Term& term, NodeId id, double exponent = 1);
[[nodiscard]] Term product(const Graph& graph, const Term& a, const Term& b);

/// The node of a term: constant in front, variables in their order, then the rest; what has
/// negative exponents below one fraction bar.
[[nodiscard]] NodeId make_product(Graph& graph, const Term& term);

}  // namespace batchgrad::detail
