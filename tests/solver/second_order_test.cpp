// Newton's method and the normal equations: what they find, what they refuse, what they name.
#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/minimize.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::is_within;
using test::labelled_data;
using test::linear_data;
using test::SmallData;

FitResult fit_by(const SmallData<>& data, const Loss& loss, const Solver& solver,
                 FitOptions options = {}) {
  Context context = Context::on("cpu");
  options.solver = solver;
  return fit(context, data.samples(), loss, options);
}

void expect_same(const FitResult& found, const FitResult& expected, double tolerance) {
  for (std::size_t j = 0; j < expected.coefficients.size(); ++j)
    EXPECT_TRUE(is_within(found.coefficients[j], expected.coefficients[j],
                          tolerance * (1 + std::fabs(expected.coefficients[j]))));
  EXPECT_TRUE(is_within(found.intercept, expected.intercept,
                        tolerance * (1 + std::fabs(expected.intercept))));
}

class SecondOrder : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static Solver solver() {
    if (GetParam() == "newton") return Newton{};
    if (GetParam() == "gram") return Gram{};
    return Gram{Precision::extended, {}};
  }
};
INSTANTIATE_TEST_SUITE_P(By, SecondOrder, testing::Values("newton", "gram", "extended"),
                         [](const auto& instance) { return instance.param; });

TEST_P(SecondOrder, FindsWhatLbfgsFindsInEveryCombination) {
  SmallData<> data = linear_data(200, 3, 1.0);
  for (const bool is_weighted : {false, true}) {
    if (is_weighted)
      for (std::size_t m = 0; m < data.y.size(); ++m) {
        data.weight.push_back(static_cast<double>(m % 4));
        data.offset.push_back(static_cast<double>(m % 7) - 3);
      }
    for (const Intercept intercept : {Intercept::fitted, Intercept::none})
      for (const Standardise standardise : {Standardise::yes, Standardise::no})
        for (const double l2 : {0.0, 0.1}) {
          FitOptions options;
          options.intercept = intercept;
          options.l2 = l2;
          options.start = {1, 2, 3};
          if (intercept == Intercept::fitted) options.start.push_back(4);
          const FitResult expected = fit_by(data, SquaredLoss{}, Lbfgs{}, options);
          options.standardise = standardise;
          const FitResult found = fit_by(data, SquaredLoss{}, solver(), options);
          EXPECT_EQ(found.stop, Stop::gradient);
          EXPECT_LE(found.iterations, 2);
          expect_same(found, expected, 1e-7);
        }
  }
}

TEST_P(SecondOrder, WorksInFloat) {
  Context context = Context::on("cpu");
  const SmallData<float> data = linear_data<float>(300, 3, 1.0);
  FitOptions options;
  const FitResult expected = fit(context, data.samples(), SquaredLoss{}, options);
  options.solver = solver();
  const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
  EXPECT_TRUE(found.converged()) << stop_name(found.stop);
  expect_same(found, expected, 1e-3);
}

TEST_P(SecondOrder, NamesColumnsThatAreCombinations) {
  // b = 2 a + 1, c is free, d = a - c, e is constant, f is 0.
  SmallData<> data{6, {}, {}, {}, {}};
  test::Sequence sequence;
  for (int m = 0; m < 40; ++m) {
    const double a = sequence.next();
    const double c = sequence.next();
    for (const double x : {a, 2 * a + 1, c, a - c, 5.0, 0.0}) data.x.push_back(x);
    data.y.push_back(3 + a + c + 0.1 * sequence.next());
  }
  const FitResult found = fit_by(data, SquaredLoss{}, solver());
  EXPECT_TRUE(found.converged());
  ASSERT_EQ(found.dependencies.size(), 4U);
  const std::vector<std::pair<index_t, std::vector<index_t>>> expected = {
      {1, {0, 6}}, {3, {0, 2}}, {4, {6}}, {5, {}}};
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(found.dependencies[k].feature, expected[k].first);
    EXPECT_EQ(found.dependencies[k].on, expected[k].second) << k;
    EXPECT_EQ(found.coefficients[static_cast<std::size_t>(expected[k].first)], 0);
  }
  FitOptions options;
  options.l2 = 0.01;
  EXPECT_TRUE(fit_by(data, SquaredLoss{}, solver(), options).converged());
}

