// One source for every backend: matrices of second order against the reference backend, within
// derived bounds; the same bits whatever the number of threads.
#include <gtest/gtest.h>
#include <string>

#include "curvature_case.hpp"
#include "devices.hpp"

namespace batchgrad::test {
namespace {

class CurvatureParity : public OnDevice {
 protected:
  template <class T>
  void expect_parity(index_t samples, index_t features, Parts parts,
                     Intercept intercept = Intercept::fitted, index_t padding = 0) {
    const CurvatureCase<T> problem(samples, features, parts, intercept, padding);
    for (const auto name : loss_names()) {
      SCOPED_TRACE(testing::Message()
                   << name << " " << samples << "x" << features << ", " << sizeof(T) << " bytes");
      problem.expect_parity(*context_, parse_loss(name));
    }
  }
};

INSTANTIATE_TEST_SUITE_P(On, CurvatureParity, testing::ValuesIn(parity_devices()), test_name);

TEST_P(CurvatureParity, AtEveryNumberOfFeatures) {
  for (const index_t features : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65}) {
    expect_parity<float>(37, features, Parts::all);
    expect_parity<double>(37, features, Parts::all);
  }
}

TEST_P(CurvatureParity, WithManyFeatures) {
  for (const index_t features : {255, 257}) {
    expect_parity<float>(17, features, Parts::bare);
    expect_parity<double>(17, features, Parts::all);
  }
}

TEST_P(CurvatureParity, AtEveryNumberOfSamples) {
  for (const index_t samples : {1, 2, 3, 31, 32, 33, 127, 128, 129, 255, 256, 257, 1000}) {
    expect_parity<float>(samples, 6, Parts::bare);
    expect_parity<double>(samples, 6, Parts::all);
  }
}

TEST_P(CurvatureParity, WithPaddedRows) {
  expect_parity<float>(100, 13, Parts::all, Intercept::fitted, 5);
  expect_parity<double>(100, 13, Parts::bare, Intercept::none, 1);
}

TEST_P(CurvatureParity, WithAnInterceptAlone) {
  expect_parity<float>(300, 0, Parts::bare);
  expect_parity<double>(300, 0, Parts::bare);
}

TEST_P(CurvatureParity, OverSeveralVirtualBlocks) {
  expect_parity<float>(20'001, 9, Parts::all);
  expect_parity<double>(10'003, 9, Parts::all);
}

class CurvatureBits : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(On, CurvatureBits, testing::ValuesIn(parity_devices()), test_name);

TEST_P(CurvatureBits, DoNotDependOnTheNumberOfThreads) {
  // Several blocks of samples, and a single one whose matrix is shared among the threads.
  const CurvatureCase<double> many(20'000, 11, Parts::all, Intercept::fitted);
  const CurvatureCase<float> one(300, 90, Parts::all, Intercept::fitted);
  for (const Curvature curvature : every_curvature) {
    auto first = parity_context(GetParam(), 1);
    const auto expected_many = many.evaluate(*first, HuberLoss{0.5}, curvature);
    const auto expected_one = one.evaluate(*first, LogisticLoss{}, curvature);
    for (const int threads : {2, 3, 5}) {
      auto context = parity_context(GetParam(), threads);
      EXPECT_EQ(many.evaluate(*context, HuberLoss{0.5}, curvature), expected_many) << threads;
      EXPECT_EQ(one.evaluate(*context, LogisticLoss{}, curvature), expected_one) << threads;
    }
  }
}

}  // namespace
}  // namespace batchgrad::test
