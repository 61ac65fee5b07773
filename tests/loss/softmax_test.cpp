// Softmax against closed forms in long double, at extremes, and against numeric slopes.
#include <batchgrad/loss/logistic.hpp>
#include <batchgrad/loss/softmax.hpp>

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using Predictions = std::vector<double>;

const std::vector<Predictions> samples{
    {0.25, -0.5},   {3, 3},          {-40, 2.5, 2.5},     {0, 0, 0, 0},
    {1, -2, 0.125}, {30, -30, 0, 7}, {-5, 0.75, 12, 0.5},
};

/// The definition, in long double, where these predictions neither overflow nor cancel much.
template <class Values>
long double by_definition(const Values& eta, index_t target) {
  long double sum = 0;
  for (const auto value : eta) sum += std::exp(static_cast<long double>(value));
  return std::log(sum) - static_cast<long double>(eta[static_cast<std::size_t>(target)]);
}
long double probability(const Predictions& eta, index_t c) {
  return std::exp(-by_definition(eta, c));
}

template <class F>
void for_each_row(const F& check) {
  for (const Predictions& eta : samples) {
    const SoftmaxLoss loss{static_cast<index_t>(eta.size())};
    for (index_t target = 0; target < loss.classes; ++target) check(loss, eta, target);
  }
}

/// Roundings of a value: of eta - largest and of the result, up to 42 in size, the rest below C.
constexpr double value_tolerance = 4 * 64 * Limits<double>::epsilon;

TEST(Softmax, ValueIsTheDefinition) {
  for_each_row([](const SoftmaxLoss& loss, const Predictions& eta, index_t target) {
    EXPECT_TRUE(is_within(loss.value<double>(eta, target),
                          static_cast<double>(by_definition(eta, target)), value_tolerance));
  });
}

TEST(Softmax, DerivativeIsTheSlopeOfTheValue) {
  constexpr double step = 1e-3;
  for_each_row([](const SoftmaxLoss& loss, const Predictions& eta, index_t target) {
    for (std::size_t c = 0; c < eta.size(); ++c) {
      const auto value = [&](long double x) {
        std::vector<long double> moved(eta.begin(), eta.end());
        moved[c] = x;
        return by_definition(moved, target);
      };
      // The fifth derivative of log sum exp along one prediction is a polynomial in p below 1.
      const double tolerance = numeric_slope_tolerance(1, 100, step) + 64 * Limits<double>::epsilon;
      EXPECT_TRUE(is_within(loss.derivative<double>(eta, static_cast<index_t>(c), target),
                            numeric_slope(value, eta[c], step), tolerance));
    }
  });
}

TEST(Softmax, SecondDerivativeIsTheSlopeOfTheDerivative) {
  for (const Predictions& eta : samples) {
    const SoftmaxLoss loss{static_cast<index_t>(eta.size())};
    for (index_t c = 0; c < loss.classes; ++c)
      for (index_t d = 0; d < loss.classes; ++d) {
        const auto derivative = [&](long double x) {
          std::vector<long double> moved(eta.begin(), eta.end());
          moved[static_cast<std::size_t>(d)] = x;
          return std::exp(-by_definition(moved, c));
        };
        const double tolerance = numeric_slope_tolerance(1, 1) + 64 * Limits<double>::epsilon;
        EXPECT_TRUE(is_within(loss.second_derivative<double>(eta, c, d),
                              numeric_slope(derivative, eta[static_cast<std::size_t>(d)]),
                              tolerance));
      }
  }
}

TEST(Softmax, DerivativesSumToZeroAndProbabilitiesToOne) {
  for_each_row([](const SoftmaxLoss& loss, const Predictions& eta, index_t target) {
    double slope = 0;
    double share = 0;
    for (index_t c = 0; c < loss.classes; ++c) {
      slope += loss.derivative<double>(eta, c, target);
      share += loss.probability<double>(eta, c);
      EXPECT_TRUE(is_within(loss.probability<double>(eta, c),
                            static_cast<double>(probability(eta, c)),
                            value_tolerance * loss.probability<double>(eta, c)));
    }
    EXPECT_TRUE(is_within(slope, 0, 32 * Limits<double>::epsilon));
    EXPECT_TRUE(is_within(share, 1, 32 * Limits<double>::epsilon));
  });
}

