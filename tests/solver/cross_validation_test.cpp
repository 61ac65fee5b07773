#include <batchgrad/cross_validation.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::linear_data;
using test::SmallData;

TEST(DrawFolds, AreOfEqualSizeAndSeeded) {
  const std::vector<fold_t> folds = draw_folds(103, 10);
  for (fold_t k = 0; k < 10; ++k) {
    const auto size = std::count(folds.begin(), folds.end(), k);
    EXPECT_TRUE(size == 10 || size == 11) << size;
  }
  EXPECT_EQ(folds, draw_folds(103, 10, 1));
  EXPECT_NE(folds, draw_folds(103, 10, 2));
  EXPECT_THROW(static_cast<void>(draw_folds(5, 1)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(draw_folds(5, 6)), InvalidArgument);
}

/// Candidates that differ in their l2.
std::vector<FitSet> ridge(const std::vector<double>& penalties) {
  std::vector<FitSet> candidates;
  for (const double l2 : penalties) candidates.push_back({SquaredLoss{}, {.l2 = l2}});
  return candidates;
}

TEST(CrossValidation, LeavingOneOutHasAClosedForm) {
  // Least squares: the residual without sample m is r_m / (1 - h_m), h the diagonal of the hat
  // matrix; of one feature with intercept, h_m = 1/M + (x_m - mean)^2 / sum (x - mean)^2.
  const SmallData<> data = linear_data(12, 1, 2.0);
  Context context = Context::on("cpu");
  const FitResult all = fit(context, data.samples(), SquaredLoss{});
  double mean = 0;
  for (const double x : data.x) mean += x / 12;
  double spread = 0;
  for (const double x : data.x) spread += (x - mean) * (x - mean);
  double expected = 0;
  for (std::size_t m = 0; m < 12; ++m) {
    const double h = 1.0 / 12 + (data.x[m] - mean) * (data.x[m] - mean) / spread;
    const double r = all.intercept + all.coefficients[0] * data.x[m] - data.y[m];
    expected += r * r / (1 - h) / (1 - h) / 2 / 12;
  }
  const CrossValidation found = cross_validate(context, data.samples(), ridge({0}), {.folds = 12});
  EXPECT_NEAR(found.scores[0].loss, expected, 1e-8 * expected);
  EXPECT_TRUE(found.scores[0].converged);
}

TEST(CrossValidation, FindsThatNoiseNeedsAPenaltyAndSignalNone) {
  SmallData<> noise = linear_data(40, 10, 0.0);
  test::Sequence sequence;
  for (double& y : noise.y) y = sequence.next();
  Context context = Context::on("cpu");
  const auto candidates = ridge({0, 1e3});
  const auto of_noise = cross_validate(context, noise.samples(), candidates);
  EXPECT_EQ(of_noise.best, 1U);
  EXPECT_GT(of_noise.scores[0].standard_error, 0);
  const SmallData<> signal = linear_data(40, 3, 0.01);
  EXPECT_EQ(cross_validate(context, signal.samples(), candidates).best, 0U);
}

TEST(CrossValidation, IsTheMeanOverFoldsFittedApart) {
  const SmallData<> data = linear_data(60, 2, 3.0);
  Context context = Context::on("cpu");
  const auto found = cross_validate(context, data.samples(), ridge({0.1}), {.folds = 4, .seed = 5});
  double losses[4];
  for (fold_t k = 0; k < 4; ++k) {
    Samples<double> samples = data.samples();
    samples.fold = found.folds;
    FitSet set = ridge({0.1})[0];
    set.held_out = k;
    losses[k] = fit_sets(context, samples, {set})[0].held_out_loss;
  }
  const double mean = (losses[0] + losses[1] + losses[2] + losses[3]) / 4;
  double square = 0;
  for (const double loss : losses) square += (loss - mean) * (loss - mean);
  EXPECT_NEAR(found.scores[0].loss, mean, 1e-12 * mean);
  EXPECT_NEAR(found.scores[0].standard_error, std::sqrt(square / 12), 1e-12 * mean);
}

TEST(CrossValidation, RefusesWhatItCannotScore) {
  const SmallData<> data = linear_data(9, 1, 1.0);
  Context context = Context::on("cpu");
  EXPECT_THROW(static_cast<void>(cross_validate(context, data.samples(), ridge({}))),
               InvalidArgument);
  EXPECT_THROW(static_cast<void>(cross_validate(context, data.samples(), ridge({0}))),
               InvalidArgument);  // ten folds of nine samples
  Samples<double> folded = data.samples();
  const std::vector<fold_t> folds(9, 0);
  folded.fold = folds;
  EXPECT_THROW(static_cast<void>(cross_validate(context, folded, ridge({0}), {.folds = 3})),
               InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
