#pragma once

#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "loss_gradient_bound.hpp"
#include "loss_targets.hpp"
#include "random_numbers.hpp"
#include "softmax_bound.hpp"
#include "tolerance.hpp"

// What the test of slopes is made of: data, and the gradient held against differences of the
// objective that is reported.

namespace batchgrad::test {

/// What samples have beside features and target; `everything` is also an offset (not for softmax),
/// a centre, and a fold that is held out.
enum class Has { nothing, weights, everything };
inline constexpr Has every_part[] = {Has::nothing, Has::weights, Has::everything};
struct Penalties {
  double l2;
  double l1;
};
inline constexpr Penalties every_penalty[] = {{0, 0}, {0.5, 0}, {0, 0.25}, {0.5, 0.25}};

inline constexpr index_t slope_features = 2;
inline constexpr index_t slope_classes = 3;
inline constexpr double most_reach = 0.25;  ///< of predictions from where the parameters are

/// The differences' step. Parameters are multiples of 1/64, so moving them is exact, and with these
/// steps truncation and rounding are about equally small.
template <class T>
constexpr double slope_step = std::is_same_v<computing_t<T>, double> ? 1.0 / 256 : 1.0 / 32;

/// Coefficients, none nearer to the kink of |w| than differences reach, and intercepts.
template <class T>
std::vector<computing_t<T>> slope_parameters(index_t classes, Intercept intercept) {
  const index_t size = slope_features + (intercept == Intercept::fitted ? 1 : 0);
  std::vector<computing_t<T>> parameters;
  for (index_t i = 0; i < std::max<index_t>(classes, 1) * size; ++i)
    parameters.push_back(static_cast<computing_t<T>>(
        (i % 2 == 0 ? 1 : -1) * (0.25 + 0.0625 * static_cast<double>(i * 5 % 7))));
  return parameters;
}

/// Whether neither derivative of a loss jumps within `reach` of a prediction: the first is the
/// integral of the second, in steps over which the second hardly changes.
inline bool is_smooth(const Loss& loss, double prediction, double target, double reach) {
  constexpr int steps = 64;
  const double width = 2 * reach / steps;
  return std::visit(
      [&](const auto& l) {
        for (int i = 0; i < steps; ++i) {
          const double at = prediction - reach + i * width;
          const double first = l.second_derivative(at, target);
          const double second = l.second_derivative(at + width, target);
          const double change = l.derivative(at + width, target) - l.derivative(at, target);
          if (std::fabs(second - first) > 0.5) return false;
          if (std::fabs(change - width / 2 * (first + second)) > 1e-5) return false;
        }
        return true;
      },
      loss);
}

/// The size of the fifth derivative within most_reach / 2 of a prediction: fourth differences of
/// the first one, which are it somewhere near; doubled for where it is larger.
inline double fifth_derivative(const Loss& loss, double prediction, double target) {
  constexpr double width = most_reach / 4;
  double largest = 0;
  std::visit(
      [&](const auto& l) {
        const auto d = [&](double at) { return l.derivative(at, target); };
        for (const double at : {prediction - width, prediction, prediction + width})
          largest = std::max(largest, std::fabs(d(at + 2 * width) - 4 * d(at + width) + 6 * d(at) -
                                                4 * d(at - width) + d(at - 2 * width)));
      },
      loss);
  return 2 * largest / std::pow(width, 4);
}
/// Along one class's prediction that of log(1 + exp), the fifth cumulant of a Bernoulli variable.
inline double fifth_derivative(const SoftmaxLoss&, double, double) { return 0.25; }

/// A dozen samples on a grid that every storage holds exactly, the loss smooth where each is.
template <class T>
class SlopeData {
 public:
  using Computing = computing_t<T>;

