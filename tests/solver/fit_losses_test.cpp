#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "loss_targets.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::linear_data;
using test::SmallData;

FitResult run(const SmallData<>& data, const Loss& loss, const FitOptions& options = {}) {
  Context context = Context::on("cpu");
  return fit(context, data.samples(), loss, options);
}

/// The zero of an increasing function, by bisection.
template <class F>
double zero_of(const F& f, double low, double high) {
  for (int k = 0; k < 200; ++k) {
    const double middle = 0.5 * (low + high);
    (f(middle) < 0 ? low : high) = middle;
  }
  return low;
}

TEST(FitLosses, HuberLocationMatchesBisection) {
  const std::vector<double> y = {-3, 0.1, 0.4, 1.3, 2.2, 50, 7};
  const auto mean_of_clamped = [&](double centre) {
    double sum = 0;
    for (const double target : y) sum += std::clamp(centre - target, -1.5, 1.5);
    return sum;
  };
  const double expected = zero_of(mean_of_clamped, -10, 60);
  FitOptions options;
  options.intercept = Intercept::none;
  const FitResult found = run({1, std::vector<double>(7, 2.0), y, {}, {}}, HuberLoss{1.5}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_NEAR(2 * found.coefficients[0], expected, 1e-8);
}

TEST(FitLosses, HuberBySlowDescentEndsAtTheSamePoint) {
  SmallData<> data = linear_data(300, 3, 10.0);
  FitOptions options;
  options.max_iterations = 20000;
  options.solver = GradientDescent{};
  const FitResult slow = run(data, HuberLoss{2.0}, options);
  const FitResult fast = run(data, HuberLoss{2.0});
  EXPECT_EQ(slow.stop, Stop::gradient);
  EXPECT_EQ(fast.stop, Stop::gradient);
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_NEAR(slow.coefficients[j], fast.coefficients[j], 1e-6 / std::pow(10.0, j));
}

TEST(FitLosses, LogisticMatchesNewton) {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<double> y = {0, 0, 1, 0, 1, 0, 1, 1};
  double w = 0;
  double b = 0;
  for (int k = 0; k < 50; ++k) {
    double g_w = 0, g_b = 0, h_ww = 0, h_wb = 0, h_bb = 0;
    for (std::size_t m = 0; m < x.size(); ++m) {
      const double p = 1 / (1 + std::exp(-(w * x[m] + b)));
      g_w += (p - y[m]) * x[m];
      g_b += p - y[m];
      h_ww += p * (1 - p) * x[m] * x[m];
      h_wb += p * (1 - p) * x[m];
      h_bb += p * (1 - p);
    }
    const double determinant = h_ww * h_bb - h_wb * h_wb;
    w -= (h_bb * g_w - h_wb * g_b) / determinant;
    b -= (h_ww * g_b - h_wb * g_w) / determinant;
  }
  for (const Solver& solver : {Solver(Lbfgs{}), Solver(GradientDescent{})})
    for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
      FitOptions options;
      options.solver = solver;
      options.standardise = standardise;
      options.max_iterations = 100000;
      const FitResult found = run({1, x, y, {}, {}}, LogisticLoss{}, options);
      EXPECT_EQ(found.stop, Stop::gradient);
      EXPECT_NEAR(found.coefficients[0], w, 1e-7);
      EXPECT_NEAR(found.intercept, b, 1e-6);
    }
}

TEST(FitLosses, SeparableLabelsEndWithAnObjectiveThatHasVanished) {
  FitOptions options;
  const FitResult found = run({1, {1, 2, 3, 4}, {0, 0, 1, 1}, {}, {}}, LogisticLoss{}, options);
  EXPECT_TRUE(std::isfinite(found.objective));
  EXPECT_TRUE(std::isfinite(found.coefficients[0]));
  EXPECT_LE(found.objective, 1e-6);
  options.l2 = 1e-3;
  const FitResult penalised = run({1, {1, 2, 3, 4}, {0, 0, 1, 1}, {}, {}}, LogisticLoss{}, options);
  EXPECT_EQ(penalised.stop, Stop::gradient);
  EXPECT_LE(penalised.coefficients[0], 10);
}

TEST(FitLosses, AbsoluteLossEndsNearTheMedian) {
  // An intercept alone: the minimum is at the median, 4.
  const FitResult found = run({0, {}, {1, 100, 3, 4, 8}, {}, {}}, AbsoluteLoss{});
  EXPECT_NEAR(found.intercept, 4, 1e-6);
  EXPECT_NEAR(found.objective, (3 + 96 + 1 + 0 + 4) / 5.0, 1e-6);
  EXPECT_TRUE(!found.converged() || found.gradient_norm <= 1e-9);
}

TEST(FitLosses, AbsoluteLossComesCloseToTheLineThroughMostPoints) {
  SmallData<> data = linear_data(101, 2, 0.0);
  for (std::size_t m = 0; m < data.y.size(); m += 10) data.y[m] += 1000;
  const FitResult found = run(data, AbsoluteLoss{});
  // The exact line is the minimum: all but the eleven outliers lie on it.
  EXPECT_LE(found.objective, 1000.0 * 11 / 101 * 1.05);
  EXPECT_TRUE(found.stop == Stop::no_progress || found.converged());
}

