#include "derivative_check_cause.hpp"

#include <batchgrad/core/running_error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>

#include "expression/expression_state.hpp"
#include "reference/interpreter.hpp"

namespace batchgrad::detail {
namespace {

/// The bound of the rounding errors in a value of f.
double value_error(const Program& f, const std::vector<double>& x) {
  const auto values = reference::outputs<RunningError<double>>(f, [&](index_t parameter) {
    return RunningError<double>(x[static_cast<std::size_t>(parameter)]);
  });
  return values.front().error;
}

}  // namespace

bool is_exact(Method method) { return method == Method::symbolic || method == Method::forward_ad; }

double own_error(Method method, const Estimate<double>& estimate) {
  const bool is_doubt = is_exact(method) && estimate.status != Status::ok &&
                        (estimate.left != estimate.value || estimate.right != estimate.value);
  return is_doubt || estimate.status == Status::kink ? 0 : estimate.error;
}

CauseFinder::CauseFinder(const Expression& f, const CheckOptions& options, int order)
    : options_(options), order_(order) {
  const ExpressionState& state = f.state();
  for (const NodeId& result : state.results)
    values_.push_back(make_program(state.graph, std::span(&result, 1)));
}

/// A difference that is not ok may still be precise enough: one-sided, or next to 0, where any
/// relative error is large.
CauseFinder::Witness CauseFinder::witness_of(Method method,
                                             const Estimate<double>& estimate) const {
  const double allowed = options_.absolute_tolerance + 1e-3 * std::fabs(estimate.value);
  const bool is_precise =
      (estimate.status == Status::one_sided || estimate.status == Status::noisy) &&
      estimate.error <= allowed;
  return {method, estimate,
          std::isfinite(estimate.value) && (estimate.status == Status::ok || is_precise)};
}

CauseFinder::Witness CauseFinder::find_witness(
    const Disagreement& disagreement, const std::function<Estimate<double>()>& adaptive) const {
  std::vector<Witness> candidates;
  for (std::size_t m = 0; m < options_.methods.size(); ++m)
    if (!is_exact(options_.methods[m]))
      candidates.push_back(witness_of(options_.methods[m], disagreement.estimates[m]));
  if (candidates.empty()) return witness_of(Method::adaptive, adaptive());
  const auto fine = std::find_if(candidates.begin(), candidates.end(),
                                 [](const Witness& witness) { return witness.is_fine; });
  return fine == candidates.end() ? candidates.front() : *fine;
}

bool CauseFinder::is_kink(Disagreement& disagreement, const Witness& witness) const {
  std::vector<Estimate<double>> estimates = disagreement.estimates;
  estimates.push_back(witness.estimate);
  for (const Estimate<double>& estimate : estimates) {
    if (estimate.status != Status::kink) continue;
    disagreement.explanation = fmt::format(
        "f has a kink here: its slope is {:.6g} on the left and {:.6g} on the right, so there is "
        "no "
        "derivative and each method gives a number between or one of the two",
        estimate.left, estimate.right);
    return true;
  }
  return false;
}

bool CauseFinder::is_cancellation(Disagreement& disagreement, const Witness& witness,
                                  index_t result) const {
  if (!(witness.estimate.step > 0)) return false;
  double distance = 0;
  for (const Estimate<double>& estimate : disagreement.estimates) {
    if (!std::isfinite(estimate.value)) return false;
    distance = std::max(distance, std::fabs(estimate.value - witness.estimate.value));
  }
  const double error = value_error(values_[static_cast<std::size_t>(result)], disagreement.x);
  // Values weigh up to 2^order in a difference of that order, which is divided by step^order.
  const double noise = error * std::pow(2 / witness.estimate.step, order_);
  if (!(noise >= distance)) return false;
  disagreement.explanation = fmt::format(
      "values of f have rounding errors of up to {:.2g} here, which a difference with step {:.2g} "
      "turns into {:.2g}: f subtracts nearly equal numbers; rely on an exact method, or write f "
      "with expm1, log1p, hypot or a factored form",
      error, witness.estimate.step, noise);
  return true;
}

bool CauseFinder::is_ad_trap(Disagreement& disagreement, const Witness& witness) const {
  if (!witness.is_fine) return false;
  const auto set = [&](Method method, double value, const char* reason) {
    disagreement.explanation = fmt::format(
        "{} gives {:.6g} though the function is smooth here ({} finds {:.6g}, within {:.2g}): {}",
        method_name(method), value == value ? value : quiet_nan, method_name(witness.method),
        witness.estimate.value, witness.estimate.error, reason);
    return true;
  };
  std::vector<std::size_t> exact;
  for (std::size_t m = 0; m < options_.methods.size(); ++m)
    if (is_exact(options_.methods[m])) exact.push_back(m);
  for (const std::size_t m : exact)
    if (!std::isfinite(disagreement.estimates[m].value))
      return set(options_.methods[m], disagreement.estimates[m].value,
                 "its rules multiply 0 by infinity or differentiate the root of 0; rewrite f so "
                 "that no part of it has an infinite slope here");
  for (const std::size_t m : exact)
    if (disagreement.estimates[m].status != Status::ok)
      return set(options_.methods[m], disagreement.estimates[m].value,
                 "its rules see only the branch that is taken at this very point");
  const auto farthest = std::max_element(exact.begin(), exact.end(), [&](auto a, auto b) {
    const auto distance = [&](std::size_t m) {
      return std::fabs(disagreement.estimates[m].value - witness.estimate.value);
    };
    return distance(a) < distance(b);
  });
  if (exact.size() < 2) return false;
  const Estimate<double>& a = disagreement.estimates[exact[0]];
  const Estimate<double>& b = disagreement.estimates[exact[1]];
  const double allowed =
      options_.absolute_tolerance + a.error + b.error +
      options_.relative_tolerance * std::max(std::fabs(a.value), std::fabs(b.value));
  if (std::fabs(a.value - b.value) <= allowed) return false;
  return set(options_.methods[*farthest], disagreement.estimates[*farthest].value,
             "the exact methods contradict each other, and this one is farther off");
}

void CauseFinder::explain(Disagreement& disagreement, index_t result,
                          const std::function<Estimate<double>()>& adaptive) const {
  const Witness witness = find_witness(disagreement, adaptive);
  if (is_kink(disagreement, witness)) {
    disagreement.cause = Cause::kink;
  } else if (is_cancellation(disagreement, witness, result)) {
    disagreement.cause = Cause::cancellation;
  } else if (is_ad_trap(disagreement, witness)) {
    disagreement.cause = Cause::ad_trap;
  } else if (!witness.is_fine) {
    disagreement.cause = Cause::difference;
    disagreement.explanation = fmt::format(
        "the difference does not vouch for itself: {} has the status {} (error {:.2g}, step "
        "{:.2g}); rely on an exact method where there is one",
        method_name(witness.method), status_name(witness.estimate.status), witness.estimate.error,
        witness.estimate.step);
  } else {
    disagreement.cause = Cause::unexplained;
    disagreement.explanation =
        "no method doubts itself and no cause was found: look at the values of f near this point "
        "for a jump, a fast oscillation or a mistake in f";
  }
}

}  // namespace batchgrad::detail