TEST_P(SecondOrder, NamesThemInFloatToo) {
  SmallData<float> data{3, {}, {}, {}, {}};
  test::Sequence sequence;
  for (int m = 0; m < 300; ++m) {
    const auto a = static_cast<float>(sequence.next());
    const auto b = static_cast<float>(sequence.next());
    for (const float x : {a, b, a + b}) data.x.push_back(x);
    data.y.push_back(a - b + static_cast<float>(sequence.next()));
  }
  Context context = Context::on("cpu");
  FitOptions options;
  options.solver = solver();
  const FitResult found = fit(context, data.samples(), SquaredLoss{}, options);
  EXPECT_TRUE(found.converged()) << stop_name(found.stop);
  ASSERT_EQ(found.dependencies.size(), 1U);
  EXPECT_EQ(found.dependencies[0].feature, 2);
  EXPECT_EQ(found.dependencies[0].on, (std::vector<index_t>{0, 1}));
}

TEST_P(SecondOrder, FitsAnInterceptAloneAndASingleSample) {
  const FitResult mean = fit_by({0, {}, {1, 2, 6}, {}, {}}, SquaredLoss{}, solver());
  EXPECT_EQ(mean.stop, Stop::gradient);
  EXPECT_TRUE(is_within(mean.intercept, 3, 1e-15));
  const FitResult single = fit_by({1, {5}, {7}, {}, {}}, SquaredLoss{}, solver());
  EXPECT_TRUE(single.converged());
  EXPECT_TRUE(is_within(single.intercept, 7, 1e-14));
  ASSERT_EQ(single.dependencies.size(), 1U);
  EXPECT_EQ(single.dependencies[0].on, (std::vector<index_t>{1}));
}

TEST_P(SecondOrder, NamesTheConstantOfDummyVariables) {
  SmallData<> data{3, {}, {}, {}, {}};
  for (int m = 0; m < 12; ++m) {
    for (int level = 0; level < 3; ++level) data.x.push_back(m % 3 == level ? 1 : 0);
    data.y.push_back(m % 5);
  }
  const FitResult found = fit_by(data, SquaredLoss{}, solver());
  ASSERT_EQ(found.dependencies.size(), 1U);
  EXPECT_EQ(found.dependencies[0].feature, 2);
  EXPECT_EQ(found.dependencies[0].on, (std::vector<index_t>{0, 1, 3}));
  FitOptions options;
  options.intercept = Intercept::none;
  EXPECT_TRUE(fit_by(data, SquaredLoss{}, solver(), options).dependencies.empty());
}

TEST_P(SecondOrder, EvaluatesTheStartAloneWithoutIterations) {
  FitOptions options;
  options.max_iterations = 0;
  const FitResult found = fit_by(linear_data(50, 2, 1.0), SquaredLoss{}, solver(), options);
  EXPECT_EQ(found.stop, Stop::max_iterations);
  EXPECT_EQ(found.coefficients, (std::vector<double>{0, 0}));
}

TEST_P(SecondOrder, GivesTheSameBitsForAnyNumberOfThreads) {
  const SmallData<> data = linear_data(30'000, 5, 10.0);
  FitOptions options;
  options.solver = solver();
  Context one = Context::on("cpu", {.threads = 1});
  Context two = Context::on("cpu", {.threads = 2});
  const FitResult first = fit(one, data.samples(), SquaredLoss{}, options);
  const FitResult second = fit(two, data.samples(), SquaredLoss{}, options);
  EXPECT_EQ(first.coefficients, second.coefficients);
  EXPECT_EQ(first.intercept, second.intercept);
}

TEST_P(SecondOrder, RefusesWhatItCannotDo) {
  const SmallData<> data{1, {1, 2, 3}, {0, 1, 0}, {}, {}};
  EXPECT_THROW(static_cast<void>(fit_by(data, AbsoluteLoss{}, solver())), InvalidArgument);
  const SmallData<> huge{1, {1e200, 2e200, 3e201}, {0, 1, 0}, {}, {}};
  if (GetParam() != "extended") {
    EXPECT_THROW(static_cast<void>(fit_by(huge, SquaredLoss{}, solver())), InvalidArgument);
  }
  MinimizeOptions options;
  options.solver = solver();
  const auto bowl = [](VectorView<const double> x, VectorView<double> gradient) {
    gradient[0] = 2 * x[0];
    return x[0] * x[0];
  };
  EXPECT_THROW(static_cast<void>(minimize(bowl, {1}, options)), InvalidArgument);
}

TEST(Gram, RefusesOtherLossesAndMisplacedParts) {
  const SmallData<> data{1, {1, 2, 3}, {0, 1, 0}, {}, {}};
  EXPECT_THROW(static_cast<void>(fit_by(data, LogisticLoss{}, Gram{})), InvalidArgument);
  const std::vector<double> low(3);
  EXPECT_THROW(static_cast<void>(fit_by(data, SquaredLoss{}, Gram{{}, {low.data(), 3, 1}})),
               InvalidArgument);
  EXPECT_THROW(
      static_cast<void>(fit_by(data, SquaredLoss{}, Gram{Precision::extended, {low.data(), 2, 1}})),
      InvalidArgument);
}

TEST(Gram, TurnsToExtendedPrecisionByItself) {
  SmallData<> data = linear_data(50, 2, 1.0);
  EXPECT_EQ(fit_by(data, SquaredLoss{}, Gram{}).precision, Precision::standard);
  for (std::size_t m = 0; m < data.y.size(); ++m)
    data.x[2 * m + 1] = data.x[2 * m] + 1e-6 * static_cast<double>(m * m);
  EXPECT_EQ(fit_by(data, SquaredLoss{}, Gram{}).precision, Precision::extended);
}

TEST(Newton, FindsWhatLbfgsFindsForOtherLosses) {
  const SmallData<> labelled = labelled_data(400);
  expect_same(fit_by(labelled, LogisticLoss{}, Newton{}), fit_by(labelled, LogisticLoss{}, Lbfgs{}),
              1e-6);
  SmallData<> data = linear_data(200, 3, 1.0);
  // Far from the start all residuals are beyond delta, and the Hessian is 0.
  for (const double delta : {0.5, 1e-3}) {
    const FitResult found = fit_by(data, HuberLoss{delta}, Newton{});
    EXPECT_EQ(found.stop, Stop::gradient) << delta << " " << found.gradient_norm;
    expect_same(found, fit_by(data, HuberLoss{delta}, Lbfgs{}), 1e-5);
  }
}

TEST(Newton, ConvergesQuadratically) {
  const FitResult found = fit_by(labelled_data(400), LogisticLoss{}, Newton{});
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.iterations, 8);
  EXPECT_LE(found.gradient_norm, 1e-9);
}

