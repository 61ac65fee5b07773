#include "solver/gradient_descent.hpp"

#include <cmath>
#include <utility>

#include "solver/curvature.hpp"
#include "solver/descent.hpp"

namespace batchgrad::detail {
namespace {

/// The rate for a curvature that was estimated. Without curvature nothing says how far to go:
/// 1 is the step for features of mean square 1 under a loss of curvature 1.
double rate_for(double curvature) { return curvature > 0 ? 1 / curvature : 1.0; }

/// What counts as a rise: more than the rounding of the objective, with which descent ends.
double with_noise(double objective) {
  constexpr double noise = 1e-6;  // as Hager and Zhang's epsilon; float storage needs some 1e-7
  return objective + noise * std::fabs(objective);
}

/// The velocity so far.
class MomentumRule {
 public:
  MomentumRule(std::size_t size, const GradientDescent& options)
      : momentum_(options.momentum), nesterov_(options.nesterov), velocity_(size) {}

  void move(const std::vector<double>& gradient, double rate, std::vector<double>& parameters) {
    for (std::size_t j = 0; j < velocity_.size(); ++j) {
      const double descent = rate * gradient[j];
      velocity_[j] = momentum_ * velocity_[j] - descent;
      parameters[j] += nesterov_ ? momentum_ * velocity_[j] - descent : velocity_[j];
    }
  }

  /// Momentum passes through steps of 0 where it turns. No schedule lets a later rate be larger.
  [[nodiscard]] double limit(double slope, double rate) const {
    return rate * slope / (1 - momentum_);
  }

  void forget() { velocity_.assign(velocity_.size(), 0); }

 private:
  double momentum_;
  bool nesterov_;
  std::vector<double> velocity_;
};

/// Without a learning rate.
Task<Stop> descend_by_curvature(Progress& progress, Point current, GradientDescent options) {
  co_await progress.evaluate(current);
  std::optional<Stop> stop = progress.accept(current, 0);
  if (stop) co_return *stop;

  const double curvature = co_await largest_curvature(progress, current);
  double rate = rate_for(curvature);
  MomentumRule rule(current.parameters.size(), options);
  Point next(current.parameters);
  while (!stop) {
    next.parameters = current.parameters;
    if (!take_step(rule, clipped(options.clip, current.gradient), rate, next.parameters))
      co_return Stop::no_progress;
    co_await progress.evaluate(next);
    const double ceiling =
        options.momentum > 0 ? progress.start_objective() : current.value.objective;
    if (!(next.value.is_finite() && next.value.objective <= with_noise(ceiling))) {
      rate /= 2;
      rule.forget();
      continue;
    }
    const double step = distance(next.parameters, current.parameters);
    std::swap(current, next);
    stop = progress.accept(current, step);
  }
  co_return *stop;
}

}  // namespace

Task<Stop> solve(Progress& progress, Point current, const GradientDescent& options) {
  if (!options.learning_rate) return descend_by_curvature(progress, std::move(current), options);
  MomentumRule rule(current.parameters.size(), options);
  return descend(progress, std::move(current),
                 {*options.learning_rate, options.schedule, options.clip}, std::move(rule));
}

}  // namespace batchgrad::detail
