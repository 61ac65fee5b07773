// Derivatives of expressions on the reference backend: numbers that can be checked by hand.
#include <batchgrad/derivative.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

const Method every_method[] = {Method::automatic,  Method::forward,    Method::backward,
                               Method::central,    Method::richardson, Method::adaptive,
                               Method::forward_ad, Method::symbolic};

TEST(ReferenceDerivative, OfATextbookCubicIsExact) {
  EXPECT_EQ(gradient(Expression("x^2*y + y^3"), {2, 3}), (std::vector<double>{12, 31}));
  EXPECT_EQ(gradient(Expression("2*x + 3*x*y + y^3"), {3, 2}), (std::vector<double>{8, 21}));
  EXPECT_EQ(gradient(Expression("w*x + x*y*z + 3*w + z*y^2"), {3, 2, 3, 4}),
            (std::vector<double>{5, 15, 32, 15}));
}

TEST(ReferenceDerivative, OfASquareByDifferencesShowsTheStep) {
  const Expression f("x^2");
  // (f(x + h) - f(x)) / h = 2 x + h; each value of f is off by u f = 9 u, and so is the result by
  // 2 * 9 u / h.
  const double h = 1e-5;
  const double rounding = 2 * 9 * 0x1p-53 / h;
  EXPECT_TRUE(is_within(derivative(f, 3, {.method = Method::forward, .step = {.step = h}}), 6.00001,
                        rounding));
  EXPECT_TRUE(is_within(derivative(f, 3, {.method = Method::backward, .step = {.step = h}}),
                        5.99999, rounding));
  EXPECT_TRUE(
      is_within(derivative(f, 3, {.method = Method::central, .step = {.step = h}}), 6, rounding));
  // The step that it chooses itself loses less: u^(1/4) = 2^-13, 4 * 9 u / h^2.
  EXPECT_TRUE(
      is_within(derivative(f, 3, {.method = Method::central, .order = 2}), 2, 4 * 9 * 0x1p-27));
  EXPECT_EQ(derivative(f, 3, {.order = 2}), 2);
}

TEST(ReferenceDerivative, OfAProductWithAnExponential) {
  // (3 x e^x)' = 3 (1 + x) e^x, 9 e^2 at 2
  EXPECT_TRUE(is_within_ulps(derivative(Expression("3*x*exp(x)"), 2), 66.501504890375851, 8));
}

TEST(ReferenceDerivative, FollowsTheChainRule) {
  // y = 3 x, z = y^2: dz/dy = 2 y = 12, dy/dx = 3, dz/dx = 36 at x = 2
  EXPECT_EQ(derivative(Expression("y^2"), 6), 12);
  EXPECT_EQ(derivative(Expression("3*x"), 2), 3);
  const Expression z("y = 3*x; y^2");
  EXPECT_EQ(derivative(z, 2), 36);
  EXPECT_EQ(derivative(z, 2, {.method = Method::forward_ad}), 36);
  EXPECT_TRUE(is_within(derivative(z, 2, {.method = Method::central}), 36, 1e-8));
}

TEST(ReferenceDerivative, HasEveryQuantityByEveryMethod) {
  // f = (x^2 y, x + y^3) at (2, 3), along v = (1, -1):
  const Expression f("[x^2*y, x + y^3]");
  const std::vector<double> jacobian{12, 4, 1, 27};
  const std::vector<double> second{6, 4, 4, 0, 0, 0, 0, 18};
  const std::vector<double> slope{8, -26};
  const std::vector<double> laplacian{6, 18};
  // Orders 1 and 2 of values near 30 with steps down to 2^-27 and 2^-13; f'' and f''' are below 27.
  const auto check = [&](const DerivativeOptions& options, const std::vector<double>& expected,
                         double tolerance) {
    const auto actual = gradient(f, {2, 3}, options);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t c = 0; c < actual.size(); ++c)
      EXPECT_TRUE(is_within(actual[c], expected[c], tolerance))
          << method_name(options.method) << " column " << c;
  };
  for (const Method method : every_method) {
    const bool is_one_sided = method == Method::forward || method == Method::backward;
    check({.method = method}, jacobian, is_one_sided ? 1e-5 : 1e-7);
    check({.quantity = Quantity::hessian, .method = method}, second, is_one_sided ? 1e-2 : 1e-4);
    check({.quantity = Quantity::directional, .method = method, .direction = {1, -1}}, slope,
          is_one_sided ? 1e-5 : 1e-7);
    check({.quantity = Quantity::laplacian, .method = method}, laplacian,
          is_one_sided ? 1e-2 : 1e-4);
  }
  EXPECT_EQ(hessian(f, {2, 3}), second);
}

