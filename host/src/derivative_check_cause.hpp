#pragma once

#include <batchgrad/derivative_check.hpp>

#include <functional>
#include <string>
#include <vector>

#include "expression/program.hpp"

namespace batchgrad::detail {

[[nodiscard]] bool is_exact(Method method);

/// What counts of an estimate's error when two methods are compared. At a kink or a branch for one
/// point the error covers every value, and comparing would be idle.
[[nodiscard]] double own_error(Method method, const Estimate<double>& estimate);

/// Tells why methods disagree.
class CauseFinder {
 public:
  CauseFinder(const Expression& f, const CheckOptions& options, int order);

  /// Sets cause and explanation. `adaptive` is called where no method is a difference.
  void explain(Disagreement& disagreement, index_t result,
               const std::function<Estimate<double>()>& adaptive) const;

 private:
  /// A difference to judge exact methods by: the first that is fine, else the first.
  struct Witness {
    Method method = Method::adaptive;
    Estimate<double> estimate;
    bool is_fine = false;
  };

  [[nodiscard]] Witness witness_of(Method method, const Estimate<double>& estimate) const;
  [[nodiscard]] Witness find_witness(const Disagreement& disagreement,
                                     const std::function<Estimate<double>()>& adaptive) const;
  [[nodiscard]] bool is_kink(Disagreement& disagreement, const Witness& witness) const;
  [[nodiscard]] bool is_cancellation(Disagreement& disagreement, const Witness& witness,
                                     index_t result) const;
  [[nodiscard]] bool is_ad_trap(Disagreement& disagreement, const Witness& witness) const;

  CheckOptions options_;
  int order_;                    // of the derivatives
  std::vector<Program> values_;  // of each result
};

}  // namespace batchgrad::detail
