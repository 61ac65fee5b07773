#include "solver/adagrad.hpp"

#include <cmath>

#include "solver/descent.hpp"

namespace batchgrad::detail {
namespace {

/// The sum of the squares of all gradients so far.
class AdaGradRule {
 public:
  AdaGradRule(std::size_t size, const AdaGrad& options) : options_(options), square_(size) {}

  void move(const std::vector<double>& gradient, double rate, std::vector<double>& parameters) {
    for (std::size_t j = 0; j < square_.size(); ++j) {
      square_[j] += gradient[j] * gradient[j];
      parameters[j] -= rate * gradient[j] / (std::sqrt(square_[j]) + options_.epsilon);
    }
  }

  /// The sum only grows: a step that changed nothing will not under the same slope.
  [[nodiscard]] double limit(double /*slope*/, double /*rate*/) const { return 0; }

 private:
  AdaGrad options_;
  std::vector<double> square_;
};

}  // namespace

Task<Stop> solve(Progress& progress, Point current, const AdaGrad& options) {
  AdaGradRule rule(current.parameters.size(), options);
  return descend(progress, std::move(current),
                 {options.learning_rate, options.schedule, options.clip}, std::move(rule));
}

}  // namespace batchgrad::detail
