// A mini-batch gives, on every backend, what its samples give as a data set of their own, to the
// bit: that data set is held against the reference by the tests of loss gradients.
#include <gtest/gtest.h>
#include <string>

#include "devices.hpp"
#include "mini_batch_case.hpp"

namespace batchgrad::test {
namespace {

class MiniBatchParity : public OnDevice {
 protected:
  template <class T>
  void expect_equal(index_t samples, index_t features, index_t batch) {
    SCOPED_TRACE(testing::Message() << batch << " of " << samples << "x" << features);
    const MiniBatchCase<T> problem(samples, features, batch);
    EXPECT_EQ(problem.of_rows(*context_), problem.of_copy(*context_));
  }
};

INSTANTIATE_TEST_SUITE_P(On, MiniBatchParity, testing::ValuesIn(every_device()), test_name);

TEST_P(MiniBatchParity, OfAnySize) {
  for (const index_t batch : {2, 3, 31, 32, 33, 255, 257}) {
    expect_equal<float>(300, 7, batch);
    expect_equal<double>(300, 7, batch);
  }
}

TEST_P(MiniBatchParity, WithSamplesTwice) { expect_equal<double>(10, 3, 25); }

TEST_P(MiniBatchParity, OverSeveralVirtualBlocks) { expect_equal<double>(9'000, 20, 8'000); }

TEST_P(MiniBatchParity, OfFeaturesByColumns) {
  for (const index_t features : {1, 7, 40}) {
    const MiniBatchCase<float> problem(300, features, 33);
    EXPECT_EQ(problem.of_rows(*context_, Layout::columns), problem.of_copy(*context_));
  }
}

TEST_P(MiniBatchParity, RefusesRowsThatAreNone) {
  const std::vector<double> x{1, 2};
  LossEvaluator<double> evaluator(*context_, {{x.data(), 2, 1}, x, {}, {}, {}, {}}, SquaredLoss{});
  const std::vector<double> w{1, 0};
  double objective = 0;
  const auto evaluate = [&](const std::vector<index_t>& rows) {
    evaluator.evaluate_rows(rows, {w.data(), 1, 2}, {{&objective, 1}, {}, {}, {}});
  };
  EXPECT_THROW(evaluate({}), InvalidArgument);
  EXPECT_THROW(evaluate({0, 2}), InvalidArgument);
  EXPECT_THROW(evaluate({-1}), InvalidArgument);
  EXPECT_NO_THROW(evaluate({1}));
  EXPECT_EQ(objective, 0);
}

TEST_P(MiniBatchParity, WithoutWeightIsZero) {
  const std::vector<double> x{1, 2};
  const std::vector<double> weight{0, 1};
  LossEvaluator<double> evaluator(*context_, {{x.data(), 2, 1}, x, weight, {}, {}, {}},
                                  SquaredLoss{});
  const std::vector<double> w{3, 0};
  const std::vector<index_t> rows{0};
  double objective = std::nan("");
  std::vector<double> gradient(2, std::nan(""));
  evaluator.evaluate_rows(rows, {w.data(), 1, 2},
                          {{&objective, 1}, {gradient.data(), 1, 2}, {}, {}});
  EXPECT_EQ(objective, 0);
  EXPECT_EQ(gradient, (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace batchgrad::test
