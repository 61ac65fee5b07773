// X by columns: on every backend within the derived bounds of the reference, and wherever the order
// of additions is that of X by rows, the same bits.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "curvature_case.hpp"
#include "devices.hpp"
#include "loss_gradient_case.hpp"
#include "softmax_case.hpp"

namespace batchgrad::test {
namespace {

class LayoutParity : public OnDevice {
 protected:
  /// On cuda few features stay by columns, which other kernels read than rows.
  [[nodiscard]] static bool has_the_same_bits(index_t features) {
    return GetParam() != "cuda" || features < 2 || features > 32;
  }

  template <class T>
  void expect_parity(index_t samples, index_t features, index_t sets, Parts parts,
                     const Loss& loss) {
    SCOPED_TRACE(testing::Message() << samples << "x" << features << ", sets " << sets << ", "
                                    << sizeof(T) << " bytes, " << loss_text(loss));
    LossGradientCase<T> problem(samples, features, sets, parts, Intercept::fitted, 1);
    const auto by_rows = problem.evaluate(*context_, loss);
    problem.store_by_columns(samples % 3);
    problem.expect_parity(*context_, loss);
    if (!has_the_same_bits(features)) return;
    EXPECT_EQ(problem.evaluate(*context_, loss), by_rows);
  }
};

INSTANTIATE_TEST_SUITE_P(On, LayoutParity, testing::ValuesIn(every_device()), test_name);

TEST_P(LayoutParity, OfEveryLoss) {
  for (const auto name : loss_names()) {
    expect_parity<float>(37, 5, 1, Parts::held_out, parse_loss(name));
    expect_parity<double>(37, 5, 1, Parts::all, parse_loss(name));
  }
}

TEST_P(LayoutParity, AtEveryNumberOfFeatures) {
  for (const index_t features : {0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 32, 33, 65, 600}) {
    expect_parity<float>(37, features, 1, Parts::all, HuberLoss{0.5});
    expect_parity<double>(18, features, 1, Parts::bare, HuberLoss{0.5});
    expect_parity<Bfloat16>(19, features, 1, Parts::weight, HuberLoss{0.5});
    expect_parity<Float16>(21, features, 2, Parts::centre, HuberLoss{0.5});
  }
}

TEST_P(LayoutParity, AtEveryNumberOfSamples) {
  for (const index_t samples : {1, 2, 3, 4, 5, 31, 32, 33, 127, 129, 255, 257, 1000, 1030}) {
    expect_parity<float>(samples, 6, 1, Parts::all, LogisticLoss{});
    expect_parity<double>(samples, 20, 3, Parts::all, LogisticLoss{});
  }
}

TEST_P(LayoutParity, OverSeveralVirtualBlocks) {
  expect_parity<float>(30'001, 9, 1, Parts::all, SquaredLoss{});
  expect_parity<double>(5'003, 40, 1, Parts::all, SquaredLoss{});
}

TEST_P(LayoutParity, WhateverTheNumberOfThreads) {
  LossGradientCase<float> problem(20'000, 11, 1, Parts::all, Intercept::fitted);
  problem.store_by_columns(1);
  const auto expected = problem.evaluate(*context_, LogisticLoss{});
  for (const int threads : {1, 3}) {
    auto context = parity_context(GetParam(), threads);
    EXPECT_EQ(problem.evaluate(*context, LogisticLoss{}), expected);
  }
}

TEST_P(LayoutParity, OfSoftmax) {
  SoftmaxCase<float> problem({.samples = 67, .features = 7, .classes = 3, .sets = 2});
  const auto by_rows = problem.evaluate(*context_);
  const std::vector<index_t> rows{5, 66, 0, 5};
  const auto batch_by_rows = problem.evaluate_rows(*context_, rows);
  problem.store_by_columns(3);
  problem.expect_parity(*context_);
  EXPECT_EQ(problem.evaluate_rows(*context_, rows), batch_by_rows);
  if (!has_the_same_bits(7)) return;
  EXPECT_EQ(problem.evaluate(*context_), by_rows);
}

TEST_P(LayoutParity, OfSecondOrder) {
  const auto expect_same = [&]<class T>(index_t samples, index_t features, T) {
    CurvatureCase<T> problem(samples, features, Parts::all, Intercept::fitted);
    std::vector<std::vector<double>> by_rows;
    for (const Curvature curvature : every_curvature)
      by_rows.push_back(problem.evaluate(*context_, LogisticLoss{}, curvature));
    problem.store_by_columns(2);
    for (const Curvature curvature : every_curvature)
      EXPECT_EQ(problem.evaluate(*context_, LogisticLoss{}, curvature),
                by_rows[static_cast<std::size_t>(curvature)]);
  };
  expect_same(131, 9, 1.0F);
  expect_same(19, 65, 1.0);
}

TEST_P(LayoutParity, RefusesColumnsThatOverlap) {
  const std::vector<double> x{1, 2, 3, 4};
  const std::vector<double> y{1, 2};
  const Samples<double> samples{
      FeatureView<const double>::by_columns(x.data(), 2, 2, 1), y, {}, {}, {}, {}};
  EXPECT_THROW(LossEvaluator<double>(*context_, samples, SquaredLoss{}), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::test