/// Two features and targets that rise with them and scatter, in the domain given.
SmallData<> data_of(TargetDomain domain) {
  test::Sequence sequence;
  SmallData<> data;
  data.features = 2;
  for (int m = 0; m < 300; ++m) {
    const double a = sequence.next();
    const double b = 5 + 3 * sequence.next();
    data.x.insert(data.x.end(), {a, b});
    const double score = a - 0.3 * (b - 5) + 1.5 * sequence.next();
    data.y.push_back(test::target_inside(domain, 1 / (1 + std::exp(-score))));
  }
  return data;
}

TEST(FitLosses, EachEndsAtItsMinimum) {
  for (const auto name : loss_names()) {
    SCOPED_TRACE(name);
    const Loss loss = parse_loss(name);
    const SmallData<> data = data_of(target_domain(loss));
    const FitResult found = run(data, loss);
    EXPECT_TRUE(found.converged() || found.stop == Stop::no_progress) << stop_name(found.stop);
    // Convex and smooth on the scale of these steps: no neighbour is lower. Losses with kinks may
    // stop early, but not by more than a thousandth.
    const double slack = found.converged() ? 1e-12 : 1e-3;
    Context context = Context::on("reference");
    LossEvaluator<double> evaluate(context, data.samples(), loss);
    for (std::size_t j = 0; j < 3; ++j)
      for (const double step : {-1e-2, 1e-2}) {
        std::vector<double> w{found.coefficients[0], found.coefficients[1], found.intercept};
        w[j] += step;
        double objective = std::nan("");
        evaluate({w.data(), 1, 3}, {{&objective, 1}, {}, {}});
        EXPECT_LE(found.objective, objective + slack * std::fabs(objective)) << j << " " << step;
      }
  }
}

TEST(FitLosses, AmountsInAnotherUnitMoveTheInterceptAlone) {
  for (const Loss& loss : {Loss(GammaLoss{}), Loss(TweedieLoss{1.9})}) {
    SmallData<> data = data_of(target_domain(loss));
    const FitResult found = run(data, loss);
    EXPECT_EQ(found.stop, Stop::gradient);
    for (const double unit : {1e-12, 1e16}) {
      SmallData<> other = data;
      for (double& y : other.y) y *= unit;
      const FitResult scaled = run(other, loss);
      EXPECT_EQ(scaled.stop, Stop::gradient) << loss_name(loss) << " in units of " << unit;
      for (std::size_t j = 0; j < 2; ++j)
        EXPECT_NEAR(scaled.coefficients[j], found.coefficients[j], 1e-6) << unit;
      EXPECT_NEAR(scaled.intercept, found.intercept + std::log(unit), 1e-6);
    }
  }
}

TEST(FitLosses, AmountsStoredAsFloatConvergeToTheSameModel) {
  const SmallData<> data = data_of(TargetDomain::positive);
  SmallData<float> stored{2, {data.x.begin(), data.x.end()}, {}, {}, {}};
  for (const double y : data.y) stored.y.push_back(static_cast<float>(1e7 * y));
  const FitResult exact = run(data, GammaLoss{});
  Context context = Context::on("cpu");
  const FitResult found = fit(context, stored.samples(), Loss(GammaLoss{}), {});
  EXPECT_TRUE(found.converged()) << stop_name(found.stop);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(found.coefficients[j], exact.coefficients[j], 1e-4);
  EXPECT_NEAR(found.intercept, exact.intercept + std::log(1e7), 1e-3);
}

TEST(FitLosses, QuantileOfAConstantModelIsTheQuantile) {
  // Of 1 .. 9 the quantile 0.7 is the seventh: 0.7 * 9 = 6.3 targets lie below it.
  const FitResult found = run({0, {}, {9, 2, 7, 4, 5, 6, 3, 8, 1}, {}, {}}, QuantileLoss{0.7});
  EXPECT_NEAR(found.intercept, 7, 1e-6);
}

TEST(FitLosses, SquaredHingeSeparatesWithAMargin) {
  // Two points at -2 and 2: any slope from 1/2 on has no loss; the least with an intercept of 0
  // that the descent from 0 meets is 1/2.
  const FitResult found = run({1, {-2, 2}, {0, 1}, {}, {}}, SquaredHingeLoss{});
  EXPECT_TRUE(found.converged());
  EXPECT_NEAR(found.objective, 0, 1e-12);
  EXPECT_GE(found.coefficients[0], 0.5 - 1e-6);
}

TEST(FitLosses, ThreadsDoNotChangeABit) {
  const SmallData<> data = linear_data(30000, 9, 100.0);
  for (const Loss& loss : {Loss(SquaredLoss{}), Loss(HuberLoss{20.0})})
    for (const Solver& solver : {Solver(Lbfgs{}), Solver(GradientDescent{})}) {
      FitOptions options;
      options.solver = solver;
      options.max_iterations = 50;
      Context one = Context::on("cpu", {.threads = 1});
      Context two = Context::on("cpu", {.threads = 2});
      const FitResult first = fit(one, data.samples(), loss, options);
      const FitResult second = fit(two, data.samples(), loss, options);
      EXPECT_EQ(first.coefficients, second.coefficients);
      EXPECT_EQ(first.intercept, second.intercept);
      EXPECT_EQ(first.evaluations, second.evaluations);
    }
}

}  // namespace
}  // namespace batchgrad
