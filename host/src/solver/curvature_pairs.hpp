#pragma once

#include <batchgrad/core/view.hpp>

#include <deque>
#include <vector>

namespace batchgrad::detail {

/// The last few pairs of a step s and the change of the gradient y over it, and the approximation
/// of the inverse Hessian that they make.
class CurvaturePairs {
 public:
  explicit CurvaturePairs(index_t memory) : memory_(memory) {}

  /// Keeps the pair if s.y > 1e-12 |s| |y|, dropping the oldest where the memory is full. Less is
  /// rounding: s.y / (|s| |y|) is at least 2 sqrt(k) / (1 + k) for a quadratic of condition k.
  void add(std::vector<double> step, std::vector<double> change);
  void clear() { pairs_.clear(); }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }

  /// s.y / y.y of the last pair that was kept, 1 before the first: the step that steepest descent
  /// should try. Survives `clear`.
  [[nodiscard]] double typical_step() const { return typical_step_; }

  /// -(inverse Hessian) gradient; without pairs -gradient.
  [[nodiscard]] std::vector<double> direction(VectorView<const double> gradient) const;

 private:
  struct Pair {
    std::vector<double> step;
    std::vector<double> change;
    double curvature;  ///< s.y
  };

  index_t memory_;
  double typical_step_ = 1;
  std::deque<Pair> pairs_;
};

}  // namespace batchgrad::detail
