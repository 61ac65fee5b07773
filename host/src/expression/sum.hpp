#pragma once

#include <unordered_map>
#include <vector>

#include "expression/term.hpp"

namespace batchgrad::detail {

/// A sum whose like terms are one: 2*x + 3*x is 5*x.
class Sum {
 public:
  void add(Term term);
  /// Terms that cancelled have the coefficient 0.
  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  /// The term with these factors; null where there is none.
  [[nodiscard]] const Term* find(const std::vector<Factor>& factors) const;

 private:
  struct Hash {
    std::size_t operator()(const std::vector<Factor>& factors) const noexcept;
  };
  std::vector<Term> terms_;
  std::unordered_map<std::vector<Factor>, std::size_t, Hash> places_;
};

/// The sum of terms as one term: 0, the only term that is left, or a sum as its only factor. Sums
/// within terms are multiplied out where like terms meet; elsewhere they stay, because the
/// difference in 2*(x - 1) is more exact than the one in 2*x - 2.
[[nodiscard]] Term collect(Graph& graph, const std::vector<Term>& terms);

/// The node of a sum, by descending powers of the variables.
[[nodiscard]] NodeId make_sum(Graph& graph, const Sum& sum);

}  // namespace batchgrad::detail
