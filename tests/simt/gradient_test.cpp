// The cuda backend's differences, kernel and launcher, thread by thread, against the reference.
#include <gtest/gtest.h>

#include "cuda/cuda_backend.hpp"
#include "parity/gradient_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

class GradientSimt : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(GradientSimt);

TEST_P(GradientSimt, AgreesWithTheReferenceAtOddNumbersOfPoints) {
  auto context = Context::on("cuda");
  for (const index_t points : {1, 31, 33, 257}) expect_gradient_parity<double>(context, points, 2);
}

TEST_P(GradientSimt, AgreesWithTheReferenceInEveryArithmetic) {
  auto context = Context::on("cuda");
  for (const index_t parameters : {1, 3, 8}) {
    expect_gradient_parity<double>(context, 40, parameters, Arithmetic::wide, 1);
    expect_gradient_parity<float>(context, 40, parameters);
    expect_gradient_parity<float>(context, 40, parameters, Arithmetic::native);
  }
}

TEST_P(GradientSimt, GivesTheSameBitsForEveryGrid) {
  const auto x = RandomNumbers(5).vector<float>(600 * 2);
  const auto differentiate = [&](const cuda::LaunchLimits& limits) {
    Context context(cuda::make_backend(0, 1, limits));
    std::vector<float> gradients(x.size(), NAN);
    gradient<float>(context, CubicForm{}, {x.data(), 600, 2}, {gradients.data(), 600, 2});
    return gradients;
  };
  EXPECT_EQ(differentiate({.most_blocks = 1}), differentiate({}));
}

TEST(GradientFailures, LeaveNothingBehindAndSayWhatFailed) {
  const std::vector<double> x{2, 3};
  const auto counts = for_each_failing_call([&] {
    auto context = Context::on("cuda");
    std::vector<double> gradients(2, std::nan(""));
    std::vector<double> values(1, std::nan(""));
    gradient<double>(context, CubicForm{}, {x.data(), 1, 2}, {gradients.data(), 1, 2}, {}, values);
    EXPECT_TRUE(is_within(gradients[0], 12, 1e-8));
    EXPECT_EQ(values[0], 39);
  });
  EXPECT_GT(counts.thrown, 10);
}

}  // namespace
}  // namespace batchgrad::test
