// The same bits whatever the number of threads, and on every run.
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

class Reproducibility : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(On, Reproducibility, testing::ValuesIn(parity_devices()), test_name);

TEST_P(Reproducibility, OfFloatLossGradients) { expect_same_bits<float>(GetParam()); }
TEST_P(Reproducibility, OfDoubleLossGradients) { expect_same_bits<double>(GetParam()); }

}  // namespace
}  // namespace batchgrad::test
