#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "solver/run.hpp"

namespace batchgrad::test {

inline detail::StopRules within(double tolerance, index_t iterations = 1000) {
  return {iterations, tolerance, 0, {}};
}

/// A function written down in a test: writes the gradient and returns the value. Its gradient norm
/// is the largest slope, its gradient scale 1.
class AnalyticObjective final : public detail::Objective {
 public:
  using Formula = std::function<double(VectorView<const double> x, VectorView<double> gradient)>;

  AnalyticObjective(index_t parameters, Formula formula)
      : parameters_(parameters), formula_(std::move(formula)) {}

  [[nodiscard]] index_t parameter_count() const override { return parameters_; }
  detail::Evaluation evaluate(VectorView<const double> x, VectorView<double> gradient) override {
    const double value = formula_(x, gradient);
    visited.emplace_back(x.begin(), x.end());
    return {value, detail::largest_magnitude(gradient), 1.0};
  }

  std::vector<std::vector<double>> visited;  ///< every point evaluated, in order

 private:
  index_t parameters_;
  Formula formula_;
};

/// sum_j curvature_j (x_j - centre_j)^2 / 2
inline AnalyticObjective quadratic(std::vector<double> curvatures, std::vector<double> centre) {
  const auto size = static_cast<index_t>(centre.size());
  return {size, [=](VectorView<const double> x, VectorView<double> gradient) {
            double value = 0;
            for (index_t j = 0; j < x.size(); ++j) {
              const auto at = static_cast<std::size_t>(j);
              const double distance = x[j] - centre[at];
              value += 0.5 * curvatures[at] * distance * distance;
              gradient[j] = curvatures[at] * distance;
            }
            return value;
          }};
}

/// 100 (y - x^2)^2 + (1 - x)^2, minimum 0 at (1, 1).
inline AnalyticObjective rosenbrock() {
  return {2, [](VectorView<const double> p, VectorView<double> gradient) {
            const double bend = p[1] - p[0] * p[0];
            gradient[0] = -400 * p[0] * bend - 2 * (1 - p[0]);
            gradient[1] = 200 * bend;
            return 100 * bend * bend + (1 - p[0]) * (1 - p[0]);
          }};
}

/// x - log(x), minimum 1 at 1; not a number below 0, infinite at 0.
inline AnalyticObjective log_barrier() {
  return {1, [](VectorView<const double> x, VectorView<double> gradient) {
            gradient[0] = 1 - 1 / x[0];
            return x[0] - std::log(x[0]);
          }};
}

}  // namespace batchgrad::test
