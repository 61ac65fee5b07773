// Every loss of the list against numeric slopes of its own value, in long double.
#include <batchgrad/loss.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

constexpr double step = 1e-3;

/// Predictions on both sides of each kink of the losses, but no nearer to one than the numeric
/// slope reaches: kinks of the list are at residuals 0 and +-delta = +-1.
const std::vector<double> predictions{-40, -3.7, -1.3, -0.6, -0.2, 0.2, 0.45, 0.9, 1.6, 4.2, 35};
const std::vector<double> targets{0, 1, 0.25};

bool is_near_kink(double residual) {
  for (const double kink : {-1.0, 0.0, 1.0})
    if (std::fabs(residual - kink) <= 3 * step) return true;
  return false;
}

template <class F>
void for_each_case(const F& check) {
  for (const auto name : loss_names())
    for (const double y : targets)
      for (const double p : predictions) {
        if (is_near_kink(p - y)) continue;
        SCOPED_TRACE(std::string(name) + " at " + std::to_string(p) + ", " + std::to_string(y));
        std::visit([&](const auto& loss) { check(loss, p, y); }, parse_loss(name));
      }
}

TEST(LossSlope, DerivativeIsTheSlopeOfTheValue) {
  for_each_case([](const auto& loss, double p, double y) {
    const auto value = [&](long double x) { return loss.value(x, static_cast<long double>(y)); };
    // No loss of the list has a fifth derivative above 1 in size; values are below 2000. The
    // derivative itself is computed in double, from numbers up to its size and 1.
    const double derivative = loss.derivative(p, y);
    const double tolerance = numeric_slope_tolerance(1, 2000, step) +
                             8 * Limits<double>::epsilon * (1 + std::fabs(derivative));
    EXPECT_TRUE(is_within(derivative, numeric_slope(value, p, step), tolerance));
  });
}

TEST(LossSlope, SecondDerivativeIsTheSlopeOfTheDerivative) {
  for_each_case([](const auto& loss, double p, double y) {
    const auto derivative = [&](long double x) {
      return loss.derivative(x, static_cast<long double>(y));
    };
    const double second = loss.second_derivative(p, y);
    const double tolerance = numeric_slope_tolerance(1, 100, step) +
                             8 * Limits<double>::epsilon * (1 + std::fabs(second));
    EXPECT_TRUE(is_within(second, numeric_slope(derivative, p, step), tolerance));
  });
}

TEST(LossSlope, FloatAgreesWithDouble) {
  for_each_case([](const auto& loss, double p, double y) {
    const auto pf = static_cast<float>(p);
    const auto yf = static_cast<float>(y);
    const double exact = loss.value(static_cast<double>(pf), static_cast<double>(yf));
    const double slope = loss.derivative(static_cast<double>(pf), static_cast<double>(yf));
    // The residual is rounded once, which moves the value by u |residual slope|; the rest is a
    // handful of operations on numbers up to the value, the slope and 1.
    const double size = 1 + std::fabs(exact) + std::fabs(slope) * (1 + std::fabs(p));
    EXPECT_TRUE(is_within(static_cast<double>(loss.value(pf, yf)), exact, gamma<float>(8) * size));
    EXPECT_TRUE(is_within(static_cast<double>(loss.derivative(pf, yf)), slope,
                          gamma<float>(8) * (1 + std::fabs(p) + std::fabs(slope))));
  });
}

TEST(LossSlope, NotANumberStaysOne) {
  const double nan = std::nan("");
  for (const auto name : loss_names())
    std::visit(
        [&](const auto& loss) {
          SCOPED_TRACE(loss.name);
          EXPECT_TRUE(std::isnan(loss.value(nan, 0.5)));
          EXPECT_TRUE(std::isnan(loss.derivative(nan, 0.5)));
        },
        parse_loss(name));
}

TEST(LossSlope, StaysFiniteFarFromTheTarget) {
  for (const auto name : loss_names())
    for (const double p : {-1000.0, 1000.0})
      for (const double y : {0.0, 1.0})
        std::visit(
            [&](const auto& loss) {
              SCOPED_TRACE(loss.name);
              EXPECT_TRUE(std::isfinite(loss.value(p, y)));
              EXPECT_TRUE(std::isfinite(loss.derivative(p, y)));
              EXPECT_TRUE(std::isfinite(loss.second_derivative(p, y)));
              EXPECT_TRUE(std::isfinite(loss.value(static_cast<float>(p), static_cast<float>(y))));
              EXPECT_TRUE(
                  std::isfinite(loss.derivative(static_cast<float>(p), static_cast<float>(y))));
            },
            parse_loss(name));
}

}  // namespace
}  // namespace batchgrad::test
