#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace batchgrad {
namespace {

TEST(Predict, AddsTermsInterceptAndOffset) {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const std::vector<double> coefficients = {1, -1, 2, 0.5, 10};
  const std::vector<double> offset = {0.25, -1};
  std::vector<double> predictions(2, std::numeric_limits<double>::quiet_NaN());
  predict<double>({x.data(), 2, 5}, coefficients, 3, offset, predictions);
  EXPECT_EQ(predictions, (std::vector<double>{57 + 3 + 0.25, 119.5 + 3 - 1}));
  predict<double>({x.data(), 2, 5}, coefficients, 3, {}, predictions);
  EXPECT_EQ(predictions, (std::vector<double>{60, 122.5}));
}

TEST(Predict, ReadsStridedRowsOfFloats) {
  const std::vector<float> x = {1, 2, -99, 3, 4, -99};
  const std::vector<double> coefficients = {0.1, 10};
  std::vector<double> predictions(2);
  predict<float>({x.data(), 2, 2, 3}, coefficients, 0, {}, predictions);
  EXPECT_DOUBLE_EQ(predictions[0], 20.1);
  EXPECT_DOUBLE_EQ(predictions[1], 40.3);
}

TEST(Predict, ChecksShapes) {
  const std::vector<double> x = {1, 2, 3, 4};
  const std::vector<double> two = {1, 1};
  const std::vector<double> three = {1, 1, 1};
  std::vector<double> predictions = {7, 7};
  EXPECT_THROW(predict<double>({x.data(), 2, 2}, three, 0, {}, predictions), InvalidArgument);
  EXPECT_THROW(predict<double>({x.data(), 2, 2}, two, 0, three, predictions), InvalidArgument);
  EXPECT_THROW(predict<double>({x.data(), 1, 2}, two, 0, {}, predictions), InvalidArgument);
  EXPECT_EQ(predictions, (std::vector<double>{7, 7}));
}

}  // namespace
}  // namespace batchgrad
