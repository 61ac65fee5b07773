#include "solver/curvature_pairs.hpp"

#include <utility>

#include "solver/vector_algebra.hpp"

namespace batchgrad::detail {

void CurvaturePairs::add(std::vector<double> step, std::vector<double> change) {
  constexpr double rounding = 1e-12;
  const double curvature = dot(step, change);
  if (!(curvature > rounding * norm(step) * norm(change))) return;
  typical_step_ = curvature / dot(change, change);
  if (static_cast<index_t>(pairs_.size()) == memory_) pairs_.pop_front();
  pairs_.push_back({std::move(step), std::move(change), curvature});
}

std::vector<double> CurvaturePairs::direction(VectorView<const double> gradient) const {
  std::vector<double> direction(gradient.begin(), gradient.end());
  std::vector<double> projections;
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
    projections.push_back(dot(pair->step, direction) / pair->curvature);
    add_scaled(-projections.back(), pair->change, direction);
  }
  if (!pairs_.empty()) scale(typical_step_, direction);
  for (const Pair& pair : pairs_) {
    const double projection = dot(pair.change, direction) / pair.curvature;
    add_scaled(projections.back() - projection, pair.step, direction);
    projections.pop_back();
  }
  scale(-1, direction);
  return direction;
}

}  // namespace batchgrad::detail
