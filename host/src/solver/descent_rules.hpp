#pragma once

#include <batchgrad/regression/descent.hpp>
#include <batchgrad/solver.hpp>

#include <optional>

namespace batchgrad::detail {

/// How long the steps of a descent are and what they are made of.
struct StepSizes {
  double learning_rate = 0;
  Schedule schedule{};
  GradientClip clip{};
};

inline MomentumRule rule_of(const GradientDescent& options) {
  return {options.momentum, options.nesterov};
}
inline AdamRule rule_of(const Adam& options) {
  return {options.beta1, options.beta2, options.epsilon};
}
inline AdaGradRule rule_of(const AdaGrad& options) { return {options.epsilon}; }
inline RmsPropRule rule_of(const RmsProp& options) { return {options.decay, options.epsilon}; }

/// A solver that descends by the updates of a rule.
struct RuleDescent {
  StepSizes sizes;
  DescentRule rule;
};

/// None for solvers that compare values from step to step.
[[nodiscard]] inline std::optional<RuleDescent> rule_descent(const Solver& solver) {
  return std::visit(
      [](const auto& options) -> std::optional<RuleDescent> {
        if constexpr (requires { rule_of(options); }) {
          const std::optional<double> rate = options.learning_rate;
          if (rate) return RuleDescent{{*rate, options.schedule, options.clip}, rule_of(options)};
        }
        return std::nullopt;
      },
      solver);
}

}  // namespace batchgrad::detail
