#include "expression/sum.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "expression/simplify.hpp"

namespace batchgrad::detail {

namespace {

// Longer sums are not looked into: they would be taken apart again at every step of a derivative.
constexpr std::size_t longest_dissolved = 64;

bool is_sum(const Graph& graph, NodeId id) {
  return graph[id].operation == Opcode::add || graph[id].operation == Opcode::subtract;
}

// The first factor that is a sum; null where there is none.
const Factor* sum_in(const Graph& graph, const Term& term) {
  for (const Factor& factor : term.factors) {
    if (factor.exponent == 1 && is_sum(graph, factor.base)) return &factor;
  }
  return nullptr;
}

// The term with its first sum multiplied out; itself where there is none, or a long one.
std::vector<Term> dissolve(const Graph& graph, const Term& whole) {
  const Factor* sum = sum_in(graph, whole);
  if (!sum || whole.is_zero()) return {whole};
  Term others = whole;
  std::erase(others.factors, *sum);
  std::vector<Term> parts;
  std::vector<std::pair<NodeId, int>> waiting = {{sum->base, 1}};
  while (!waiting.empty()) {
    const auto [id, sign] = waiting.back();
    waiting.pop_back();
    if (is_sum(graph, id)) {
      const auto [left, right, unused] = graph[id].arguments;
      waiting.emplace_back(right, graph[id].operation == Opcode::add ? sign : -sign);
      waiting.emplace_back(left, sign);
    } else {
      parts.push_back(product(graph, others, read_term(graph, id)));
      parts.back().coefficient = parts.back().coefficient * sign;
    }
    if (parts.size() + waiting.size() > longest_dissolved) return {whole};
  }
  return parts;
}

struct Place {
  bool is_polynomial = true;
  double degree = 0;
  std::vector<std::pair<index_t, double>> powers;  ///< variables and their negative exponents
  std::vector<NodeId> others;

  friend bool operator<(const Place& a, const Place& b) {
    if (a.degree != b.degree) return a.degree > b.degree;
    // x^2 comes before x*y, which comes before y^2 and before what has neither.
    for (std::size_t i = 0; i < std::min(a.powers.size(), b.powers.size()); ++i) {
      if (a.powers[i] != b.powers[i]) return a.powers[i] < b.powers[i];
    }
    if (a.powers.size() != b.powers.size()) return a.powers.size() > b.powers.size();
    if (a.others.empty() != b.others.empty()) return b.others.empty();  // a constant is last
    return a.others < b.others;
  }
};

Place place_of(const Graph& graph, const Term& term) {
  Place place;
  for (const auto& [base, exponent] : term.factors) {
    const Node& node = graph[base];
    if (node.operation == Opcode::variable) {
      place.degree += exponent;
      place.powers.emplace_back(node.variable, -exponent);
    } else {
      place.is_polynomial = false;
      place.others.push_back(base);
    }
  }
  std::sort(place.powers.begin(), place.powers.end());
  return place;
}

}  // namespace

std::size_t Sum::Hash::operator()(const std::vector<Factor>& factors) const noexcept {
  std::uint64_t hash = factors.size();
  for (const auto& [base, exponent] : factors) {
    hash = (hash ^ base) * 0x9e3779b97f4a7c15U;
    hash = (hash ^ (hash >> 32U) ^ std::bit_cast<std::uint64_t>(exponent)) * 0xd6e8feb86659fd93U;
  }
  return static_cast<std::size_t>(hash ^ (hash >> 32U));
}

void Sum::add(Term term) {
  if (term.is_zero()) return;
  const auto [place, is_new] = places_.try_emplace(term.factors, terms_.size());
  if (is_new) {
    terms_.push_back(std::move(term));
  } else {
    Rational& coefficient = terms_[place->second].coefficient;
    coefficient = coefficient + term.coefficient;
  }
}

const Term* Sum::find(const std::vector<Factor>& factors) const {
  const auto place = places_.find(factors);
  return place == places_.end() ? nullptr : &terms_[place->second];
}

Term collect(Graph& graph, const std::vector<Term>& terms) {
  if (terms.size() == 1) return terms[0];
  Sum whole;
  for (const Term& term : terms) whole.add(term);

  std::vector<std::vector<Term>> parts;
  Sum met;  // its coefficients count
  for (const Term& term : whole.terms()) {
    parts.push_back(dissolve(graph, term));
    for (const Term& part : parts.back()) met.add({1, part.factors});
  }
  Sum sum;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto meets = [&](const Term& part) {
      return met.find(part.factors)->coefficient.value() > 1;
    };
    if (std::any_of(parts[i].begin(), parts[i].end(), meets)) {
      for (const Term& part : parts[i]) sum.add(part);
    } else {
      sum.add(whole.terms()[i]);
    }
  }
  const auto is_left = [](const Term& term) { return !term.is_zero(); };
  const auto count = std::count_if(sum.terms().begin(), sum.terms().end(), is_left);
  if (count == 0) return {0, {}};
  if (count == 1) return *std::find_if(sum.terms().begin(), sum.terms().end(), is_left);
  return read_term(graph, make_sum(graph, sum));
}

NodeId make_sum(Graph& graph, const Sum& sum) {
  std::vector<std::pair<Place, Term>> ordered;
  bool is_polynomial = true;
  for (const Term& term : sum.terms()) {
    if (term.is_zero()) continue;
    ordered.emplace_back(place_of(graph, term), term);
    is_polynomial = is_polynomial && ordered.back().first.is_polynomial;
  }
  if (ordered.empty()) return graph.constant(0);
  const auto is_negative = [](const Term& term) { return term.coefficient.numerator() < 0; };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  // A polynomial keeps the order of its powers; others start without a sign where they can.
  const auto first = std::find_if(ordered.begin(), ordered.end(),
                                  [&](const auto& entry) { return !is_negative(entry.second); });
  if (!is_polynomial && first != ordered.end()) {
    std::rotate(ordered.begin(), first, first + 1);
  }
  NodeId result = make_product(graph, ordered[0].second);
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    Term& term = ordered[i].second;
    const bool is_subtracted = is_negative(term);
    if (is_subtracted) term.coefficient = term.coefficient * -1;
    result = make_node(graph, is_subtracted ? Opcode::subtract : Opcode::add, result,
                       make_product(graph, term));
  }
  return result;
}

}  // namespace batchgrad::detail
