#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

template <class S, class F>
double derivative(const S& stencil, const F& f, double x, double step) {
  return stencil.derivative(f, f(x), x, step);
}

template <class Check>
void for_each_stencil(const Check& check) {
  const auto run = [&](const auto& stencil) {
    SCOPED_TRACE(stencil.name);
    check(stencil);
  };
  run(ForwardStencil{});
  run(BackwardStencil{});
  run(CentralStencil{});
  static_assert(std::variant_size_v<Stencil> == 3, "add the new stencil to this list");
}

TEST(Stencil, IsExactForPolynomialsUpToItsAccuracy) {
  for_each_stencil([](const auto& stencil) {
    for (int degree = 0; degree <= stencil.accuracy; ++degree) {
      const auto f = [&](double x) { return std::pow(x, degree); };
      // Small integers and a step of 1/4: every operation is exact.
      EXPECT_EQ(derivative(stencil, f, 3.0, 0.25), degree * std::pow(3.0, degree - 1));
    }
  });
}

TEST(Stencil, ConvergesAtItsAccuracyOrder) {
  for_each_stencil([](const auto& stencil) {
    const auto f = [](double x) { return std::exp(x); };
    const auto error = [&](double h) {
      return std::fabs(derivative(stencil, f, 1.0, h) - std::exp(1.0));
    };
    // Halving the step divides the error by 2^accuracy; the next term of the series disturbs the
    // exponent by at most h, the rounding of f by less.
    const double order = std::log2(error(0x1p-6) / error(0x1p-7));
    EXPECT_TRUE(is_within(order, stencil.accuracy, 0x1p-5));
  });
}

TEST(Stencil, OfMinusFIsMinusThatOfFToTheBit) {
  for_each_stencil([](const auto& stencil) {
    for (const double x : {0.3, -1.7, 12.0})
      EXPECT_EQ(derivative(
                    stencil, [](double c) { return -std::sin(c); }, x, 1e-5),
                -derivative(
                    stencil, [](double c) { return std::sin(c); }, x, 1e-5));
  });
}

TEST(Stencil, DividesByTheStepThatWasTaken) {
  // At 1e8 a step of 1e-7 is rounded to 1.19e-7 or 0.89e-7: dividing by 1e-7 would be 12 % wrong.
  for_each_stencil([](const auto& stencil) {
    EXPECT_EQ(derivative(
                  stencil, [](double x) { return x; }, 1e8, 1e-7),
              1.0);
  });
}

TEST(Stencil, GivesNoNumberWhereTheStepIsLost) {
  for_each_stencil([](const auto& stencil) {
    EXPECT_TRUE(std::isnan(derivative(
        stencil, [](double x) { return x; }, 1e20, 1e-5)));
  });
}

TEST(StepRule, IsAPowerOfTwoMatchedToTheAccuracy) {
  const StepRule rule;
  EXPECT_EQ(rule(1.0, 1), 0x1p-26);
  EXPECT_EQ(rule(1.0, 2), 0x1p-17);
  EXPECT_EQ(rule(1.0F, 1), 0x1p-11F);
  EXPECT_EQ(rule(1.0F, 2), 0x1p-8F);
}

TEST(StepRule, GrowsWithTheCoordinateBeyondItsTypicalSize) {
  const StepRule rule;
  EXPECT_EQ(rule(0.0, 2), rule(1.0, 2));
  EXPECT_EQ(rule(-1000.0, 2), 512 * rule(1.0, 2));
  EXPECT_EQ((StepRule{.typical = 0x1p-20}(0.0, 2)), 0x1p-37);
  EXPECT_EQ((StepRule{.step = 1e-3}(1e9, 2)), 1e-3);
  EXPECT_EQ((StepRule{.relative_step = 1e-3}(1e9, 2)), 1e6);
}

TEST(Gradient, OfTheTeachingExamplesIsRight) {
  // Truncation h^2 f'''/6 with h = 2^-17 .. 2^-16 and f''' <= 6 is 6e-11 .. 3e-10; cancellation
  // 2 u f / h with f = 39 .. 72 is 4e-9.
  constexpr double tolerance = 5e-9;
  const auto at = [](const auto& f, const std::vector<double>& x) { return gradient(f, x); };
  const auto g = at([](const auto& p) { return p[0] * p[0] * p[1] + p[1] * p[1] * p[1]; }, {2, 3});
  EXPECT_TRUE(is_within(g[0], 12, tolerance));
  EXPECT_TRUE(is_within(g[1], 31, tolerance));
  const auto h =
      at([](const auto& p) { return 2.0 * p[0] + 3.0 * p[0] * p[1] + p[1] * p[1] * p[1]; }, {3, 2});
  EXPECT_TRUE(is_within(h[0], 8, tolerance));
  EXPECT_TRUE(is_within(h[1], 21, tolerance));
  const auto k = at(
      [](const auto& p) {
        return p[0] * p[1] + p[1] * p[2] * p[3] + 3.0 * p[0] + p[3] * p[2] * p[2];
      },
      {3, 2, 3, 4});
  const double expected[] = {5, 15, 32, 15};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(is_within(k[i], expected[i], tolerance));
}

TEST(Gradient, OfASquareAtThreeIsSixAndAStep) {
  const GradientOptions forward{.stencil = ForwardStencil{}, .step = {.step = 1e-5}};
  // (3 + h)^2 - 9 over h is 6 + h; values near 9 are rounded to 9e-16, the quotient to 4e-10.
  EXPECT_TRUE(is_within(gradient([](const auto& x) { return x[0] * x[0]; }, {3.0}, forward)[0],
                        6.00001, 4e-10));
}

TEST(Gradient, RefusesStepsOutOfRange) {
  const auto f = [](const auto& x) { return x[0]; };
  for (const StepRule rule : {StepRule{.step = -1}, StepRule{.relative_step = -1},
                              StepRule{.typical = 0}, StepRule{.step = std::nan("")}})
    EXPECT_THROW(static_cast<void>(gradient(f, {1.0}, {.step = rule})), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::test
