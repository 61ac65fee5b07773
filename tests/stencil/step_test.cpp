#include <batchgrad/stencil/step.hpp>

#include <gtest/gtest.h>

namespace batchgrad::test {
namespace {

TEST(StepRule, IsAPowerOfTwoMatchedToTheAccuracy) {
  const StepRule rule;
  EXPECT_EQ(rule(1.0, 1), 0x1p-26);
  EXPECT_EQ(rule(1.0, 2), 0x1p-17);
  EXPECT_EQ(rule(1.0, 4), 0x1p-10);
  EXPECT_EQ(rule(1.0F, 1), 0x1p-11F);
  EXPECT_EQ(rule(1.0F, 2), 0x1p-8F);
}

TEST(StepRule, IsLargerForHigherDerivatives) {
  const StepRule rule;
  EXPECT_EQ(rule(1.0, 2, 2), 0x1p-13);
  EXPECT_EQ(rule(1.0, 2, 4), 0x1p-8);
  EXPECT_EQ(rule(1.0, 8, 8), 0x1p-3);
}

TEST(StepRule, GrowsWithTheCoordinateBeyondItsTypicalSize) {
  const StepRule rule;
  EXPECT_EQ(rule(0.0, 2), rule(1.0, 2));
  EXPECT_EQ(rule(-1000.0, 2), 512 * rule(1.0, 2));
  EXPECT_EQ((StepRule{.typical = 0x1p-20}(0.0, 2)), 0x1p-37);
  EXPECT_EQ((StepRule{.step = 1e-3}(1e9, 2)), 1e-3);
  EXPECT_EQ((StepRule{.relative_step = 1e-3}(1e9, 2)), 1e6);
}

}  // namespace
}  // namespace batchgrad::test
