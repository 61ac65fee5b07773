#include "solver/adam.hpp"

#include <cmath>

#include "solver/descent.hpp"

namespace batchgrad::detail {
namespace {

/// The running means of the gradient and of its square, and their weights so far.
class AdamRule {
 public:
  AdamRule(std::size_t size, const Adam& options)
      : options_(options), first_(size), second_(size) {}

  void move(const std::vector<double>& gradient, double rate, std::vector<double>& parameters) {
    first_decay_ *= options_.beta1;
    second_decay_ *= options_.beta2;
    for (std::size_t j = 0; j < first_.size(); ++j) {
      const double slope = gradient[j];
      first_[j] = options_.beta1 * first_[j] + (1 - options_.beta1) * slope;
      second_[j] = options_.beta2 * second_[j] + (1 - options_.beta2) * slope * slope;
      const double mean = first_[j] / (1 - first_decay_);
      const double square = second_[j] / (1 - second_decay_);
      parameters[j] -= rate * mean / (std::sqrt(square) + options_.epsilon);
    }
  }

  [[nodiscard]] double limit(double slope, double rate) const {
    return rate * slope / (std::fabs(slope) + options_.epsilon);
  }

 private:
  Adam options_;
  std::vector<double> first_;
  std::vector<double> second_;
  double first_decay_ = 1;   ///< beta1^t
  double second_decay_ = 1;  ///< beta2^t
};

}  // namespace

Task<Stop> solve(Progress& progress, Point current, const Adam& options) {
  AdamRule rule(current.parameters.size(), options);
  return descend(progress, std::move(current),
                 {options.learning_rate, options.schedule, options.clip}, std::move(rule));
}

}  // namespace batchgrad::detail
