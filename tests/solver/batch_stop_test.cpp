// How fits by batches end, and what does not change them.
#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <omp.h>

#include "batch_fit.hpp"
#include "noisy_line.hpp"
#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::fit_on;
using test::noisy_line;
using test::options_for;
using test::SmallData;

TEST(BatchFit, LearnsToTheMinimumAsTheRateFalls) {
  const SmallData<> data = test::linear_data(400, 3, 0.5);
  Context context = Context::on("cpu");
  const FitResult exact = fit(context, data.samples(), SquaredLoss{});
  for (const index_t size : {1, 16}) {
    FitOptions options;
    options.solver = GradientDescent{.learning_rate = 0.05, .schedule = CosineSchedule{}};
    options.batch_size = size;
    const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
    EXPECT_GE(found.objective, exact.objective * (1 - 1e-12));
    EXPECT_LE(found.objective, exact.objective * 1.001) << size;
    EXPECT_LE(found.gradient_norm, 0.01);
  }
}

TEST(BatchFit, ConvergesByTheGradientOfAllSamples) {
  // Without noise every sample agrees.
  const SmallData<> data = test::linear_data(50, 2, 0);
  FitOptions options;
  options.solver = GradientDescent{0.2, 0};
  options.batch_size = 5;
  options.max_epochs = 1000;
  const FitResult found = fit_on("cpu", data, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.gradient_norm, 1e-9);
  EXPECT_NEAR(found.coefficients[1], 2, 1e-6);
}

TEST(BatchFit, EndsWhereNothingMoves) {
  const SmallData<> data{1, {1, 2, 4}, {2, 4, 8}, {}, {}};
  FitOptions options = options_for(GradientDescent{0.25, 0}, 1, 100);
  options.start = {2, 0};
  const FitResult found = fit_on("reference", data, options);
  EXPECT_EQ(found.stop, Stop::no_progress);
  EXPECT_EQ(found.iterations, 0);
}

TEST(BatchFit, DivergesByName) {
  const SmallData<> data = noisy_line();
  const FitResult found = fit_on("cpu", data, options_for(GradientDescent{100, 0}, 1, 100));
  EXPECT_EQ(found.stop, Stop::diverged);
  EXPECT_EQ(found.intercept, 4);
}

TEST(BatchFit, SameSeedGivesTheSameBitsOnAnyNumberOfThreads) {
  const SmallData<float> data = test::linear_data<float>(20000, 5, 0.5);
  FitOptions options;
  options.solver = Adam{};
  options.batch_size = 7000;
  options.max_epochs = 5;
  options.holdout = 0.1;
  const auto run = [&](const char* device, std::uint64_t seed) {
    options.seed = seed;
    Context context = Context::on(device);
    return fit(context, data.samples(), HuberLoss{}, options);
  };
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const FitResult first = run("cpu", 5);
  omp_set_num_threads(4);
  const FitResult second = run("cpu", 5);
  const FitResult other = run("cpu", 6);
  omp_set_num_threads(threads);
  EXPECT_EQ(first.coefficients, second.coefficients);
  EXPECT_EQ(first.held_out_loss, second.held_out_loss);
  EXPECT_EQ(first.objective, second.objective);
  EXPECT_NE(first.coefficients, other.coefficients);
}

TEST(BatchFit, ObserverSeesEpochsAndEndsThem) {
  FitOptions options = options_for(Adam{}, 10, 100);
  index_t rows = 0;
  options.observer = [&](const Iteration& /*row*/) {
    return ++rows < 4 ? Continue::yes : Continue::no;
  };
  const FitResult found = fit_on("reference", noisy_line(), options);
  EXPECT_EQ(found.stop, Stop::interrupted);
  EXPECT_EQ(found.iterations, 3);
}

}  // namespace
}  // namespace batchgrad
