// Every loss of the list against numeric slopes of its own value, in long double.
#include <batchgrad/loss.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "loss_targets.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

constexpr double step = 1e-3;

/// Predictions on both sides of each kink of the losses, but no nearer to one than the numeric
/// slope reaches: kinks of the list are at residuals 0 and +-delta = +-1, and at predictions +-1.
const std::vector<double> predictions{-40, -3.7, -1.3, -0.6, -0.2, 0.2, 0.45, 0.9, 1.6, 4.2, 35};

bool is_near_kink(double residual) {
  for (const double kink : {-1.0, 0.0, 1.0})
    if (std::fabs(residual - kink) <= 3 * step) return true;
  return false;
}

template <class F>
void for_each_case(const F& check) {
  for (const auto name : loss_names()) {
    const Loss loss = parse_loss(name);
    for (const double y : targets_inside(target_domain(loss)))
      for (const double p : predictions) {
        if (is_near_kink(p - y)) continue;
        SCOPED_TRACE(std::string(name) + " at " + std::to_string(p) + ", " + std::to_string(y));
        std::visit([&](const auto& l) { check(l, p, y); }, loss);
      }
  }
}

/// Away from kinks the fifth derivatives of value and derivative are at most 16 for the losses of
/// residuals (tanh) and labels, and at most the second derivative for those of exponentials of
/// prediction times 1 or less, which grows by less than a hundredth over the slope's reach.
double fifth_derivative(double second) { return 16 + 1.01 * std::fabs(second); }

/// Exponentials of a rounded argument p err by |p| units, other operations by a few.
double rounding(double p, double y, double result) {
  return 8 * Limits<double>::epsilon * (1 + std::fabs(p)) * (1 + y + std::fabs(result));
}

TEST(LossSlope, DerivativeIsTheSlopeOfTheValue) {
  for_each_case([](const auto& loss, double p, double y) {
    const auto value = [&](long double x) { return loss.value(x, static_cast<long double>(y)); };
    const double derivative = loss.derivative(p, y);
    const double size = (1 + std::fabs(p)) * (1 + y + 2 * std::fabs(loss.value(p, y)));
    const double tolerance =
        numeric_slope_tolerance(fifth_derivative(loss.second_derivative(p, y)), size, step) +
        rounding(p, y, derivative);
    EXPECT_TRUE(is_within(derivative, numeric_slope(value, p, step), tolerance));
  });
}

TEST(LossSlope, SecondDerivativeIsTheSlopeOfTheDerivative) {
  for_each_case([](const auto& loss, double p, double y) {
    const auto derivative = [&](long double x) {
      return loss.derivative(x, static_cast<long double>(y));
    };
    const double second = loss.second_derivative(p, y);
    const double size = (1 + std::fabs(p)) * (1 + y + 2 * std::fabs(loss.derivative(p, y)));
    const double tolerance =
        numeric_slope_tolerance(fifth_derivative(second), size, step) + rounding(p, y, second);
    EXPECT_TRUE(is_within(second, numeric_slope(derivative, p, step), tolerance));
  });
}

TEST(LossSlope, FloatAgreesWithDouble) {
  for_each_case([](const auto& loss, double p, double y) {
    const auto pf = static_cast<float>(p);
    const auto yf = static_cast<float>(y);
    const double exact = loss.value(static_cast<double>(pf), static_cast<double>(yf));
    const double slope = loss.derivative(static_cast<double>(pf), static_cast<double>(yf));
    // The residual, or the argument of an exponential, is rounded once, which moves the value by
    // u |p| |slope|; the rest is a handful of operations on numbers up to the value, the slope
    // and the target.
    const double size = 1 + std::fabs(exact) + (std::fabs(slope) + y) * (1 + std::fabs(p));
    EXPECT_TRUE(is_within(static_cast<double>(loss.value(pf, yf)), exact, gamma<float>(8) * size));
    EXPECT_TRUE(is_within(static_cast<double>(loss.derivative(pf, yf)), slope,
                          gamma<float>(8) * (1 + y + std::fabs(slope)) * (1 + std::fabs(p))));
  });
}

TEST(LossSlope, NotANumberStaysOne) {
  const double nan = std::nan("");
  for (const auto name : loss_names())
    std::visit(
        [&](const auto& loss) {
          SCOPED_TRACE(loss.name);
          EXPECT_TRUE(std::isnan(loss.value(nan, 1.0)));
          EXPECT_TRUE(std::isnan(loss.derivative(nan, 1.0)));
        },
        parse_loss(name));
}

}  // namespace
}  // namespace batchgrad::test
