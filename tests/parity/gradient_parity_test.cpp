// One source for every backend: gradients by differences against the reference backend.
#include <gtest/gtest.h>

#include "devices.hpp"
#include "gradient_case.hpp"

namespace batchgrad::test {
namespace {

class GradientParity : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    context_ = parity_context(GetParam());
    if (!context_) GTEST_SKIP() << "no CUDA device";
  }
  std::optional<Context> context_;
};
INSTANTIATE_TEST_SUITE_P(On, GradientParity, testing::ValuesIn(parity_devices()), test_name);

TEST_P(GradientParity, AtEveryNumberOfPoints) {
  for (const index_t points : {1, 31, 32, 33, 255, 256, 257, 1000, 5000})
    expect_gradient_parity<double>(*context_, points, 2);
}

TEST_P(GradientParity, AtEveryNumberOfParameters) {
  for (const index_t parameters : {1, 2, 3, 8, 33}) {
    expect_gradient_parity<double>(*context_, 100, parameters);
    expect_gradient_parity<float>(*context_, 100, parameters);
    expect_gradient_parity<float>(*context_, 100, parameters, Arithmetic::native);
  }
}

TEST_P(GradientParity, WithPaddedRows) {
  expect_gradient_parity<double>(*context_, 300, 3, Arithmetic::wide, 2);
  expect_gradient_parity<float>(*context_, 300, 3, Arithmetic::native, 1);
}

TEST_P(GradientParity, OfAHostFunctorOrARefusalThatSaysWhy) {
  const auto f = [](const auto& x) { return x[0] * x[0] + x[1]; };
  const std::vector<double> points{1, 2, 3, 4};
  std::vector<double> out(4, std::nan(""));
  if (GetParam() == "cuda") {
    EXPECT_THROW(gradient<double>(*context_, f, {points.data(), 2, 2}, {out.data(), 2, 2}),
                 BackendUnavailable);
    return;
  }
  gradient<double>(*context_, f, {points.data(), 2, 2}, {out.data(), 2, 2});
  const double expected[] = {2, 1, 6, 1};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(is_within(out[i], expected[i], 1e-9));
}

}  // namespace
}  // namespace batchgrad::test
