#include "solver/rmsprop.hpp"

#include <cmath>

#include "solver/descent.hpp"

namespace batchgrad::detail {
namespace {

/// The running mean of the square of the gradient.
class RmsPropRule {
 public:
  RmsPropRule(std::size_t size, const RmsProp& options) : options_(options), square_(size) {}

  void move(const std::vector<double>& gradient, double rate, std::vector<double>& parameters) {
    for (std::size_t j = 0; j < square_.size(); ++j) {
      const double slope = gradient[j];
      square_[j] = options_.decay * square_[j] + (1 - options_.decay) * slope * slope;
      parameters[j] -= rate * slope / (std::sqrt(square_[j]) + options_.epsilon);
    }
  }

  /// Large gradients of the past are forgotten.
  [[nodiscard]] double limit(double slope, double rate) const {
    return rate * slope / (std::fabs(slope) + options_.epsilon);
  }

 private:
  RmsProp options_;
  std::vector<double> square_;
};

}  // namespace

Task<Stop> solve(Progress& progress, Point current, const RmsProp& options) {
  RmsPropRule rule(current.parameters.size(), options);
  return descend(progress, std::move(current),
                 {options.learning_rate, options.schedule, options.clip}, std::move(rule));
}

}  // namespace batchgrad::detail
