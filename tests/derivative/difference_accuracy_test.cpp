#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <vector>

#include "differences.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

/// A smooth function of order one with its derivative, in one type.
template <class T>
struct Example {
  T (*f)(T);
  double (*derivative)(double);
};

template <class T>
std::vector<Example<T>> examples() {
  return {
      {[](T x) { return std::exp(x); }, [](double x) { return std::exp(x); }},
      {[](T x) { return std::sin(x); }, [](double x) { return std::cos(x); }},
      {[](T x) { return x * x * x * x + x; }, [](double x) { return 4 * x * x * x + 1; }},
      {[](T x) { return 1 / (1 + std::exp(-x)); },
       [](double x) { return 1 / ((1 + std::exp(-x)) * (1 + std::exp(x))); }},
      {[](T x) { return std::log(2 + x * x); }, [](double x) { return 2 * x / (2 + x * x); }},
      {[](T x) { return std::tanh(x); },
       [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }},
      // Rosenbrock's function of its first coordinate, the second being 1, in hundreds.
      {[](T x) { return (1 - x * x) * (1 - x * x) + (1 - x) * (1 - x) / 100; },
       [](double x) { return -4 * x * (1 - x * x) - (1 - x) / 50; }},
  };
}

/// The worst error in units of max(1, |derivative|).
template <class T>
double worst_error(const DifferenceRule& rule) {
  double worst = 0;
  const auto all = examples<T>();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (int k = -20; k <= 20; ++k) {
      const T x = static_cast<T>(0.1 * k);
      const double exact = all[i].derivative(static_cast<double>(x));
      const auto seen = slope<T>(all[i].f, x, rule);
      const double error = std::fabs(static_cast<double>(seen.value) - exact);
      EXPECT_TRUE(error <= static_cast<double>(seen.error)) << "example " << i << " at " << x;
      EXPECT_EQ(seen.status, Status::ok) << "example " << i << " at " << x;
      worst = std::max(worst, error / std::max(1.0, std::fabs(exact)));
    }
  return worst;
}

// Twice the error at the matched step, epsilon^(accuracy / (accuracy + 1)), times what f and its
// derivatives are larger than one: up to 120 here, for x^4 at 2.
TEST(DifferenceAccuracy, OfSmoothFunctionsIsThatOfTheMatchedStep) {
  EXPECT_LE(worst_error<double>(rule_of(DifferenceMethod::forward, 1)), 1e-6);
  EXPECT_LE(worst_error<double>(rule_of(DifferenceMethod::backward, 1)), 1e-6);
  EXPECT_LE(worst_error<double>(rule_of(DifferenceMethod::central, 2)), 2e-9);
  EXPECT_LE(worst_error<double>(rule_of(DifferenceMethod::central, 4)), 3e-10);
  EXPECT_LE(worst_error<double>(rule_of(DifferenceMethod::richardson)), 5e-12);
  EXPECT_LE(worst_error<double>(rule_of(DifferenceMethod::adaptive)), 1e-10);
}

TEST(DifferenceAccuracy, InSinglePrecisionIsThatOfTheMatchedStep) {
  EXPECT_LE(worst_error<float>(rule_of(DifferenceMethod::forward, 1)), 2e-2);
  EXPECT_LE(worst_error<float>(rule_of(DifferenceMethod::backward, 1)), 2e-2);
  EXPECT_LE(worst_error<float>(rule_of(DifferenceMethod::central, 2)), 1e-3);
  EXPECT_LE(worst_error<float>(rule_of(DifferenceMethod::central, 4)), 3e-3);
  EXPECT_LE(worst_error<float>(rule_of(DifferenceMethod::richardson)), 1e-4);
}

TEST(DifferenceAccuracy, GrowsAtTheFormulasOrderWithGivenSteps) {
  for (const auto& [name, method, accuracy] : difference_methods) {
    if (method == DifferenceMethod::adaptive) continue;
    SCOPED_TRACE(name);
    const auto error = [&, m = method, a = accuracy](double step) {
      auto rule = rule_of(m, a);
      rule.step.step = step;
      const auto seen = slope([](double x) { return std::exp(x); }, 0.0, rule);
      EXPECT_EQ(seen.step, step);
      EXPECT_LE(std::fabs(seen.value - 1), seen.error);
      return std::fabs(seen.value - 1);
    };
    // The next term of the error disturbs this by the stencil's reach, at most 1/4.
    const double step = accuracy == 8 ? 0.125 : 0.0625;
    EXPECT_TRUE(is_within(std::log2(error(step) / error(step / 2)), accuracy, 0.25));
  }
}

TEST(DifferenceAccuracy, IsPerfectForPolynomialsOfTheFormulasDegree) {
  for (const auto& [name, method, accuracy] : difference_methods) {
    if (method == DifferenceMethod::adaptive) continue;
    SCOPED_TRACE(name);
    for (int degree = 1; degree <= accuracy; ++degree) {
      auto rule = rule_of(method, accuracy);
      rule.step.step = 0.25;
      const auto f = [&](double x) { return std::pow(x, degree); };
      const auto seen = slope(f, 1.0, rule);
      // Values of up to (1 + 2)^degree, weights that add up to less than 100.
      EXPECT_TRUE(is_within(seen.value, degree, gamma<double>(100) * std::pow(3, degree)));
      EXPECT_TRUE(is_within(seen.value, degree, seen.error));
    }
  }
}

TEST(DifferenceAccuracy, OfHigherDerivativesFollowsFromTheirOrder) {
  for (const auto& [name, method, accuracy] : difference_methods)
    for (int order = 2; order <= max_derivative_order; ++order) {
      SCOPED_TRACE(testing::Message() << name << " order " << order);
      const auto rule = rule_of(method, accuracy, order);
      const auto seen = slope([](double x) { return std::exp(x); }, 0.5, rule);
      EXPECT_TRUE(is_within(seen.value, std::exp(0.5), seen.error));
      // epsilon^(accuracy / (accuracy + order)), and the weights' growth with the order.
      EXPECT_TRUE(is_within(seen.value, std::exp(0.5),
                            std::pow(8, order) * std::pow(Limits<double>::epsilon,
                                                          accuracy / (accuracy + order + 0.0))));
    }
}

TEST(DifferenceAccuracy, OfTheSecondDerivativeOfASquareIsPerfect) {
  // All values are whole multiples of the squared step.
  EXPECT_EQ(
      slope([](double x) { return x * x; }, 3.0, rule_of(DifferenceMethod::central, 2, 2)).value,
      2);
}

TEST(DifferenceAccuracy, DividesByTheStepThatWasTaken) {
  // At 1e8 a step of 1e-7 is rounded to 1.19e-7 or 0.89e-7: dividing by 1e-7 would be 12 % wrong.
  for (const auto method :
       {DifferenceMethod::forward, DifferenceMethod::backward, DifferenceMethod::central}) {
    auto rule = rule_of(method, method == DifferenceMethod::central ? 2 : 1);
    rule.step.step = 1e-7;
    EXPECT_TRUE(is_within_ulps(slope([](double x) { return x; }, 1e8, rule).value, 1, 2));
  }
}

}  // namespace
}  // namespace batchgrad::test
