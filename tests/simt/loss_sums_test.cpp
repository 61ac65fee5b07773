// The cuda backend's loss gradients, kernel and launcher, thread by thread, against the reference.
#include <batchgrad/core/reduce.hpp>

#include <gtest/gtest.h>

#include "cuda/cuda_backend.hpp"
#include "parity/loss_gradient_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

class LossSumsSimt : public SimtTest {
 protected:
  template <class T>
  static void expect_parity(index_t samples, index_t features, index_t sets, Parts parts,
                            const cuda::LaunchLimits& limits = {},
                            Intercept intercept = Intercept::fitted, index_t padding = 0) {
    SCOPED_TRACE(testing::Message() << samples << "x" << features << ", sets " << sets << ", "
                                    << sizeof(T) << " bytes");
    Context context(cuda::make_backend(0, 1, limits));
    LossGradientCase<T>(samples, features, sets, parts, intercept, padding)
        .expect_parity(context, HuberLoss{0.5});
  }
};
BATCHGRAD_SIMT_SCHEDULES(LossSumsSimt);

TEST_P(LossSumsSimt, AgreesWithTheReferenceForEveryLoss) {
  Context context = Context::on("cuda");
  const LossGradientCase<float> problem(70, 5, 2, Parts::all, Intercept::fitted);
  for (const auto name : loss_names()) {
    SCOPED_TRACE(name);
    problem.expect_parity(context, parse_loss(name));
  }
}

TEST_P(LossSumsSimt, AtOddNumbersOfFeatures) {
  for (const index_t features : {0, 1, 3, 31, 33, 255, 257}) {
    expect_parity<float>(19, features, 1, Parts::bare);
    expect_parity<double>(19, features, 1, Parts::all);
  }
}

TEST_P(LossSumsSimt, AtOddNumbersOfSamples) {
  for (const index_t samples : {1, 15, 17, 255, 257})
    expect_parity<float>(samples, 4, 1, Parts::all);
}

TEST_P(LossSumsSimt, WithManySetsAndPaddedRows) {
  expect_parity<float>(40, 6, 7, Parts::all, {}, Intercept::none, 3);
}

TEST_P(LossSumsSimt, WithRowsThatDoNotFitSharedMemory) {
  expect_parity<double>(2, 30'001, 1, Parts::bare);
}

TEST_P(LossSumsSimt, GivesTheSameBitsForEveryGridAndChunk) {
  const LossGradientCase<float> problem(9'000, 20, 1, Parts::all, Intercept::fitted);
  const auto evaluate = [&](const cuda::LaunchLimits& limits) {
    Context limited(cuda::make_backend(0, 1, limits));
    return problem.evaluate(limited, LogisticLoss{});
  };
  ASSERT_GE(VirtualBlocks::of(9'000, 20, sizeof(float)).count, 2);
  Context context = Context::on("cuda");
  problem.expect_parity(context, LogisticLoss{});
  const auto whole = problem.evaluate(context, LogisticLoss{});
  EXPECT_EQ(evaluate({.most_blocks = 1}), whole);
  EXPECT_EQ(evaluate({.most_blocks = 2}), whole);
  EXPECT_EQ(evaluate({.most_chunk_blocks = 1}), whole);
}

TEST_P(LossSumsSimt, GivesTheSameBitsByColumnsForEveryChunkAndPiece) {
  for (const index_t features : {20, 40}) {
    SCOPED_TRACE(features);
    LossGradientCase<float> problem(7'001, features, 1, Parts::all, Intercept::fitted);
    const auto evaluate = [&](const cuda::LaunchLimits& limits) {
      Context limited(cuda::make_backend(0, 1, limits));
      return problem.evaluate(limited, LogisticLoss{});
    };
    const auto by_rows = evaluate({});
    problem.store_by_columns(1);
    const auto whole = evaluate({});
    EXPECT_EQ(whole == by_rows, features > 32);  // which are transposed
    EXPECT_EQ(evaluate({.most_blocks = 1}), whole);
    EXPECT_EQ(evaluate({.most_chunk_blocks = 1, .most_piece_rows = 100}), whole);
  }
}

TEST_P(LossSumsSimt, StreamsDataThatDoesNotFitTheDevice) {
  simt::cudart::Config config;
  config.device_memory = 500'000;  // of the 720,000 bytes of X
  const LossGradientCase<float> problem(9'000, 20, 1, Parts::bare, Intercept::fitted);
  auto whole = Context::on("cuda");
  const auto expected = problem.evaluate(whole, SquaredLoss{});
  simt::cudart::reset(config);
  auto small = Context::on("cuda");
  EXPECT_EQ(problem.evaluate(small, SquaredLoss{}), expected);
}

TEST(LossSumsFailures, LeaveNothingBehindAndSayWhatFailed) {
  const LossGradientCase<float> problem(40, 3, 2, Parts::all, Intercept::fitted);
  auto reference = Context::on("reference");
  const auto expected = problem.evaluate(reference, SquaredLoss{});
  const auto counts = for_each_failing_call([&] {
    auto context = Context::on("cuda");
    const auto actual = problem.evaluate(context, SquaredLoss{});
    for (std::size_t i = 0; i < actual.size(); ++i)
      EXPECT_TRUE(is_within(actual[i], expected[i], 1e-5));
  });
  EXPECT_GT(counts.thrown, 20);
}

}  // namespace
}  // namespace batchgrad::test
