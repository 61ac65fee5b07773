#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

const auto cubic = [](const auto& x) { return x[0] * x[0] * x[1] + x[1] * x[1] * x[1]; };

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected,
                 double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    EXPECT_TRUE(is_within(actual[i], expected[i], tolerance)) << "entry " << i;
}

// Richardson's h^4 f^(5) / 7.5 is zero for polynomials of degree 4; cancellation 3 u f / h with
// f = 72 and h = 2^-10 is 2e-11.
constexpr double tolerance = 1e-10;

TEST(FunctorGradient, OfTheTeachingExamplesIsRight) {
  expect_near(gradient(cubic, {2, 3}), {12, 31}, tolerance);
  expect_near(
      gradient([](const auto& p) { return 2.0 * p[0] + 3.0 * p[0] * p[1] + p[1] * p[1] * p[1]; },
               {3, 2}),
      {8, 21}, tolerance);
  expect_near(gradient(
                  [](const auto& p) {
                    return p[0] * p[1] + p[1] * p[2] * p[3] + 3.0 * p[0] + p[3] * p[2] * p[2];
                  },
                  {3, 2, 3, 4}),
              {5, 15, 32, 15}, tolerance);
}

TEST(FunctorDerivative, OfTheTeachingExamplesIsRight) {
  const auto square = [](auto x) { return x * x; };
  const StepRule step{.step = 1e-5};
  // (3 + h)^2 - 9 over h is 6 + h; values near 9 are rounded to 9e-16, the quotient to 4e-10.
  EXPECT_TRUE(
      is_within(derivative(square, 3, {.method = Method::forward, .step = step}), 6.00001, 4e-10));
  EXPECT_TRUE(
      is_within(derivative(square, 3, {.method = Method::central, .step = step}), 6, 4e-10));
  EXPECT_EQ(derivative(square, 3, {.method = Method::central, .order = 2}), 2);
  EXPECT_TRUE(is_within(derivative([](double x) { return 3 * x * std::exp(x); }, 2),
                        9 * std::exp(2), 1e-10));
}

TEST(FunctorHessian, IsSymmetricAndRight) {
  const auto h = hessian(cubic, {2, 3});
  expect_near(h, {6, 4, 4, 18}, 1e-7);
  EXPECT_EQ(h[1], h[2]);
}

TEST(FunctorGradient, OfSeveralResultsIsOneAfterTheOther) {
  const auto results = [](const auto& x) {
    return std::array{x[0] * x[1], x[0] / x[1], x[0] + x[1]};
  };
  expect_near(gradient(results, {3, 2}), {2, 3, 0.5, -0.75, 1, 1}, tolerance);
  const auto vector = [](const auto& x) { return std::vector<double>{x[0] * x[1], x[0]}; };
  expect_near(gradient(vector, {3, 2}), {2, 3, 1, 0}, tolerance);
}

TEST(FunctorGradient, TakesBuiltInFunctions) {
  expect_near(gradient(Rosenbrock{}, {-1.2, 1.0}), {-215.6, -88}, 1e-9);
  expect_near(gradient(Rosenbrock{}, {-1.2, 1.0}, {.method = Method::forward_ad}), {-215.6, -88},
              1e-12);
}

TEST(FunctorGradient, ByForwardModeIsExact) {
  const auto f = with_duals<2>([](const auto& x) {
    using std::exp;
    using std::sin;
    return exp(x[0]) * sin(x[1]) + x[0] * x[0] * x[1];
  });
  const DerivativeOptions options{.method = Method::forward_ad};
  const double e = std::exp(0.5);
  expect_near(gradient(f, {0.5, 2.0}, options), {e * std::sin(2.0) + 2, e * std::cos(2.0) + 0.25},
              1e-14);
  expect_near(
      hessian(f, {0.5, 2.0}, options),
      {e * std::sin(2.0) + 4, e * std::cos(2.0) + 1, e * std::cos(2.0) + 1, -e * std::sin(2.0)},
      1e-14);
  const auto seen = estimate_derivatives(f, {0.5, 2.0}, options);
  EXPECT_EQ(seen[0].status, Status::ok);
  EXPECT_TRUE(is_within(seen[0].value, e * std::sin(2.0) + 2, seen[0].error));
  EXPECT_TRUE(is_within(derivative(with_duals<4>([](const auto& x) { return x * x * x * x * x; }),
                                   2, {.method = Method::forward_ad, .order = 4}),
                        240, 1e-12));
}