TEST(Separation, IsNamedWhateverTheSolver) {
  const SmallData<> separable{1, {1, 2, 3, 4}, {0, 0, 1, 1}, {}, {}};
  const SmallData<> all_equal{1, {1, 2, 3, 4}, {1, 1, 1, 1}, {}, {}};
  for (const Solver& solver : {Solver(Newton{}), Solver(Lbfgs{})})
    for (const SmallData<>& data : {separable, all_equal}) {
      const FitResult found = fit_by(data, LogisticLoss{}, solver);
      EXPECT_EQ(found.stop, Stop::separated);
      EXPECT_FALSE(found.converged());
      EXPECT_TRUE(std::isfinite(found.coefficients[0]));
      FitOptions options;
      options.l2 = 1e-3;
      if (&data == &separable) {
        EXPECT_EQ(fit_by(data, LogisticLoss{}, solver, options).stop, Stop::gradient);
      }
    }
}

TEST(Separation, OnTheBorderIsSeenByNewton) {
  // Labels differ at x = 2 alone: no side is empty, and still no coefficient is large enough.
  const SmallData<> data{1, {0, 1, 2, 2, 3, 4}, {0, 0, 0, 1, 1, 1}, {}, {}};
  EXPECT_EQ(fit_by(data, LogisticLoss{}, Newton{}).stop, Stop::separated);
  // Overlapping labels are not.
  const SmallData<> overlapping{1, {0, 1, 2, 1.5, 3, 4}, {0, 0, 0, 1, 1, 1}, {}, {}};
  const FitResult found = fit_by(overlapping, LogisticLoss{}, Newton{});
  EXPECT_EQ(found.stop, Stop::gradient);
}

TEST(Separation, IsNotTakenForALooseTolerance) {
  // One in a hundred: newton travels far before its steps become shorter.
  SmallData<> rare{0, {}, std::vector<double>(100), {}, {}};
  rare.y[0] = 1;
  for (const double tolerance : {0.5, 0.1, 1e-2, 1e-4, 1e-9}) {
    FitOptions options;
    options.tolerance = tolerance;
    EXPECT_EQ(fit_by(rare, LogisticLoss{}, Newton{}, options).stop, Stop::gradient) << tolerance;
  }
}

TEST(Separation, DoesNotCountProportionsOrWeightlessSamples) {
  const SmallData<> shares{1, {1, 2, 3, 4}, {0.0625, 0.125, 0.5, 0.75}, {}, {}};
  EXPECT_EQ(fit_by(shares, LogisticLoss{}, Newton{}).stop, Stop::gradient);
  const SmallData<> weighted{1, {1, 2, 3, 4, 0}, {0, 0, 1, 1, 1}, {1, 1, 2, 1, 0}, {}};
  EXPECT_EQ(fit_by(weighted, LogisticLoss{}, Newton{}).stop, Stop::separated);
}

}  // namespace
}  // namespace batchgrad