TEST(ReferenceDerivative, HasTheSignOfTheDirection) {
  // Along v: f(x + t v) = (2 + 3 t)^2 = 4 + 12 t + 9 t^2
  const Expression f("x^2");
  const DerivativeOptions along{.quantity = Quantity::directional, .direction = {3}};
  EXPECT_EQ(gradient(f, {2}, along).front(), 12);
  auto second = along;
  second.order = 2;
  for (const Method method : {Method::symbolic, Method::forward_ad}) {
    second.method = method;
    EXPECT_EQ(gradient(f, {2}, second).front(), 18);
    second.direction = {-3};
    EXPECT_EQ(gradient(f, {2}, second).front(), 18);
    second.direction = {3};
  }
}

TEST(ReferenceDerivative, OfHigherOrdersOfASine) {
  const double x = 0.5;
  const double expected[] = {std::cos(x), -std::sin(x), -std::cos(x), std::sin(x)};
  for (const Method method : {Method::forward_ad, Method::symbolic})
    for (int order = 1; order <= 4; ++order)
      EXPECT_TRUE(
          is_within_ulps(derivative(Expression("sin(x)"), x, {.method = method, .order = order}),
                         expected[order - 1], 4));
}

TEST(ReferenceDerivative, OfABatchIsThatOfEachPointAndLeavesThePointsAlone) {
  auto context = Context::on("reference");
  const Expression f("x^2*y + y^3");
  const std::vector<double> points{2, 3, -1, 0.5};
  const auto before = points;
  std::vector<double> derivatives(4, std::nan(""));
  std::vector<double> values(2, std::nan(""));
  differentiate<double>(
      context, f, {points.data(), 2, 2},
      {.derivatives = {derivatives.data(), 2, 2}, .values = {values.data(), 2, 1}});
  EXPECT_EQ(points, before);
  EXPECT_EQ(values, (std::vector<double>{39, 0.625}));
  EXPECT_EQ(derivatives, (std::vector<double>{12, 31, -1, 1.75}));
}

TEST(ReferenceDerivative, DifferencesFloatPointsInDouble) {
  auto context = Context::on("reference");
  const Expression f("exp(x)");
  const std::vector<float> points{1};
  const auto run = [&](Arithmetic arithmetic) {
    std::vector<float> derivatives(1, std::nanf(""));
    differentiate<float>(context, f, {points.data(), 1, 1},
                         {.derivatives = {derivatives.data(), 1, 1}},
                         {.method = Method::central, .arithmetic = arithmetic});
    return derivatives.front();
  };
  const double e = std::exp(1.0);
  EXPECT_EQ(run(Arithmetic::wide), static_cast<float>(e));
  const auto native = static_cast<double>(run(Arithmetic::native));
  EXPECT_NE(native, static_cast<double>(static_cast<float>(e)));
  // h = 2^-8: truncation h^2 e / 6, cancellation 2 u e / h with a few ulps of exp.
  EXPECT_TRUE(is_within(native, e, 0x1p-16 * e / 6 + 4 * 0x1p-24 * e * 0x1p8));
}