TEST(FunctorGradient, RefusesWhatAFunctorCannot) {
  const auto refusal = [](const auto& f, const DerivativeOptions& options) -> std::string {
    try {
      static_cast<void>(gradient(f, {2, 3}, options));
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refusal(cubic, {.method = Method::symbolic}).find("symbolic"), std::string::npos);
  EXPECT_NE(refusal(cubic, {.method = Method::forward_ad}).find("with_duals<1>"),
            std::string::npos);
  EXPECT_NE(
      refusal(with_duals(cubic), {.method = Method::forward_ad, .order = 2}).find("with_duals<2>"),
      std::string::npos);
  EXPECT_NE(refusal(cubic, {.method = Method::central, .order = 9}).find("order is 9"),
            std::string::npos);
  for (const StepRule rule : {StepRule{.step = -1}, StepRule{.relative_step = -1},
                              StepRule{.typical = 0}, StepRule{.step = std::nan("")}})
    EXPECT_NE(refusal(cubic, {.step = rule}), "");
}

TEST(FunctorEstimates, HaveErrorStatusStepAndSlopes) {
  const auto f = [](const auto& x) { return std::fabs(x[0]) + std::exp(x[1]); };
  const auto seen = estimate_derivatives(f, {0.0, 1.0});
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].status, Status::kink);
  EXPECT_TRUE(is_within(seen[0].left, -1, 1e-9));
  EXPECT_TRUE(is_within(seen[0].right, 1, 1e-9));
  EXPECT_EQ(seen[1].status, Status::ok);
  EXPECT_TRUE(is_within(seen[1].value, std::exp(1), seen[1].error));
  EXPECT_GT(seen[1].step, 0);
}

class FunctorBatch : public testing::TestWithParam<const char*> {};

TEST_P(FunctorBatch, GivesTheBitsOfEachPointAlone) {
  auto context = Context::on(GetParam());
  constexpr index_t points = 257;
  std::vector<double> x;
  for (index_t n = 0; n < 2 * points; ++n) x.push_back(std::sin(static_cast<double>(n)));
  const auto input = x;
  const auto run = [&](const auto& options, index_t columns) {
    std::vector<double> result(static_cast<std::size_t>(points * columns), NAN);
    std::vector<double> values(points, NAN);
    differentiate(context, cubic, MatrixView<const double>(x.data(), points, 2),
                  DerivativeOutput<double>{.derivatives = {result.data(), points, columns},
                                           .values = {values.data(), points, 1}},
                  options);
    for (index_t n = 0; n < points; ++n) {
      const std::vector<double> point{x[static_cast<std::size_t>(2 * n)],
                                      x[static_cast<std::size_t>(2 * n + 1)]};
      const auto alone = gradient(cubic, point, options);
      for (index_t c = 0; c < columns; ++c)
        ASSERT_EQ(result[static_cast<std::size_t>(n * columns + c)],
                  alone[static_cast<std::size_t>(c)]);
      ASSERT_EQ(values[static_cast<std::size_t>(n)], cubic(point));
    }
  };
  run(DerivativeOptions{}, 2);
  run(DerivativeOptions{.method = Method::adaptive}, 2);
  run(DerivativeOptions{.quantity = Quantity::hessian}, 4);
  run(DerivativeOptions{.quantity = Quantity::laplacian}, 1);
  run(DerivativeOptions{.quantity = Quantity::directional, .direction = {1, -2}}, 1);
  EXPECT_EQ(x, input);
}

INSTANTIATE_TEST_SUITE_P(Device, FunctorBatch, testing::Values("reference", "cpu"),
                         [](const auto& device) { return std::string(device.param); });

TEST(FunctorBatch, OfFloatPointsIsDifferencedInDouble) {
  auto context = Context::on("cpu");
  const std::vector<float> x{2, 3};
  std::vector<float> result(2, NAN);
  const MatrixView<const float> points(x.data(), 1, 2);
  const DerivativeOutput<float> output{.derivatives = {result.data(), 1, 2}};
  differentiate(context, cubic, points, output);
  EXPECT_EQ(result, (std::vector<float>{12, 31}));
  differentiate(context, cubic, points, output, {.arithmetic = Arithmetic::native});
  EXPECT_TRUE(is_within(result[1], 31, 31 * 1e-4));
}

}  // namespace
}  // namespace batchgrad::test
