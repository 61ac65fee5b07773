#pragma once

#include <batchgrad/loss.hpp>

namespace batchgrad::detail {

/// Where a loss bends.
enum class LossCurvature {
  none,        ///< nowhere but at kinks: absolute
  somewhere,   ///< second derivatives of 0 and others: huber, squared hinge; log-cosh, far away
  everywhere,  ///< squared, logistic, poisson, gamma, tweedie
};

/// Found by looking: second derivatives for the target 1, which every loss is defined for, at
/// predictions from -3 to 3 and, for a parameter that is small, close to the target; where targets
/// may be any number, residuals have their unit and may be of any size. So a new loss is placed
/// without being listed.
[[nodiscard]] inline LossCurvature curvature_of(const Loss& loss) {
  bool bends = false;
  bool is_straight = false;
  const auto look_at = [&](double prediction) {
    const double second =
        std::visit([&](const auto& l) { return l.second_derivative(prediction, 1.0); }, loss);
    (second > 0 ? bends : is_straight) = true;
  };
  for (int k = -12; k <= 12; ++k) look_at(0.25 * k + 0.03125);
  for (double distance = 1; distance > 1e-12; distance /= 8) look_at(1 + distance);
  if (target_domain(loss) == TargetDomain::real)
    for (double distance = 8; distance < 1e9; distance *= 8) look_at(1 + distance);
  if (!bends) return LossCurvature::none;
  return is_straight ? LossCurvature::somewhere : LossCurvature::everywhere;
}

/// Whether some target leaves the loss falling for ever in one direction, so that its minimum may
/// be at infinity: a label of logistic, a count of 0 of poisson and tweedie.
[[nodiscard]] inline bool may_lack_minimum(const Loss& loss) {
  constexpr double far = 30;
  const double target = target_domain(loss) == TargetDomain::positive ? 1 : 0;
  return std::visit(
      [&](const auto& l) { return l.derivative(-far, target) * l.derivative(far, target) > 0; },
      loss);
}

}  // namespace batchgrad::detail
