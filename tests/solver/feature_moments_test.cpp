#include "solver/feature_moments.hpp"

#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <omp.h>

#include "small_data.hpp"

namespace batchgrad::detail {
namespace {

using test::SmallData;

TEST(FeatureMoments, AreMeanAndStandardDeviation) {
  const SmallData<> data{2, {1, 10, 2, 10, 6, 40}, {0, 0, 0}, {}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_DOUBLE_EQ(moments.centre[0], 3);
  EXPECT_DOUBLE_EQ(moments.centre[1], 20);
  EXPECT_DOUBLE_EQ(moments.scale[0], std::sqrt(14.0 / 3));
  EXPECT_DOUBLE_EQ(moments.scale[1], std::sqrt(200.0));
}

TEST(FeatureMoments, AreOfTheFeaturesAsTheyAreWithoutAnIntercept) {
  const SmallData<> data{1, {3, 4}, {0, 0}, {}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::none);
  EXPECT_EQ(moments.centre[0], 0);
  EXPECT_DOUBLE_EQ(moments.scale[0], std::sqrt(12.5));
}

TEST(FeatureMoments, CountSamplesByWeight) {
  const SmallData<> data{1, {1e6, 1, 2, 6}, {0, 0, 0, 0}, {0, 2, 1, 1}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_DOUBLE_EQ(moments.centre[0], 2.5);
  EXPECT_DOUBLE_EQ(moments.scale[0], std::sqrt((2 * 2.25 + 0.25 + 12.25) / 4));
}

TEST(FeatureMoments, KeepSpreadBesideALargeMean) {
  const SmallData<> data{1, {1e15 + 1, 1e15 + 2, 1e15 + 6}, {0, 0, 0}, {}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_EQ(moments.centre[0], 1e15 + 3);
  EXPECT_DOUBLE_EQ(moments.scale[0], std::sqrt(14.0 / 3));
}

TEST(FeatureMoments, KnowConstantsExactly) {
  SmallData<> data{2, {}, std::vector<double>(1001), {}, {}};
  for (int m = 0; m < 1001; ++m) data.x.insert(data.x.end(), {0.1, 0.0});
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_EQ(moments.centre[0], 0.1);
  EXPECT_EQ(moments.vanishes[0], 1);
  EXPECT_EQ(moments.scale[0], 0.1);
  EXPECT_EQ(moments.vanishes[1], 1);
  EXPECT_EQ(moments.scale[1], 1);
}

TEST(FeatureMoments, TakeAFeatureForConstantWhereTheRestWeighsNothing) {
  const SmallData<> data{1, {5, 0.3, 0.3, 0.3}, {0, 0, 0, 0}, {0, 1, 0.7, 3}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_EQ(moments.vanishes[0], 1);
  EXPECT_EQ(moments.centre[0], 0.3);
}

TEST(FeatureMoments, NeitherOverflowNorVanish) {
  const SmallData<> data{2, {1e200, 1e-200, 3e200, 3e-200}, {0, 0}, {}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_DOUBLE_EQ(moments.scale[0], 1e200);
  EXPECT_DOUBLE_EQ(moments.scale[1], 1e-200);
}

TEST(FeatureMoments, RoundTheCentreToTheStorage) {
  const SmallData<float> data{1, {0.1F, 0.2F, 0.4F}, {0, 0, 0}, {}, {}};
  const FeatureMoments moments = feature_moments(data.samples(), Intercept::fitted);
  EXPECT_EQ(moments.centre[0], static_cast<double>(static_cast<float>(moments.centre[0])));
  EXPECT_NEAR(moments.centre[0], 0.7 / 3, 3e-8);
}

TEST(FeatureMoments, DoNotDependOnThreads) {
  const auto data = test::linear_data(40000, 7, 1.0);
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const FeatureMoments one = feature_moments(data.samples(), Intercept::fitted);
  omp_set_num_threads(3);
  const FeatureMoments three = feature_moments(data.samples(), Intercept::fitted);
  omp_set_num_threads(threads);
  EXPECT_EQ(one.centre, three.centre);
  EXPECT_EQ(one.scale, three.scale);
}

TEST(FeatureMoments, NameTheFeatureThatOverflows) {
  const SmallData<> data{1, {1e308, -1e308, 1e308}, {0, 0, 0}, {}, {}};
  EXPECT_THROW(feature_moments(data.samples(), Intercept::fitted), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::detail
