#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "differences.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

const std::vector<DifferenceMethod> both_sided{
    DifferenceMethod::central, DifferenceMethod::richardson, DifferenceMethod::adaptive};
const std::vector<DifferenceMethod> every_method{
    DifferenceMethod::forward, DifferenceMethod::backward, DifferenceMethod::central,
    DifferenceMethod::richardson, DifferenceMethod::adaptive};

DifferenceRule rule_of_method(DifferenceMethod method, int order = 1) {
  const bool is_one_sided =
      method == DifferenceMethod::forward || method == DifferenceMethod::backward;
  return rule_of(method, is_one_sided ? 1 : 2, order);
}

TEST(DifferenceStatus, IsOkWithEqualSlopesWhereTheFunctionIsSmooth) {
  for (const auto method : every_method) {
    const auto seen = slope([](double x) { return std::sin(x); }, 1.0, rule_of_method(method));
    EXPECT_EQ(seen.status, Status::ok);
    EXPECT_EQ(seen.left, seen.value);
    EXPECT_EQ(seen.right, seen.value);
    EXPECT_GT(seen.step, 0);
  }
}

TEST(DifferenceStatus, IsOkAtAMinimumAndForAConstant) {
  for (const auto method : every_method) {
    SCOPED_TRACE(static_cast<int>(method));
    const auto rule = rule_of_method(method);
    EXPECT_EQ(slope([](double x) { return x * x + 5; }, 0.0, rule).status, Status::ok);
    EXPECT_EQ(slope([](double x) { return (x - 1) * (x - 1); }, 1.0, rule).status, Status::ok);
    EXPECT_EQ(slope([](double) { return 5.0; }, 1.0, rule).status, Status::ok);
    EXPECT_EQ(slope([](double) { return 0.0; }, 1.0, rule).status, Status::ok);
  }
}

TEST(DifferenceStatus, IsKinkWithBothSlopesWhereTheyDiffer) {
  for (const auto method : every_method) {
    SCOPED_TRACE(static_cast<int>(method));
    const auto seen =
        slope([](double x) { return std::fabs(x) + std::exp(x); }, 0.0, rule_of_method(method));
    EXPECT_EQ(seen.status, Status::kink);
    EXPECT_TRUE(is_within(seen.left, 0, 1e-3));
    EXPECT_TRUE(is_within(seen.right, 2, 1e-3));
    EXPECT_GE(seen.error, 1);
  }
  for (const auto method : both_sided) {
    SCOPED_TRACE(static_cast<int>(method));
    const auto seen =
        slope([](double x) { return x * std::fabs(x); }, 0.0, rule_of_method(method, 2));
    EXPECT_EQ(seen.status, Status::kink);
    EXPECT_TRUE(is_within(seen.left, -2, 1e-6));
    EXPECT_TRUE(is_within(seen.right, 2, 1e-6));
  }
}

TEST(DifferenceStatus, IsOneSidedAtTheEdgeOfTheDomain) {
  for (const auto method : both_sided) {
    SCOPED_TRACE(static_cast<int>(method));
    // Not a number on the left of 1.
    const auto f = [](double x) { return std::exp(x) + 0 * std::sqrt(x - 1); };
    const auto seen = slope(f, 1.0, rule_of_method(method));
    EXPECT_EQ(seen.status, Status::one_sided);
    EXPECT_TRUE(is_within(seen.value, std::exp(1), seen.error));
    EXPECT_TRUE(std::isnan(seen.left));
    EXPECT_EQ(seen.right, seen.value);
    // Infinite slope: whatever it is called, it is not ok.
    EXPECT_NE(slope([](double x) { return std::sqrt(x); }, 0.0, rule_of_method(method)).status,
              Status::ok);
  }
}

TEST(DifferenceStatus, IsOkWithASmallerStepNearTheEdgeOfTheDomain) {
  const auto seen = slope([](double x) { return std::log(x); }, 1e-6,
                          rule_of_method(DifferenceMethod::richardson));
  EXPECT_EQ(seen.status, Status::ok);
  EXPECT_TRUE(is_within(seen.value, 1e6, seen.error));
  EXPECT_LT(seen.step, 1e-6);
}

TEST(DifferenceStatus, IsNotFiniteWhereTheFunctionIs) {
  for (const auto method : every_method) {
    SCOPED_TRACE(static_cast<int>(method));
    const auto rule = rule_of_method(method);
    for (const auto& seen : {slope([](double x) { return std::log(x); }, -1.0, rule),
                             slope([](double x) { return x * x; }, 1e200, rule),
                             slope([](double x) { return 1 / x; }, 0.0, rule),
                             slope([](double x) { return x; }, std::nan(""), rule)}) {
      EXPECT_EQ(seen.status, Status::not_finite);
      EXPECT_EQ(seen.error, infinity);
    }
  }
}

