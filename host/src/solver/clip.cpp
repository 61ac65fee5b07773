#include "solver/clip.hpp"

#include <algorithm>
#include <cmath>

#include "solver/objective.hpp"
#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {
namespace {

/// limit / |gradient|, as it is but for squares that overflow or vanish: powers of 2 are exact.
double share_within(double limit, const std::vector<double>& gradient) {
  const double largest = largest_magnitude(gradient);
  if (largest == 0) return 1;
  const int exponent = std::ilogb(largest);
  std::vector<double> scaled = gradient;
  for (double& slope : scaled) slope = std::scalbn(slope, -exponent);
  return std::scalbn(limit, -exponent) / norm(scaled);
}

}  // namespace

std::vector<double> clipped(const GradientClip& clip, std::vector<double> gradient) {
  if (clip.value)
    for (double& slope : gradient) slope = std::clamp(slope, -*clip.value, *clip.value);
  if (clip.norm) {
    const double share = share_within(*clip.norm, gradient);
    if (share < 1) scale(share, gradient);
  }
  return gradient;
}

}  // namespace batchgrad::detail
