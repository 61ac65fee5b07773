// The same bits whatever the number of threads, and on every run.
#include <batchgrad/derivative.hpp>

#include <gtest/gtest.h>

#include "devices.hpp"
#include "loss_gradient_case.hpp"

namespace batchgrad::test {
namespace {

template <class T>
void expect_same_bits(const std::string& device) {
  const LossGradientCase<T> problem(50'000, 11, 3, Parts::all, Intercept::fitted);
  for (const auto name : loss_names()) {
    auto first_context = parity_context(device, 1);
    const auto first = problem.evaluate(*first_context, parse_loss(name));
    for (const int threads : {1, 2, 3, 5}) {
      SCOPED_TRACE(testing::Message() << name << " with " << threads << " threads");
      auto context = parity_context(device, threads);
      EXPECT_EQ(problem.evaluate(*context, parse_loss(name)), first);
    }
  }
}

class Reproducibility : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!parity_context(GetParam())) GTEST_SKIP() << "no CUDA device";
  }
};
INSTANTIATE_TEST_SUITE_P(On, Reproducibility, testing::ValuesIn(parity_devices()), test_name);

TEST_P(Reproducibility, OfFloatLossGradients) { expect_same_bits<float>(GetParam()); }
TEST_P(Reproducibility, OfDoubleLossGradients) { expect_same_bits<double>(GetParam()); }

TEST_P(Reproducibility, OfDifferences) {
  constexpr index_t points = 5000;
  const auto x = RandomNumbers(3).vector<double>(points * 3);
  const auto run = [&](int threads, index_t first, index_t count) {
    auto context = parity_context(GetParam(), threads);
    std::vector<double> gradients(static_cast<std::size_t>(points * 3), 0.0);
    gradient<double>(*context, Rosenbrock{}, {x.data() + first * 3, count, 3},
                     {gradients.data() + first * 3, count, 3});
    return gradients;
  };
  const auto batch = run(1, 0, points);
  EXPECT_EQ(run(3, 0, points), batch);
  for (const index_t n : {index_t{0}, index_t{1234}, points - 1})
    for (index_t i = 3 * n; i < 3 * n + 3; ++i)
      EXPECT_EQ(run(1, n, 1)[static_cast<std::size_t>(i)], batch[static_cast<std::size_t>(i)]);
}

}  // namespace
}  // namespace batchgrad::test
