// The cuda backend's matrices of second order, kernels and launcher, thread by thread, against the
// reference.
#include <gtest/gtest.h>

#include "cuda/cuda_backend.hpp"
#include "parity/curvature_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

class CurvatureSumsSimt : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(CurvatureSumsSimt);

TEST_P(CurvatureSumsSimt, AgreesWithTheReferenceForEveryLoss) {
  Context context = Context::on("cuda");
  const CurvatureCase<float> problem(70, 5, Parts::all, Intercept::fitted);
  for (const auto name : loss_names()) {
    SCOPED_TRACE(name);
    problem.expect_parity(context, parse_loss(name));
  }
}

TEST_P(CurvatureSumsSimt, AtOddNumbersOfFeatures) {
  Context context = Context::on("cuda");
  for (const index_t features : {0, 1, 33, 64, 130}) {
    SCOPED_TRACE(features);
    CurvatureCase<float>(19, features, Parts::bare, Intercept::fitted, 3)
        .expect_parity(context, LogisticLoss{});
    CurvatureCase<double>(33, features, Parts::all, Intercept::fitted)
        .expect_parity(context, HuberLoss{0.5});
  }
}

TEST_P(CurvatureSumsSimt, GivesTheSameBitsForEveryGridAndChunk) {
  const CurvatureCase<float> problem(6'600, 20, Parts::all, Intercept::fitted);
  ASSERT_GE(curvature_blocks(6'600, 20, sizeof(float)).count, 2);
  const auto evaluate = [&](const cuda::LaunchLimits& limits) {
    Context limited(cuda::make_backend(0, 1, limits));
    return problem.evaluate(limited, LogisticLoss{}, Curvature::observed);
  };
  const auto whole = evaluate({});
  EXPECT_EQ(evaluate({.most_blocks = 1}), whole);
  EXPECT_EQ(evaluate({.most_chunk_blocks = 1}), whole);
}

TEST(CurvatureSumsFailures, LeaveNothingBehindAndSayWhatFailed) {
  const CurvatureCase<float> problem(40, 3, Parts::all, Intercept::fitted);
  auto reference = Context::on("reference");
  const auto expected = problem.evaluate(reference, LogisticLoss{}, Curvature::observed);
  const auto counts = for_each_failing_call([&] {
    auto context = Context::on("cuda");
    const auto actual = problem.evaluate(context, LogisticLoss{}, Curvature::observed);
    for (std::size_t i = 0; i < actual.size(); ++i)
      EXPECT_TRUE(is_within(actual[i], expected[i], 1e-4));
  });
  EXPECT_GT(counts.thrown, 20);
}

}  // namespace
}  // namespace batchgrad::test
