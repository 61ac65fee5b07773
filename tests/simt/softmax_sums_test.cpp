// The cuda backend's losses over classes, kernel and launcher, thread by thread.
#include <batchgrad/core/reduce.hpp>

#include <gtest/gtest.h>
#include <vector>

#include "cuda/cuda_backend.hpp"
#include "parity/softmax_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

class SoftmaxSumsSimt : public SimtTest {
 protected:
  template <class T>
  static void expect_parity(const SoftmaxShape& shape) {
    Context context = Context::on("cuda");
    SoftmaxCase<T>(shape).expect_parity(context);
  }
};
BATCHGRAD_SIMT_SCHEDULES(SoftmaxSumsSimt);

TEST_P(SoftmaxSumsSimt, AtOddNumbersOfClasses) {
  for (const index_t classes : {2, 7, 9, 33}) {
    expect_parity<float>({.samples = 19, .features = 5, .classes = classes});
    expect_parity<double>({.samples = 19, .features = 5, .classes = classes});
  }
}

/// On tensor cores: a set, and as many as a group takes, in one group and in several.
TEST_P(SoftmaxSumsSimt, OfUpToSixteenClasses) {
  expect_parity<float>({.samples = 147, .features = 5, .classes = 10, .parts = Parts::bare});
  expect_parity<float>({.samples = 19, .features = 70, .classes = 16});
  expect_parity<float>({.samples = 40, .features = 9, .classes = 5, .sets = 7});
  expect_parity<double>({.samples = 40, .features = 9, .classes = 2, .sets = 5});
}

TEST_P(SoftmaxSumsSimt, AtOddNumbersOfFeatures) {
  for (const index_t features : {0, 1, 3, 31, 33, 127, 129, 257})
    expect_parity<float>({.samples = 9, .features = features, .classes = 3});
}

TEST_P(SoftmaxSumsSimt, AtOddNumbersOfSamples) {
  for (const index_t samples : {1, 15, 255, 257})
    expect_parity<float>({.samples = samples, .features = 4, .classes = 3});
}

TEST_P(SoftmaxSumsSimt, WithManySetsAndPaddedRows) {
  expect_parity<float>({.samples = 40,
                        .features = 6,
                        .classes = 3,
                        .sets = 4,
                        .intercept = Intercept::none,
                        .padding = 3});
}

TEST_P(SoftmaxSumsSimt, WithTilesOfFewRowsForManyClasses) {
  // 64 KiB hold 8 rows of 1000 classes: the tile's first row is a multiple of 4, then it is 2.
  expect_parity<float>({.samples = 19, .features = 2, .classes = 1000});
  expect_parity<double>({.samples = 5, .features = 3, .classes = 3001});
}

TEST_P(SoftmaxSumsSimt, WithRowsThatDoNotFitSharedMemory) {
  expect_parity<double>({.samples = 2, .features = 30'001, .classes = 2, .parts = Parts::bare});
}

TEST_P(SoftmaxSumsSimt, GivesTheSameBitsForEveryGridAndChunk) {
  const SoftmaxCase<float> problem({.samples = 9'000, .features = 20, .classes = 3});
  const auto evaluate = [&](const cuda::LaunchLimits& limits) {
    Context limited(cuda::make_backend(0, 1, limits));
    return problem.evaluate(limited);
  };
  ASSERT_GE(VirtualBlocks::of(9'000, 20, sizeof(float)).count, 2);
  Context context = Context::on("cuda");
  problem.expect_parity(context);
  const auto whole = problem.evaluate(context);
  EXPECT_EQ(evaluate({.most_blocks = 1}), whole);
  EXPECT_EQ(evaluate({.most_chunk_blocks = 1}), whole);
}

TEST_P(SoftmaxSumsSimt, OfAMiniBatchIsThatOfItsRows) {
  Context context = Context::on("cuda");
  const SoftmaxCase<double> problem({.samples = 60, .features = 7, .classes = 5, .sets = 3});
  std::vector<index_t> rows;
  for (index_t i = 0; i < 33; ++i) rows.push_back((i * 7919 + 5) % 60);
  EXPECT_EQ(problem.evaluate_rows(context, rows), problem.evaluate_copy(context, rows));
}

TEST(SoftmaxSumsFailures, LeaveNothingBehindAndSayWhatFailed) {
  const SoftmaxCase<float> problem({.samples = 20, .features = 3, .classes = 3, .sets = 2});
  auto reference = Context::on("reference");
  const auto expected = problem.evaluate(reference);
  const auto counts = for_each_failing_call([&] {
    auto context = Context::on("cuda");
    const auto actual = problem.evaluate(context);
    for (std::size_t i = 0; i < actual.size(); ++i)
      EXPECT_TRUE(is_within(actual[i], expected[i], 1e-5));
  });
  EXPECT_GT(counts.thrown, 20);
}

}  // namespace
}  // namespace batchgrad::test
