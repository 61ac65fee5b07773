// One source for every backend: losses over classes against the reference backend, within derived
// bounds, and the same bits whatever the threads.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "devices.hpp"
#include "softmax_case.hpp"

namespace batchgrad::test {
namespace {

class SoftmaxParity : public OnDevice {
 protected:
  void expect_parity(const SoftmaxShape& shape) {
    SoftmaxCase<float>(shape).expect_parity(*context_);
    SoftmaxCase<double>(shape).expect_parity(*context_);
  }
};

INSTANTIATE_TEST_SUITE_P(On, SoftmaxParity, testing::ValuesIn(parity_devices()), test_name);

TEST_P(SoftmaxParity, AtEveryNumberOfClasses) {
  for (const index_t classes : {2, 3, 7, 8, 9, 31, 32, 33, 100})
    expect_parity({.samples = 37, .features = 5, .classes = classes});
}

TEST_P(SoftmaxParity, AtEveryNumberOfFeatures) {
  for (const index_t features : {1, 2, 3, 8, 15, 17, 31, 33, 64, 255, 257, 1000})
    expect_parity({.samples = 19, .features = features, .classes = 3});
}

TEST_P(SoftmaxParity, AtEveryNumberOfSamples) {
  for (const index_t samples : {1, 2, 3, 4, 5, 31, 32, 33, 127, 128, 129, 255, 256, 257, 1000})
    expect_parity({.samples = samples,
                   .features = 6,
                   .classes = 4,
                   .parts = samples % 2 == 0 ? Parts::all : Parts::bare});
}

TEST_P(SoftmaxParity, WithManyParameterSets) {
  for (const index_t sets : {2, 3, 8}) {
    expect_parity({.samples = 200, .features = 20, .classes = 5, .sets = sets});
    expect_parity({.samples = 70,
                   .features = 4,
                   .classes = 3,
                   .sets = sets,
                   .parts = Parts::bare,
                   .intercept = Intercept::none});
  }
}

TEST_P(SoftmaxParity, WithPaddedRows) {
  expect_parity({.samples = 100, .features = 13, .classes = 3, .sets = 2, .padding = 5});
  expect_parity({.samples = 100,
                 .features = 13,
                 .classes = 3,
                 .sets = 2,
                 .intercept = Intercept::none,
                 .padding = 1});
}

TEST_P(SoftmaxParity, WithAnInterceptAlone) {
  expect_parity({.samples = 300, .features = 0, .classes = 4, .sets = 2, .parts = Parts::bare});
}

TEST_P(SoftmaxParity, OverSeveralVirtualBlocks) {
  expect_parity({.samples = 30'003, .features = 9, .classes = 3, .sets = 2});
}

TEST_P(SoftmaxParity, WithAsManyClassesAsThereMayBe) {
  expect_parity({.samples = 3, .features = 2, .classes = SoftmaxLoss::most_classes});
}

TEST_P(SoftmaxParity, WithMoreFeaturesThanSharedMemoryHolds) {
  expect_parity({.samples = 3, .features = 60'001, .classes = 2});
}

TEST_P(SoftmaxParity, OfAMiniBatchIsThatOfItsRows) {
  const SoftmaxCase<double> problem({.samples = 300, .features = 7, .classes = 5, .sets = 3});
  for (const index_t batch : {3, 33, 257}) {  // of every fold
    std::vector<index_t> rows;
    for (index_t i = 0; i < batch; ++i) rows.push_back((i * 7919 + 5) % 300);
    EXPECT_EQ(problem.evaluate_rows(*context_, rows), problem.evaluate_copy(*context_, rows));
  }
}

TEST_P(SoftmaxParity, HasTheSameBitsForAnyNumberOfThreads) {
  const SoftmaxCase<float> narrow({.samples = 20'000, .features = 11, .classes = 4, .sets = 2});
  const SoftmaxCase<double> wide({.samples = 20'000, .features = 11, .classes = 4, .sets = 2});
  const auto first_narrow = narrow.evaluate(*context_);
  const auto first_wide = wide.evaluate(*context_);
  for (const int threads : {1, 3, 5}) {
    auto context = parity_context(GetParam(), threads);
    EXPECT_EQ(narrow.evaluate(*context), first_narrow);
    EXPECT_EQ(wide.evaluate(*context), first_wide);
  }
}

}  // namespace
}  // namespace batchgrad::test
