// Every call of the CUDA runtime that the library makes fails once: nothing may leak, and what
// comes out says so. Compiled twice: with the kernels running on the layer, and against the very
// objects nvcc made, whose kernels then do nothing.

#include <batchgrad/derivative.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "failing_calls.hpp"

namespace batchgrad::test {
namespace {

#if defined(SIMT_KERNELS_DO_NOTHING)
constexpr bool kernels_run = false;
#else
constexpr bool kernels_run = true;
#endif

/// 1/2 (x . w - y)^2 with x = (1, 2), y = 3, w = (4, 5): the residual is 11.
void evaluate_one_loss() {
  const std::vector<double> features{1, 2};
  const std::vector<double> target{3};
  const std::vector<double> parameters{4, 5};
  Samples<double> samples;
  samples.features = {features.data(), 1, 2};
  samples.target = target;
  std::vector<double> objective(1, std::nan(""));
  std::vector<double> gradient(2, std::nan(""));
  Context context = Context::on("cuda:0");
  loss_gradient<double>(context, samples, SquaredLoss{}, {parameters.data(), 1, 2},
                        {objective, {gradient.data(), 1, 2}, {}}, Intercept::none);
  if (!kernels_run) return;
  EXPECT_EQ(objective[0], 60.5);
  EXPECT_EQ(gradient, (std::vector<double>{11, 22}));
}

void differentiate_at_one_point() {
  const std::vector<double> point{1, 2};
  std::vector<double> slopes(2, std::nan(""));
  std::vector<double> errors(2, std::nan(""));
  Context context = Context::on("cuda:0");
  differentiate<double>(context, Sphere{}, {point.data(), 1, 2},
                        {.derivatives = {slopes.data(), 1, 2}, .errors = {errors.data(), 1, 2}});
  if (!kernels_run) return;
  EXPECT_NEAR(slopes[0], 2, 1e-8);
  EXPECT_NEAR(slopes[1], 4, 1e-8);
}

TEST(LauncherFailures, OfALossGradientLeakNothing) {
  EXPECT_GT(for_each_failing_call(evaluate_one_loss).thrown, 10);
}

TEST(LauncherFailures, OfDerivativesLeakNothing) {
  EXPECT_GT(for_each_failing_call(differentiate_at_one_point).thrown, 10);
}

TEST(LauncherFailures, ForWantOfMemorySaySo) {
  simt::cudart::Config config;
  config.device_memory = 64;
  simt::cudart::reset(config);
  EXPECT_THROW(evaluate_one_loss(), OutOfDeviceMemory);
}

TEST(LauncherFailures, ForWantOfADeviceSaySo) {
  simt::cudart::Config config;
  config.devices = 0;
  simt::cudart::reset(config);
  EXPECT_THROW(evaluate_one_loss(), BackendUnavailable);
}

}  // namespace
}  // namespace batchgrad::test
