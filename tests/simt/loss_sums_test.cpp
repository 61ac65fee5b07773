// The cuda backend's loss gradients, kernel and launcher, thread by thread, against the reference.
#include <batchgrad/core/reduce.hpp>

#include <gtest/gtest.h>
#include <vector>

#include "cuda/cuda_backend.hpp"
#include "cuda/set_group_choice.hpp"
#include "parity/loss_gradient_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

/// Of the table of kernels for groups of sets; throws for the general kernel.
const cuda::SetGroupRow& group_kernel(index_t features, index_t element_size, index_t sets) {
  const cuda::SetGroupQuestion question{features, element_size, sets, 0, 227 * 1024};
  return cuda::set_group_table[cuda::choose_set_group(question).row];
}

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

/// In groups: rows in pieces and by elements; one warp a row, several, all; slabs that end within a
/// lane's load. Over the schedules every kernel sees every part.
TEST_P(LossSumsSimt, OfFewAndManySets) {
  const auto [order, seed] = GetParam();
  index_t turn = order == simt::Order::ascending    ? 0
                 : order == simt::Order::descending ? 1
                                                    : 1 + static_cast<index_t>(seed);
  constexpr Parts parts[] = {Parts::bare, Parts::weight, Parts::centre, Parts::all,
                             Parts::held_out};
  for (const index_t features : {1, 4, 15, 33, 64, 100, 130}) {
    const index_t samples = features > 33 ? 19 : 147;
    expect_parity<float>(samples, features, 2 + features % 3, parts[turn++ % 5]);
    expect_parity<float>(samples, features, 5 + features % 4, parts[turn % 5]);
    expect_parity<float>(samples, features, 9 + features % 8, parts[turn++ % 5]);
    expect_parity<double>(samples, features, 2 + features % 3, parts[turn % 5]);
  }
}

TEST_P(LossSumsSimt, OfTheMostFeaturesOfAGroup) {
  expect_parity<float>(9, 512, 4, Parts::all);
  expect_parity<float>(9, 509, 3, Parts::all);
  expect_parity<float>(9, 511, 16, Parts::all);
  expect_parity<double>(9, 256, 4, Parts::all);
}

TEST_P(LossSumsSimt, OfSeveralGroups) {
  expect_parity<float>(40, 6, 17, Parts::all);
  expect_parity<double>(40, 6, 9, Parts::held_out);
}

/// So many samples that sums are carried on in double before the block ends.
TEST(LossSumsOfGroups, CarryChainsOnInDouble) {
  Context context = Context::on("cuda");
  LossGradientCase<float>(4'500, 3, 3, Parts::all, Intercept::fitted)
      .expect_parity(context, LogCoshLoss{});
  LossGradientCase<float>(1'300, 3, 6, Parts::all, Intercept::fitted)
      .expect_parity(context, LogCoshLoss{});
}

TEST(LossSumsOfGroups, GiveTheSameBitsForEveryGridChunkAndSchedule) {
  for (const index_t sets : {3, 6}) {
    const LossGradientCase<float> problem(1'800, 74, sets, Parts::all, Intercept::fitted);
    ASSERT_GE(VirtualBlocks::of(1'800, 74, sizeof(float)).count, 2);
    const auto evaluate = [&](const cuda::LaunchLimits& limits, const simt::Schedule& schedule) {
      simt::schedule = schedule;
      Context limited(cuda::make_backend(0, 1, limits));
      return problem.evaluate(limited, HuberLoss{0.5});
    };
    const auto whole = evaluate({}, {simt::Order::ascending, 1});
    EXPECT_EQ(evaluate({.most_blocks = 1}, {simt::Order::random, 1}), whole);
    EXPECT_EQ(evaluate({.most_chunk_blocks = 1}, {simt::Order::descending, 1}), whole);
  }
}

/// Sets have the bits that they have among any others of the same kernel, in any group.
TEST(LossSumsOfGroups, DoNotDependOnTheOtherSets) {
  const auto expect_same_beginning = []<class T>(T, index_t features, index_t few, index_t many) {
    ASSERT_EQ(&group_kernel(features, sizeof(T), few), &group_kernel(features, sizeof(T), many));
    Context context = Context::on("cuda");
    const auto all = LossGradientCase<T>(61, features, many, Parts::all, Intercept::fitted)
                         .evaluate(context, HuberLoss{0.5});
    const auto first = LossGradientCase<T>(61, features, few, Parts::all, Intercept::fitted)
                           .evaluate(context, HuberLoss{0.5});
    EXPECT_EQ(std::vector<double>(all.begin(), all.begin() + static_cast<long>(first.size())),
              first);
  };
  expect_same_beginning(1.0F, 20, 2, 4);
  expect_same_beginning(1.0F, 20, 5, 40);
  expect_same_beginning(1.0F, 70, 8, 9);
  expect_same_beginning(1.0, 20, 2, 7);
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
