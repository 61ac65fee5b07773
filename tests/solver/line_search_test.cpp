#include "solver/line_search.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace batchgrad::detail {
namespace {

/// Searches from 0 and remembers the steps tried.
struct Searched {
  LineSearchResult result;
  std::vector<double> steps;
};

/// A function of the step alone, which waits for no evaluation.
template <class Value, class Slope>
class Line final : public LineFunction {
 public:
  Line(Value value, Slope slope, std::vector<double>& steps)
      : value_(value), slope_(slope), steps_(steps) {}

  Task<Trial> at(double step) override {
    steps_.push_back(step);
    co_return Trial{step, value_(step), slope_(step)};
  }

 private:
  Value value_;
  Slope slope_;
  std::vector<double>& steps_;
};

template <class Value, class Slope>
Searched search(Value value, Slope slope, double first_step) {
  Searched searched;
  Line line(value, slope, searched.steps);
  Task<LineSearchResult> task = search_line(line, {0, value(0), slope(0)}, first_step);
  Execution execution;
  task.start(execution);
  EXPECT_EQ(execution.advance(), nullptr);
  searched.result = task.take();
  return searched;
}

TEST(LineSearch, TakesTheFirstStepWhereItIsGood) {
  const auto found =
      search([](double t) { return (t - 1) * (t - 1); }, [](double t) { return 2 * (t - 1); }, 1.0);
  EXPECT_TRUE(found.result.lowers);
  EXPECT_EQ(found.result.trial.step, 1.0);
  EXPECT_EQ(found.steps.size(), 1U);
}

TEST(LineSearch, FindsTheMinimumOfAParabolaByOneSecant) {
  const auto found = search([](double t) { return (t - 1) * (t - 1); },
                            [](double t) { return 2 * (t - 1); }, 1000.0);
  EXPECT_EQ(found.steps.size(), 2U);
  EXPECT_NEAR(found.result.trial.step, 1.0, 1e-12);
}

TEST(LineSearch, LengthensAStepThatIsTooShort) {
  const auto value = [](double t) { return (t - 1000) * (t - 1000); };
  const auto slope = [](double t) { return 2 * (t - 1000); };
  const auto found = search(value, slope, 1.0);
  EXPECT_TRUE(found.result.lowers);
  EXPECT_GE(found.result.trial.slope, 0.1 * slope(0));
  EXPECT_LE(found.steps.size(), 4U);  // 1, 5, 25 by five times each, and the secant to 1000
  EXPECT_LE(found.result.trial.value, value(0) + 0.1 * found.result.trial.step * slope(0));
}

TEST(LineSearch, TurnsBackFromTrialsThatAreNotFinite) {
  const auto value = [](double t) { return -std::log(1 - t) - 2 * t; };  // defined below 1
  const auto slope = [](double t) { return 1 / (1 - t) - 2; };
  for (const double first_step : {1.0, 2.0, 1e6, 1e20}) {
    const auto found = search(value, slope, first_step);
    EXPECT_TRUE(found.result.lowers) << first_step;
    EXPECT_LE(found.result.trial.step, 1.0);
    EXPECT_LE(found.result.trial.value, value(0));
  }
}

TEST(LineSearch, DoesNotTakeMinusInfinityForAMinimum) {
  const auto value = [](double t) { return t < 1 ? -t : -std::numeric_limits<double>::infinity(); };
  const auto found = search(
      value, [](double) { return -1.0; }, 4.0);
  EXPECT_TRUE(found.result.lowers);
  EXPECT_TRUE(std::isfinite(found.result.trial.value));
}

TEST(LineSearch, ReturnsToTheBracketWhenTheValueRisesAlongADownhillSlope) {
  // Two valleys, the farther one higher: at 6 the slope is negative and the value above that at 0.
  const auto value = [](double t) { return 0.5 * t - 1.5 * std::sin(t); };
  const auto slope = [](double t) { return 0.5 - 1.5 * std::cos(t); };
  ASSERT_LT(slope(6.3), 0);
  ASSERT_GT(value(6.3), value(0));
  const auto found = search(value, slope, 6.3);
  EXPECT_TRUE(found.result.lowers);
  EXPECT_LE(found.result.trial.step, 3.0);
}

TEST(LineSearch, AcceptsBySlopesWhereTheDecreaseDrownsInRounding) {
  // A decrease of 1e-20 beside a value of 1: only the slope shows the minimum at 1.
  const auto found =
      search([](double) { return 1.0; }, [](double t) { return 2e-20 * (t - 1); }, 0.95);
  EXPECT_EQ(found.steps.size(), 1U);
}

TEST(LineSearch, PassesAKink) {
  const auto value = [](double t) { return t < 0.3 ? 0.3 - t : 100 * (t - 0.3); };
  const auto slope = [](double t) { return t < 0.3 ? -1.0 : 100.0; };
  const auto found = search(value, slope, 1.0);
  EXPECT_TRUE(found.result.lowers);
  EXPECT_NEAR(found.result.trial.step, 0.3, 0.003);
}

TEST(LineSearch, SaysThatNothingIsLower) {
  const auto found = search([](double t) { return t > 0 ? 1.0 + t : 0.0; },
                            [](double t) { return t > 0 ? 1.0 : -1.0; }, 1.0);
  EXPECT_FALSE(found.result.lowers);
  EXPECT_EQ(found.result.trial.step, 0.0);
  EXPECT_LE(found.steps.size(), 50U);
}

}  // namespace
}  // namespace batchgrad::detail