  SlopeData(const Loss& loss, Has has, Intercept intercept) {
    fill(has, [&](const Computing* x, RandomNumbers& random) {
      const auto w = slope_parameters<T>(0, intercept);
      double prediction = intercept == Intercept::fitted ? w.back() : 0;
      for (std::size_t j = 0; j < slope_features; ++j)
        prediction += (x[j] - (centre_.empty() ? 0 : centre_[j])) * w[j];
      if (has == Has::everything) {
        offset_.push_back(grid(random(-1, 1)));
        prediction += offset_.back();
      }
      target_.push_back(static_cast<Computing>(target_inside(target_domain(loss), random(0, 1))));
      if (is_smooth(loss, prediction, target_.back(), 2 * most_reach)) return true;
      target_.pop_back();
      if (has == Has::everything) offset_.pop_back();
      return false;
    });
  }
  SlopeData(const SoftmaxLoss&, Has has, Intercept) {
    fill(has, [&](const Computing*, RandomNumbers&) {
      target_.push_back(static_cast<Computing>(target_.size() % slope_classes));
      return true;
    });
  }

  [[nodiscard]] Samples<T> samples() const {
    return {{x_.data(), static_cast<index_t>(target_.size()), slope_features},
            target_,
            weight_,
            offset_,
            centre_,
            fold_};
  }

 private:
  static Computing grid(double value) {
    return static_cast<Computing>(std::round(64 * value) / 64);
  }

  /// Draws samples until `add` has taken twelve.
  template <class Add>
  void fill(Has has, const Add& add) {
    RandomNumbers random(11);
    if (has == Has::everything) centre_ = {grid(0.3), grid(-0.2)};
    for (int drawn = 0; target_.size() < 12; ++drawn) {
      ASSERT_LT(drawn, 1000) << "the loss is nowhere smooth";
      const Computing x[slope_features] = {grid(random(-1, 1)), grid(random(-1, 1))};
      if (!add(x, random)) continue;
      for (const Computing value : x) x_.push_back(static_cast<T>(value));
      if (has != Has::nothing) weight_.push_back(grid(random(0, 2)));
      if (has == Has::everything) fold_.push_back(static_cast<fold_t>(target_.size() % 2));
    }
  }

  std::vector<T> x_;
  std::vector<Computing> target_;
  std::vector<Computing> weight_;
  std::vector<Computing> offset_;
  std::vector<Computing> centre_;
  std::vector<fold_t> fold_;
};

/// What rounding does to the objective and to each entry of the gradient, as for parity.
template <class T>
std::vector<double> rounding_of(const Samples<T>& samples, const Loss& loss, Intercept intercept,
                                VectorView<const computing_t<T>> parameters, fold_t held_out,
                                Products products) {
  std::vector<double> bounds;
  std::visit(
      [&](const auto& l) {
        LossGradientBound<T>(samples, parameters, intercept, held_out, products).append(l, bounds);
      },
      loss);
  return bounds;
}
template <class T>
std::vector<double> rounding_of(const Samples<T>& samples, const SoftmaxLoss& loss, Intercept,
                                VectorView<const computing_t<T>> parameters, fold_t held_out,
                                Products products) {
  std::vector<double> bounds;
  SoftmaxBound<T>(samples, loss.classes, parameters, held_out, products).append(bounds);
  return bounds;
}

/// The gradient of one parameter set against
///   (8 (f(w + h) - f(w - h)) - (f(w + 2h) - f(w - 2h))) / 12h = f' - h^4 f^(5) / 30
/// entry by entry; all points are parameter sets of one evaluation. Penalties have no fifth
/// derivative. The tolerance: that truncation, the bound of parity for each objective, weighed as
/// the objectives are, and for the gradient, and the rounding of the penalties' few sums.
template <class T, class L>
class SlopeCase {
 public:
  SlopeCase(Context& context, const Samples<T>& samples, const L& loss, index_t classes,
            Intercept intercept)
      : evaluator_(context, samples, loss, intercept),
        held_out_(samples.fold.empty() ? no_fold : 1),
        parameters_(slope_parameters<T>(classes, intercept)) {
    const std::size_t count = parameters_.size();
    points_ = parameters_;
    for (std::size_t i = 0; i < count; ++i)
      for (const double steps : {-2, -1, 1, 2}) {
        points_.insert(points_.end(), parameters_.begin(), parameters_.end());
        points_[points_.size() - count + i] += static_cast<computing_t<T>>(steps * slope_step<T>);
      }
    const Products products = products_on<T>(context, sets() * std::max<index_t>(classes, 1));
    std::vector<double> objective_rounding;
    for (index_t s = 0; s < sets(); ++s) {
      const auto bounds =
          rounding_of<T>(samples, loss, intercept, points().row(s), held_out_, products);
      objective_rounding.push_back(bounds[0]);
      if (s == 0) tolerance_.assign(bounds.begin() + 3, bounds.end());
    }
    for (std::size_t i = 0; i < count; ++i)
      tolerance_[i] += slope_rounding(i, objective_rounding) +
                       std::pow(slope_step<T>, 4) / 30 *
                           fifth(samples, loss, intercept, static_cast<index_t>(i));
  }

