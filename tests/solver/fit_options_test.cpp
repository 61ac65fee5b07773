#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "refused_fit.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::names;
using test::refusal;
using test::SmallData;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(FitOptions, DefaultsAreAccepted) { EXPECT_EQ(refusal({}), ""); }

TEST(FitOptions, LearningRateIsPositiveAndFinite) {
  for (const double rate : {0.0, -1.0, nan, infinity}) {
    FitOptions options;
    options.solver = GradientDescent{rate, 0};
    EXPECT_TRUE(names(refusal(options), "learning_rate"));
  }
}

TEST(FitOptions, MomentumIsBelowOne) {
  for (const double momentum : {-0.1, 1.0, nan}) {
    FitOptions options;
    options.solver = GradientDescent{0.1, momentum};
    EXPECT_TRUE(names(refusal(options), "momentum"));
  }
}

TEST(FitOptions, MemoryIsAtLeastOne) {
  FitOptions options;
  options.solver = Lbfgs{0};
  EXPECT_TRUE(names(refusal(options), "memory"));
  options.solver = Lbfgs{1};
  EXPECT_EQ(refusal(options), "");
}

TEST(FitOptions, PenaltyAndTolerancesAreNotNegative) {
  for (const double value : {-1e-9, nan, infinity}) {
    FitOptions options;
    options.l2 = value;
    EXPECT_TRUE(names(refusal(options), "l2"));
    options = {};
    options.tolerance = value;
    EXPECT_TRUE(names(refusal(options), "tolerance"));
    options = {};
    options.objective_tolerance = value;
    EXPECT_TRUE(names(refusal(options), "objective_tolerance"));
  }
}

TEST(FitOptions, IterationsAreNotNegative) {
  FitOptions options;
  options.max_iterations = -1;
  EXPECT_TRUE(names(refusal(options), "max_iterations"));
}

TEST(FitOptions, StartHasOneNumberForEachParameter) {
  FitOptions options;
  options.start = {1};
  EXPECT_TRUE(names(refusal(options), "start has 1 entries"));
  options.start = {1, nan};
  EXPECT_TRUE(names(refusal(options), "start 1 is nan"));
  options.intercept = Intercept::none;
  options.start = {1};
  EXPECT_EQ(refusal(options), "");
}

TEST(FitOptions, ThereIsSomethingToFit) {
  FitOptions options;
  options.intercept = Intercept::none;
  EXPECT_TRUE(names(refusal(options, {0, {}, {1, 2}, {}, {}}), "nothing to fit"));
}

TEST(FitOptions, SamplesAreCheckedBeforeTheyAreRead) {
  EXPECT_TRUE(names(refusal({}, {1, {0, 1, 2}, {1, 3, 4}, {1}, {}}), "weight"));
  EXPECT_TRUE(names(refusal({}, {1, {0, 1, 2}, {1, 3, 4}, {0, 0, 0}, {}}), "weight"));
  EXPECT_TRUE(names(refusal({}, {1, {}, {}, {}, {}}), "no samples"));
}

TEST(FitOptions, FeaturesAndOffsetsAreFinite) {
  EXPECT_TRUE(names(refusal({}, {1, {0, nan, 2}, {1, 3, 4}, {}, {}}), "sample 1 is nan"));
  EXPECT_TRUE(names(refusal({}, {1, {0, 1, nan}, {1, 3, 4}, {1, 1, 0}, {}}), "sample 2 is nan"));
  EXPECT_TRUE(names(refusal({}, {1, {0, 1, 2}, {1, 3, 4}, {}, {0, 0, nan}}), "offset 2"));
}

TEST(FitOptions, SamplesHaveNoCentre) {
  const SmallData<> data{1, {0, 1, 2}, {1, 3, 4}, {}, {}};
  const std::vector<double> centre = {1};
  Samples<double> samples = data.samples();
  samples.centre = centre;
  Context context = Context::on("reference");
  EXPECT_THROW(static_cast<void>(fit(context, samples, SquaredLoss{})), InvalidArgument);
}

TEST(FitOptions, EveryStopHasItsName) {
  EXPECT_EQ(stop_name(Stop::gradient), "gradient");
  EXPECT_EQ(stop_name(Stop::objective), "objective");
  EXPECT_EQ(stop_name(Stop::max_iterations), "max-iterations");
  EXPECT_EQ(stop_name(Stop::no_progress), "no-progress");
  EXPECT_EQ(stop_name(Stop::diverged), "diverged");
  EXPECT_EQ(stop_name(Stop::interrupted), "interrupted");
  EXPECT_EQ(stop_name(Stop::solved), "solved");
  EXPECT_EQ(stop_name(Stop::separated), "separated");
}

}  // namespace
}  // namespace batchgrad