TEST(ReferenceDerivative, OfNothingIsNothing) {
  auto context = Context::on("reference");
  EXPECT_NO_THROW(differentiate<double>(context, Expression("x*y"), {}, {}));
  EXPECT_EQ(gradient(Expression("42"), {}), std::vector<double>{});
  double value = std::nan("");
  differentiate<double>(context, Expression("6*7"), {nullptr, 1, 0}, {.values = {&value, 1, 1}});
  EXPECT_EQ(value, 42);
}

TEST(ReferenceDerivative, OfAVariableThatFDoesNotUseIsZero) {
  for (const Method method : every_method)
    EXPECT_EQ(gradient(Expression("x^2", {"x", "y"}), {3, 5}, {.method = method})[1], 0)
        << method_name(method);
}

TEST(ReferenceDerivative, SeesBothSidesOfAKink) {
  for (const Method method : {Method::adaptive, Method::forward_ad, Method::symbolic}) {
    const auto estimate = [&](const char* text, double x) {
      return estimate_derivatives(Expression(text), {x}, {.method = method}).front();
    };
    const auto kink = estimate("abs(x)", 0);
    EXPECT_EQ(kink.status, Status::kink) << method_name(method);
    EXPECT_TRUE(is_within(kink.left, -1, 1e-9));
    EXPECT_TRUE(is_within(kink.right, 1, 1e-9));
    const auto smooth = estimate("x*abs(x)", 0);
    EXPECT_NE(smooth.status, Status::kink) << method_name(method);
    EXPECT_TRUE(is_within(smooth.value, 0, smooth.error));
    EXPECT_TRUE(is_within(smooth.error, 0, 1e-6));
    const auto beside = estimate("max(x, 3*x)", 1);
    EXPECT_EQ(beside.status, Status::ok) << method_name(method);
    EXPECT_TRUE(is_within(beside.value, 3, 1e-9));
  }
}

TEST(ReferenceDerivative, DoesNotTrustABranchForASinglePoint) {
  // f is x everywhere, but rules see the constant 0 at 0.
  const Expression f("if(x == 0, 0, x)");
  for (const Method method : {Method::forward_ad, Method::symbolic}) {
    const auto trap = estimate_derivatives(f, {0}, {.method = method}).front();
    EXPECT_NE(trap.status, Status::ok);
    EXPECT_TRUE(is_within(trap.value, 1, trap.error));
  }
}

TEST(ReferenceDerivative, BoundsTheRoundingOfRules) {
  // (exp(x) - e x)' = exp(x) - e = e expm1(x - 1) near 1 loses 20 bits; e as a double is 1.4e-16
  // off.
  const Expression f("exp(x) - e*x");
  const double x = 1 + 0x1p-20;
  for (const Method method : {Method::forward_ad, Method::symbolic}) {
    const auto estimate = estimate_derivatives(f, {x}, {.method = method}).front();
    EXPECT_TRUE(
        is_within(estimate.value, std::exp(1.0) * std::expm1(0x1p-20), estimate.error + 2e-16));
    EXPECT_GT(estimate.error, 0);
    EXPECT_TRUE(is_within(estimate.error, 0, 1e-14));
    EXPECT_EQ(estimate.status, Status::ok);
    EXPECT_EQ(estimate.step, 0);
    const auto strict =
        estimate_derivatives(f, {x}, {.method = method, .tolerance = 1e-14}).front();
    EXPECT_EQ(strict.status, Status::noisy);
    EXPECT_EQ(strict.value, estimate.value);
  }
}

TEST(ReferenceDerivative, IsNotFiniteWhereTheFunctionIsNot) {
  for (const Method method : every_method) {
    const auto estimate =
        estimate_derivatives(Expression("log(x)"), {-1}, {.method = method}).front();
    EXPECT_FALSE(std::isfinite(estimate.value)) << method_name(method);
    EXPECT_EQ(estimate.status, Status::not_finite) << method_name(method);
  }
}

}  // namespace
}  // namespace batchgrad::test
