// The kernels for groups of parameter sets, and of classes, through the cuda backend: against the
// reference, with every part of a data set; the same bits for every grid, chunk and schedule, and
// whatever other sets there are.
#include <gtest/gtest.h>
#include <vector>

#include "cuda/cuda_backend.hpp"
#include "cuda/set_group_choice.hpp"
#include "parity/loss_gradient_case.hpp"
#include "parity/softmax_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

constexpr index_t shared_bytes = 227 * 1024;

cuda::SetGroupKernel kernel_of(const cuda::SetGroupQuestion& question) {
  const index_t row = cuda::choose_set_group(question).row;
  if (row == cuda::set_group_rows) throw std::logic_error("no kernel for groups");
  return cuda::set_group_table[row].kernel;
}

class SetGroup : public SimtTest {
 protected:
  template <class T>
  static void expect_parity(index_t samples, index_t features, index_t sets, Parts parts) {
    SCOPED_TRACE(testing::Message() << samples << "x" << features << ", sets " << sets << ", "
                                    << sizeof(T) << " bytes");
    ASSERT_NO_THROW(kernel_of({features, sizeof(T), sets, 0, shared_bytes}));
    Context context = Context::on("cuda");
    LossGradientCase<T>(samples, features, sets, parts, Intercept::fitted)
        .expect_parity(context, HuberLoss{0.5});
  }
};
BATCHGRAD_SIMT_SCHEDULES(SetGroup);

/// Rows in pieces and by elements; one warp a row, several, all; slabs that end within a lane's
/// load; each schedule another part.
TEST_P(SetGroup, AgreesWithTheReference) {
  const auto [order, seed] = GetParam();
  index_t turn = order == simt::Order::ascending    ? 0
                 : order == simt::Order::descending ? 1
                                                    : 1 + static_cast<index_t>(seed);
  constexpr Parts parts[] = {Parts::bare, Parts::weight, Parts::centre, Parts::all,
                             Parts::held_out};
  for (const index_t features : {1, 4, 15, 33, 64, 100, 130}) {
    const index_t samples = features > 64 ? 35 : 147;
    expect_parity<float>(samples, features, 2 + features % 3, parts[turn++ % 5]);
    expect_parity<double>(samples, features, 2 + features % 3, parts[turn % 5]);
    expect_parity<float>(samples, features, 5 + features % 4, parts[turn % 5]);
    expect_parity<Bfloat16>(samples, features, 2 + features % 15, parts[turn++ % 5]);
    expect_parity<Float16>(samples, features, 2 + features % 15, parts[turn++ % 5]);
  }
}

TEST_P(SetGroup, AgreesWithTheReferenceAtTheMostFeaturesAndSets) {
  expect_parity<float>(17, 512, 4, Parts::all);
  expect_parity<float>(17, 511, 16, Parts::all);
  expect_parity<float>(17, 509, 3, Parts::all);
  expect_parity<double>(17, 256, 4, Parts::all);
  expect_parity<Float16>(17, 508, 16, Parts::all);
}

/// Two reads of X, or more.
TEST_P(SetGroup, AgreesWithTheReferenceInSeveralGroups) {
  expect_parity<float>(40, 6, 17, Parts::all);
  expect_parity<double>(40, 6, 9, Parts::held_out);
}

/// So many samples that sums are carried on in double before the block ends.
TEST(SetGroupChains, EndInDouble) {
  for (const index_t sets : {3, 6}) {
    Context context = Context::on("cuda");
    LossGradientCase<float>(9'000, 3, sets, Parts::all, Intercept::fitted)
        .expect_parity(context, LogCoshLoss{});
  }
}

TEST_P(SetGroup, GivesTheSameBitsForEveryGridAndChunk) {
  for (const index_t sets : {3, 6}) {
    const LossGradientCase<float> problem(3'700, 37, sets, Parts::all, Intercept::fitted);
    ASSERT_GE(VirtualBlocks::of(3'700, 37, sizeof(float)).count, 2);
    const auto evaluate = [&](const cuda::LaunchLimits& limits) {
      Context limited(cuda::make_backend(0, 1, limits));
      return problem.evaluate(limited, LogisticLoss{});
    };
    const auto whole = evaluate({});
    EXPECT_EQ(evaluate({.most_blocks = 1}), whole);
    simt::schedule = {simt::Order::ascending, 1};
    EXPECT_EQ(evaluate({.most_chunk_blocks = 1}), whole);
    simt::schedule = GetParam();
  }
}

/// Sets have the bits that they have among any others of the same kernel, in any group.
TEST(SetGroupBits, DoNotDependOnTheOtherSets) {
  const auto expect_same_beginning = []<class T>(T, index_t features, index_t few, index_t many) {
    ASSERT_EQ(kernel_of({features, sizeof(T), few, 0, shared_bytes}),
              kernel_of({features, sizeof(T), many, 0, shared_bytes}));
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
  expect_same_beginning(Bfloat16(1.0), 20, 2, 18);
}

TEST_P(SetGroup, OfClassesAgreesWithTheReference) {
  const auto expect_classes = []<class T>(T, const SoftmaxShape& shape) {
    ASSERT_NO_THROW(
        kernel_of({shape.features, sizeof(T), shape.sets, shape.classes, shared_bytes}));
    Context context = Context::on("cuda");
    SoftmaxCase<T>(shape).expect_parity(context);
  };
  expect_classes(1.0F, {.samples = 147, .features = 5, .classes = 3});
  expect_classes(1.0F, {.samples = 131, .features = 36, .classes = 10, .parts = Parts::bare});
  expect_classes(1.0F, {.samples = 19, .features = 70, .classes = 16});
  expect_classes(1.0F, {.samples = 40, .features = 9, .classes = 5, .sets = 7});
  expect_classes(1.0, {.samples = 40, .features = 9, .classes = 2, .sets = 5});
  expect_classes(Bfloat16(1.0), {.samples = 40, .features = 12, .classes = 7, .sets = 2});
}

}  // namespace
}  // namespace batchgrad::test
