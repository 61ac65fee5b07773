// Every call of the CUDA runtime that the library makes fails once: nothing may leak, and what
// comes out says so. Compiled twice: with the kernels running on the layer, and against the very
// objects nvcc made, whose kernels then do nothing.

#include <batchgrad/derivative.hpp>
#include <batchgrad/fit_sets.hpp>
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

/// Two descents, one by batches, of which one ends before the other.
void descend() {
  const std::vector<double> features{1, 2, 4, 3};
  const std::vector<double> target{1, 2, 4, 3};
  Samples<double> samples;
  samples.features = {features.data(), 4, 1};
  samples.target = target;
  std::vector<FitSet> sets(2);
  sets[0].options.solver = Adam{.learning_rate = 0.1};
  sets[0].options.max_iterations = 2;
  sets[1].options.solver = GradientDescent{0.5};
  sets[1].options.batch_size = 3;
  sets[1].options.max_epochs = 1;
  Context context = Context::on("cuda:0");
  const std::vector<FitResult> found = fit_sets(context, samples, sets);
  if (!kernels_run) return;
  EXPECT_EQ(found[0].iterations, 2);
  EXPECT_EQ(found[1].evaluations, 4);
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

TEST(LauncherFailures, OfDescentsLeakNothing) {
  const FailureCounts counts = for_each_failing_call(descend);
  EXPECT_GT(counts.thrown, 40);
  // Without room for the order of an epoch it is drawn on the host.
  if (!kernels_run) return;
  EXPECT_GT(counts.recovered, 4);
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