  void expect_slopes(const Penalties& penalties) {
    const std::size_t count = parameters_.size();
    std::vector<double> objective(static_cast<std::size_t>(sets()), std::nan(""));
    std::vector<double> gradient(objective.size() * count, std::nan(""));
    evaluator_(points(),
               {objective, {gradient.data(), sets(), static_cast<index_t>(count)}, {}, {}},
               {.l2 = {&penalties.l2, 1},
                .l1 = {&penalties.l1, 1},
                .held_out = {&held_out_, held_out_ == no_fold ? 0 : 1}});
    const double rounding = gamma<double>(20) * 10;  // of penalties, below 10, by 20 operations
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_TRUE(
          is_within(gradient[i], slope(i, objective), tolerance_[i] + 2 * rounding / slope_step<T>))
          << "entry " << i;
  }

 private:
  [[nodiscard]] index_t sets() const { return 1 + 4 * static_cast<index_t>(parameters_.size()); }
  [[nodiscard]] MatrixView<const computing_t<T>> points() const {
    return {points_.data(), sets(), static_cast<index_t>(parameters_.size())};
  }

  /// The formula above along parameter i.
  [[nodiscard]] static double slope(std::size_t i, const std::vector<double>& values) {
    const double* at = values.data() + 1 + 4 * i;
    return (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * slope_step<T>);
  }
  /// How far it is off where the values are, by as much as `errors`.
  [[nodiscard]] static double slope_rounding(std::size_t i, const std::vector<double>& errors) {
    const double* at = errors.data() + 1 + 4 * i;
    return (8 * (at[2] + at[1]) + at[3] + at[0]) / (12 * slope_step<T>);
  }

  /// The mean of |z|^5 |loss^(5)|, z what the parameter is multiplied with.
  [[nodiscard]] double fifth(const Samples<T>& samples, const L& loss, Intercept intercept,
                             index_t parameter) const {
    const index_t j = parameter % (slope_features + (intercept == Intercept::fitted ? 1 : 0));
    const LossGradientBound<T> bound(
        samples, {parameters_.data(), std::min<index_t>(slope_features + 1, parameters_.size())},
        intercept, held_out_);
    double sum = 0;
    double weights = 0;
    for (index_t m = 0; m < samples.count(); ++m) {
      if (held_out_ != no_fold && samples.fold[m] == held_out_) continue;
      const double weight = samples.weight.empty() ? 1.0 : samples.weight[m];
      double z = 1;
      if (j < slope_features) z = widen(samples.features(m, j));
      if (j < slope_features && !samples.centre.empty()) z -= samples.centre[j];
      weights += weight;
      sum += weight * std::pow(std::fabs(z), 5) *
             fifth_derivative(loss, bound.prediction(m).value, samples.target[m]);
    }
    return sum / weights;
  }

  LossEvaluator<T> evaluator_;
  fold_t held_out_;
  std::vector<computing_t<T>> parameters_;
  std::vector<computing_t<T>> points_;  // the parameters, then each moved by -2, -1, 1, 2 steps
  std::vector<double> tolerance_;
};

}  // namespace batchgrad::test