TEST(DifferenceStatus, IsStepLostWhereXPlusStepIsX) {
  for (const auto method : {DifferenceMethod::forward, DifferenceMethod::backward,
                            DifferenceMethod::central, DifferenceMethod::richardson}) {
    auto rule = rule_of_method(method);
    rule.step.step = 1e-5;
    const auto seen = slope([](double x) { return x; }, 1e20, rule);
    EXPECT_EQ(seen.status, Status::step_lost);
    EXPECT_TRUE(std::isnan(seen.value));
    EXPECT_EQ(seen.error, infinity);
  }
}

TEST(DifferenceStatus, IsStepLostWhereRoundingHidesTheChange) {
  for (const auto method : every_method) {
    SCOPED_TRACE(static_cast<int>(method));
    const auto rule = rule_of_method(method);
    const auto huge = slope([](double x) { return 1e20 + std::sin(x); }, 0.3, rule);
    EXPECT_EQ(huge.status, Status::step_lost);
    EXPECT_GE(huge.error, Limits<double>::epsilon * 1e20);
    EXPECT_NE(slope([](double x) { return std::floor(x * 8); }, 0.3, rule).status, Status::ok);
  }
}

TEST(DifferenceStatus, IsNoisyWhereTheToleranceIsTighterThanTheError) {
  for (const auto method : every_method) {
    auto rule = rule_of_method(method);
    rule.tolerance = 1e-18;
    EXPECT_EQ(slope([](double x) { return std::sin(x); }, 1.0, rule).status, Status::noisy);
    rule.tolerance = 1e-3;
    EXPECT_EQ(slope([](double x) { return std::sin(x); }, 1.0, rule).status, Status::ok);
  }
}

// Every place, near, at and far from the bounds, in intervals of every width.
TEST(DifferenceBounds, AreNeverLeft) {
  for (const auto& [name, method, accuracy] : difference_methods)
    for (const double width : {1e-14, 1e-9, 1e-3, 1.0})
      for (const double place : {0.0, 1e-6, 0.3, 0.999, 1.0}) {
        SCOPED_TRACE(testing::Message() << name << " width " << width << " place " << place);
        const Interval bounds{1, 1 + width};
        const double x = std::fmin(1 + place * width, bounds.upper);
        const auto f = [&](double c) {
          EXPECT_GE(c, bounds.lower);
          EXPECT_LE(c, bounds.upper);
          return std::exp(c);
        };
        for (const int order : {1, 2}) {
          const auto seen = slope(f, x, rule_of(method, accuracy, order), {bounds});
          if (seen.status == Status::ok || seen.status == Status::one_sided) {
            EXPECT_TRUE(is_within(seen.value, std::exp(x), seen.error));
          }
        }
      }
}

TEST(DifferenceBounds, MakeDifferencesOneSidedWithTheirAccuracy) {
  for (const auto method : both_sided) {
    SCOPED_TRACE(static_cast<int>(method));
    const auto rule = rule_of_method(method);
    const auto f = [](double x) { return std::exp(x); };
    const double tolerance = method == DifferenceMethod::central ? 1e-9 : 1e-11;
    const auto low = slope(f, 0.5, rule, {{0.5, infinity}});
    EXPECT_EQ(low.status, Status::one_sided);
    EXPECT_TRUE(is_within(low.value, std::exp(0.5), tolerance));
    EXPECT_TRUE(std::isnan(low.left));
    const auto high = slope(f, 0.5, rule, {{-infinity, 0.5}});
    EXPECT_EQ(high.status, Status::one_sided);
    EXPECT_TRUE(is_within(high.value, std::exp(0.5), tolerance));
    EXPECT_TRUE(std::isnan(high.right));
    EXPECT_EQ(slope(f, 0.5, rule, {{0, 1}}).status, Status::ok);
  }
}

TEST(DifferenceBounds, LetForwardDifferencesBeForward) {
  const auto f = [](double x) { return std::exp(x); };
  const auto rule = rule_of_method(DifferenceMethod::forward);
  EXPECT_EQ(slope(f, 0.5, rule, {{0.5, infinity}}).status, Status::ok);
  EXPECT_EQ(slope(f, 0.5, rule, {{-infinity, 0.5}}).status, Status::one_sided);
}

}  // namespace
}  // namespace batchgrad::test