TEST(Softmax, EvaluateGivesTheSameInPlace) {
  for_each_row([](const SoftmaxLoss& loss, const Predictions& eta, index_t target) {
    constexpr std::size_t stride = 3;
    Predictions spread(eta.size() * stride, std::nan(""));
    for (std::size_t c = 0; c < eta.size(); ++c) spread[c * stride] = eta[c];
    EXPECT_EQ(loss.evaluate(spread.data(), stride, target), loss.value<double>(eta, target));
    for (index_t c = 0; c < loss.classes; ++c)
      EXPECT_EQ(spread[static_cast<std::size_t>(c) * stride],
                loss.derivative<double>(eta, c, target));
    EXPECT_TRUE(std::isnan(spread[1]));
  });
}

TEST(Softmax, NeitherOverflowsNorForgetsFarFromZero) {
  const SoftmaxLoss loss{3};
  const std::array<double, 3> eta{1000, -1000, 999};
  // log(e^1000 + e^999) = 1000 + log1p(e^-1)
  const double tail = std::log1p(std::exp(-1.0));
  EXPECT_TRUE(is_within_ulps(loss.value<double>(eta, 0), tail, 4));
  EXPECT_TRUE(is_within_ulps(loss.value<double>(eta, 1), 2000 + tail, 4));
  EXPECT_EQ(loss.derivative<double>(eta, 1, 0), 0);
  EXPECT_EQ(loss.derivative<double>(eta, 1, 1), -1);
  EXPECT_EQ(loss.second_derivative<double>(eta, 1, 0), 0);
  const std::array<float, 3> narrow{1000, -1000, 999};
  EXPECT_TRUE(is_within(static_cast<double>(loss.value<float>(narrow, 1)), 2000 + tail, 1e-3));
}

TEST(Softmax, KeepsTheDigitsOfASmallLoss) {
  // value = log1p(2 e^-50), derivative of the likely class -2 e^-50 / (1 + 2 e^-50): both vanish
  // where the formulas subtract from 1.
  const SoftmaxLoss loss{3};
  const std::array<double, 3> eta{10, 60, 10};
  const double rest = 2 * std::exp(-50.0);
  EXPECT_TRUE(is_within_ulps(loss.value<double>(eta, 1), rest, 4));
  EXPECT_TRUE(is_within_ulps(loss.derivative<double>(eta, 1, 1), -rest, 4));
  EXPECT_TRUE(is_within_ulps(loss.second_derivative<double>(eta, 1, 1), rest, 4));
}

TEST(Softmax, OfTwoClassesIsTheLogisticLossOfTheirDifference) {
  const SoftmaxLoss loss{2};
  for (const double a : {-30.0, -1.5, 0.0, 0.25, 700.0})
    for (const double b : {-2.0, 0.0, 1.0, 650.0}) {
      const std::array<double, 2> eta{a, b};
      for (index_t target = 0; target < 2; ++target) {
        const auto y = static_cast<double>(target);
        const double value = LogisticLoss{}.value(b - a, y);
        EXPECT_TRUE(is_within(loss.value<double>(eta, target), value,
                              8 * Limits<double>::epsilon * (1 + value)));
        EXPECT_TRUE(is_within(loss.derivative<double>(eta, 1, target),
                              LogisticLoss{}.derivative(b - a, y), 8 * Limits<double>::epsilon));
      }
    }
}

TEST(Softmax, NotANumberSpreads) {
  const SoftmaxLoss loss{3};
  for (std::size_t at = 0; at < 3; ++at) {
    std::array<double, 3> eta{1, 2, 3};
    eta[at] = std::nan("");
    for (index_t c = 0; c < 3; ++c) {
      EXPECT_TRUE(std::isnan(loss.value<double>(eta, c)));
      EXPECT_TRUE(std::isnan(loss.derivative<double>(eta, c, 0)));
    }
    EXPECT_TRUE(std::isnan(loss.evaluate(eta.data(), 1, 1)));
    for (const double derivative : eta) EXPECT_TRUE(std::isnan(derivative));
  }
}

}  // namespace
}  // namespace batchgrad::test
