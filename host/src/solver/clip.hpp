#pragma once

#include <batchgrad/solver.hpp>

#include <vector>

namespace batchgrad::detail {

/// The gradient that a step is made of: see GradientClip.
[[nodiscard]] std::vector<double> clipped(const GradientClip& clip, std::vector<double> gradient);

}  // namespace batchgrad::detail
