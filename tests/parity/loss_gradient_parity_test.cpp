// One source for every backend: loss gradients against the reference backend, within derived
// bounds.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "devices.hpp"
#include "loss_gradient_case.hpp"

namespace batchgrad::test {
namespace {

class LossGradientParity : public OnDevice {
 protected:
  template <class T>
  void expect_parity(index_t samples, index_t features, index_t sets, Parts parts,
                     Intercept intercept = Intercept::fitted, index_t padding = 0) {
    const LossGradientCase<T> problem(samples, features, sets, parts, intercept, padding);
    for (const auto name : loss_names()) {
      SCOPED_TRACE(testing::Message() << name << " " << samples << "x" << features << ", sets "
                                      << sets << ", " << sizeof(T) << " bytes");
      problem.expect_parity(*context_, parse_loss(name));
    }
  }
};

INSTANTIATE_TEST_SUITE_P(On, LossGradientParity, testing::ValuesIn(parity_devices()), test_name);

TEST_P(LossGradientParity, AtEveryNumberOfFeatures) {
  for (const index_t features :
       {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1000}) {
    expect_parity<float>(37, features, 1, Parts::all);
    expect_parity<double>(37, features, 1, Parts::all);
  }
}

TEST_P(LossGradientParity, AtEveryNumberOfSamples) {
  for (const index_t samples : {1, 2, 3, 4, 5, 31, 32, 33, 127, 128, 129, 255, 256, 257, 1000}) {
    expect_parity<float>(samples, 6, 1, Parts::bare);
    expect_parity<double>(samples, 6, 1, Parts::all);
  }
}

TEST_P(LossGradientParity, WithManyParameterSets) {
  for (const index_t sets : {2, 3, 8, 17}) {
    expect_parity<float>(200, 20, sets, Parts::all);
    expect_parity<double>(200, 20, sets, Parts::bare, Intercept::none);
    expect_parity<float>(37, 600, sets, Parts::all);  // more than groups take
    expect_parity<double>(37, 300, sets, Parts::all);
  }
}

TEST_P(LossGradientParity, WithPaddedRows) {
  expect_parity<float>(100, 13, 2, Parts::all, Intercept::fitted, 5);
  expect_parity<double>(100, 13, 2, Parts::bare, Intercept::none, 1);
}

TEST_P(LossGradientParity, WithAnInterceptAlone) {
  expect_parity<float>(300, 0, 2, Parts::bare);
  expect_parity<double>(300, 0, 2, Parts::bare);
}

TEST_P(LossGradientParity, OverSeveralVirtualBlocks) {
  // 256 KiB of X each: 8 blocks of float, and rows that end within a tile.
  expect_parity<float>(60'001, 9, 2, Parts::all);
  expect_parity<double>(30'003, 9, 1, Parts::all);
}

TEST_P(LossGradientParity, OfRowsOfSeveralBlocks) {
  expect_parity<float>(9, 20'000, 1, Parts::all);
  expect_parity<double>(5, 40'000, 1, Parts::all);
}

TEST_P(LossGradientParity, WithMoreFeaturesThanSharedMemoryHolds) {
  expect_parity<float>(5, 70'001, 1, Parts::bare);
  expect_parity<double>(3, 30'001, 2, Parts::all);
}

/// Exponentials that alone overflow, vanish or lie far from 1, where their product with the target
/// or itself does not: the derivative at one sample, by formulas in long double.
TEST_P(LossGradientParity, OfPredictionsFarFromZero) {
  struct Far {
    Loss loss;
    double target;
    double prediction;
    long double power;  // derivative = rest + sign * exp(power)
    int sign;
    double rest;
  };
  const auto scaled = [](double factor, double exponent) {
    return std::log(static_cast<long double>(factor)) + static_cast<long double>(exponent);
  };
  const TweedieLoss tweedie{1.5};
  const std::vector<Far> all{
      {GammaLoss{}, 1e40, 80, scaled(1e40, -80), -1, 1},
      {GammaLoss{}, 1e-40, -110, scaled(1e-40, 110), -1, 1},
      {GammaLoss{}, 1e300, 680, scaled(1e300, -680), -1, 1},
      {GammaLoss{}, 1e-300, -700, scaled(1e-300, 700), -1, 1},
      {PoissonLoss{}, 3, 75, scaled(1, 75), 1, -3},
      {PoissonLoss{}, 3, 690, scaled(1, 690), 1, -3},
      {tweedie, 0, 150, scaled(1, 75), 1, 0},
      {tweedie, 1e-20, -160, scaled(1e-20, 80), -1, std::exp(-80.0)},
  };
  for (const auto& [loss, target, prediction, power, sign, rest] : all) {
    SCOPED_TRACE(testing::Message() << loss_text(loss) << " at " << prediction);
    const double one = 1;
    double slope = std::nan("");
    loss_gradient<double>(*context_, {{&one, 1, 1}, {&target, 1}, {}, {}, {}}, loss,
                          {&prediction, 1, 1}, {{}, {&slope, 1, 1}, {}, {}}, Intercept::none);
    const auto expected = static_cast<double>(rest + sign * std::exp(power));
    const double bound = gamma<double>(std::fabs(prediction) + 32) * std::fabs(expected);
    EXPECT_TRUE(is_within(slope, expected, bound)) << slope << " for " << expected;
  }
}

TEST_P(LossGradientParity, IsTheSumOfItsSetsOneByOne) {
  const LossGradientCase<double> many(500, 12, 5, Parts::all, Intercept::fitted);
  // On cuda a set alone has kernels of its own, which add in another order; of double, all else
  // not.
  const index_t sets = GetParam() == "cuda" ? 2 : 1;
  const LossGradientCase<double> few(500, 12, sets, Parts::all, Intercept::fitted);
  const auto all = many.evaluate(*context_, HuberLoss{0.5});
  const auto first = few.evaluate(*context_, HuberLoss{0.5});
  ASSERT_EQ(many.samples().features(3, 4), few.samples().features(3, 4));
  // The parameters of the first set are the same numbers; a set's bits do not depend on the others.
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(all[i], first[i]);
}

}  // namespace
}  // namespace batchgrad::test
