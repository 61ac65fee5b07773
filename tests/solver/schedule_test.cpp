#include <batchgrad/error.hpp>
#include <batchgrad/schedule.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

std::string error_of(const char* text) {
  try {
    static_cast<void>(parse_schedule(text));
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

TEST(Schedule, StaysWhereItIsConstant) {
  for (const index_t t : {0, 1, 999}) EXPECT_EQ(rate_at(ConstantSchedule{}, 0.3, t, 1000), 0.3);
}

TEST(Schedule, FallsWithTheInverse) {
  const InverseSchedule schedule{0.5};
  const std::vector<double> expected = {1, 1 / 1.5, 0.5, 0.4};
  for (index_t t = 0; t < 4; ++t)
    EXPECT_EQ(rate_at(schedule, 1, t, 1000), expected[static_cast<std::size_t>(t)]);
}

TEST(Schedule, FallsInSteps) {
  const StepSchedule schedule{0.5, 3};
  const std::vector<double> expected = {8, 8, 8, 4, 4, 4, 2, 2, 2, 1};
  for (index_t t = 0; t < 10; ++t)
    EXPECT_EQ(rate_at(schedule, 8, t, 1000), expected[static_cast<std::size_t>(t)]) << t;
}

TEST(Schedule, FallsExponentially) {
  const ExponentialSchedule schedule{std::log(2.0)};
  for (index_t t = 0; t < 30; ++t)  // an error of ln 2 by half a unit counts t times
    EXPECT_TRUE(test::is_within_ulps(rate_at(schedule, 3, t, 1000),
                                     3 * std::exp2(-static_cast<double>(t)),
                                     2 + static_cast<double>(t)));
}

TEST(Schedule, FallsInHalfAWave) {
  const CosineSchedule schedule{0.2};
  EXPECT_EQ(rate_at(schedule, 1, 0, 12), 1);
  EXPECT_TRUE(test::is_within_ulps(rate_at(schedule, 1, 4, 12), 0.8, 4));  // cos(pi / 3) = 1 / 2
  EXPECT_TRUE(test::is_within_ulps(rate_at(schedule, 1, 6, 12), 0.6, 4));
  EXPECT_TRUE(test::is_within_ulps(rate_at(schedule, 1, 8, 12), 0.4, 4));
  EXPECT_TRUE(test::is_within_ulps(rate_at(schedule, 1, 12, 12), 0.2, 4));
  EXPECT_GT(rate_at(CosineSchedule{}, 1, 999, 1000), 0);
}

TEST(Schedule, NeverRises) {
  for (const std::string_view name : schedule_names())
    for (index_t t = 1; t <= 1000; ++t)
      EXPECT_LE(rate_at(parse_schedule(name), 0.1, t, 1000),
                rate_at(parse_schedule(name), 0.1, t - 1, 1000))
          << name << t;
}

TEST(Schedule, IsSpelledByNameAndParameters) {
  EXPECT_EQ(std::get<InverseSchedule>(parse_schedule("inverse:decay=0.25")).decay, 0.25);
  const auto step = std::get<StepSchedule>(parse_schedule("step:every=7,factor=0.9"));
  EXPECT_EQ(step.factor, 0.9);
  EXPECT_EQ(step.every, 7);
  EXPECT_EQ(std::get<StepSchedule>(parse_schedule("step")).every, StepSchedule{}.every);
  EXPECT_EQ(std::get<CosineSchedule>(parse_schedule("cosine:floor=1e-5")).floor, 1e-5);
  for (const char* text : {"constant", "inverse:decay=0.125", "step:factor=0.1,every=30",
                           "exponential:decay=0.001", "cosine:floor=0.0001"})
    EXPECT_EQ(schedule_text(parse_schedule(text)), text);
}

TEST(Schedule, ErrorsListWhatExists) {
  EXPECT_EQ(error_of("linear"),
            "there is no schedule 'linear' choose one of: constant, inverse, step, exponential, "
            "cosine");
  EXPECT_EQ(
      error_of("step:facter=0.5"),
      "'facter=0.5' sets no parameter of schedule 'step' write factor=NUMBER or every=NUMBER");
  EXPECT_EQ(error_of("constant:decay=1"),
            "schedule 'constant' has no parameter 'decay' (it has none at all)");
  EXPECT_NE(error_of("inverse:decay"), "");
  EXPECT_NE(error_of("inverse:"), "");
  EXPECT_NE(error_of("inverse:decay=0.1,"), "");
  EXPECT_NE(error_of("inverse:decay=fast").find("'fast' is not a number"), std::string::npos);
  EXPECT_NE(error_of("step:every=1.5").find("'1.5' is not a whole number"), std::string::npos);
}

TEST(Schedule, ParametersHaveTheirRanges) {
  for (const double decay : {0.0, -1.0, nan, infinite}) {
    EXPECT_THROW(check_parameters(InverseSchedule{decay}), InvalidArgument);
    EXPECT_THROW(check_parameters(ExponentialSchedule{decay}), InvalidArgument);
  }
  for (const double factor : {0.0, 1.01, nan})
    EXPECT_THROW(check_parameters(StepSchedule{factor, 1}), InvalidArgument);
  EXPECT_THROW(check_parameters(StepSchedule{0.5, 0}), InvalidArgument);
  for (const double floor : {-1e-9, nan, infinite})
    EXPECT_THROW(check_parameters(CosineSchedule{floor}), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
