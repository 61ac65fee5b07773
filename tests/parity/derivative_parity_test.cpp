// One source for every backend: derivatives of expressions against closed forms and the reference.
#include <batchgrad/error.hpp>

#include <gtest/gtest.h>

#include "derivative_case.hpp"
#include "devices.hpp"

namespace batchgrad::test {
namespace {

constexpr Method every_method[] = {Method::forward,    Method::backward, Method::central,
                                   Method::richardson, Method::adaptive, Method::forward_ad,
                                   Method::symbolic};

/// A direction for every parameter.
DerivativeOptions along(DerivativeOptions options, const SeparableFunction& f) {
  for (index_t i = 0; i < f.parameters(); ++i)
    options.direction.push_back(i % 2 == 0 ? 0.75 : -0.5);
  return options;
}

class DerivativeParity : public OnDevice {
 protected:
  template <class T>
  void expect_every_quantity(const SeparableFunction& f, DerivativeOptions options,
                             const BatchShape& shape = {}) {
    options.quantity = Quantity::gradient;
    expect_derivative_parity<T>(*context_, f, options, shape);
    options.quantity = Quantity::hessian;
    expect_derivative_parity<T>(*context_, f, options, shape);
    options.quantity = Quantity::laplacian;
    expect_derivative_parity<T>(*context_, f, options, shape);
    options.quantity = Quantity::directional;
    expect_derivative_parity<T>(*context_, f, along(options, f), shape);
  }
};
INSTANTIATE_TEST_SUITE_P(On, DerivativeParity, testing::ValuesIn(parity_devices()), test_name);

TEST_P(DerivativeParity, OfEveryQuantityByEveryMethod) {
  for (const auto& f : separable_functions())
    for (const Method method : every_method) expect_every_quantity<double>(f, {.method = method});
}

TEST_P(DerivativeParity, OfFloatPoints) {
  const auto f = separable_functions()[1];
  for (const Method method : every_method) expect_every_quantity<float>(f, {.method = method});
  for (const Method method : differences)
    expect_every_quantity<float>(f, {.method = method, .arithmetic = Arithmetic::native});
}

TEST_P(DerivativeParity, AtEveryNumberOfPoints) {
  const auto f = separable_functions()[0];
  for (const index_t points : {1, 31, 32, 33, 255, 256, 257, 1000}) {
    expect_derivative_parity<double>(*context_, f, {.method = Method::symbolic}, {points});
    expect_derivative_parity<double>(*context_, f, {.method = Method::forward_ad}, {points});
    expect_derivative_parity<double>(*context_, f, {.method = Method::central}, {points});
  }
}

TEST_P(DerivativeParity, WithPaddedRows) {
  const auto f = separable_functions()[3];
  for (const Method method : every_method) {
    expect_derivative_parity<double>(*context_, f, {.method = method}, {37, 3, 5});
    expect_derivative_parity<float>(*context_, f, {.method = method}, {37, 1, 2});
  }
}

TEST_P(DerivativeParity, OfHigherOrders) {
  for (const auto& f : {separable_functions()[1], separable_functions()[2]})
    for (const int order : {2, 3, 4})
      for (const Method method :
           {Method::central, Method::forward, Method::forward_ad, Method::symbolic}) {
        expect_derivative_parity<double>(*context_, f, {.method = method, .order = order});
        expect_derivative_parity<double>(
            *context_, f,
            along({.quantity = Quantity::directional, .method = method, .order = order}, f));
      }
}

TEST_P(DerivativeParity, OfHigherAccuracies) {
  const auto f = separable_functions()[1];
  for (const int accuracy : {2, 4, 6, 8}) {
    expect_every_quantity<double>(f, {.method = Method::central, .accuracy = accuracy}, {20});
    expect_every_quantity<double>(f, {.method = Method::forward, .accuracy = accuracy}, {20});
    expect_every_quantity<double>(f, {.method = Method::backward, .accuracy = accuracy}, {20});
  }
}

TEST_P(DerivativeParity, OfABatchHasTheBitsOfItsPoints) {
  constexpr index_t points = 300;
  const auto f = separable_functions()[3];
  const auto x = RandomNumbers(5).vector<double>(points * f.parameters(), 0.25, 1);
  for (const Method method : every_method) {
    DerivativeEvaluator evaluator(*context_, f.expression(), {.method = method});
    const auto run = [&](index_t first, index_t count) {
      DerivativeResults<double> results(count, f.results(), evaluator.column_count());
      evaluator(MatrixView<const double>(x.data() + first * f.parameters(), count, f.parameters()),
                results.output());
      return results;
    };
    const auto batch = run(0, points);
    for (const index_t n : {0, 1, 17, 130, 299})
      EXPECT_TRUE(batch.has_same_bits(n, run(n, 1), 0)) << method_name(method) << " point " << n;
    const auto tail = run(points - 77, 77);
    for (index_t n = 0; n < 77; ++n)
      EXPECT_TRUE(batch.has_same_bits(points - 77 + n, tail, n)) << method_name(method);
  }
}

TEST_P(DerivativeParity, HasTheSameBitsOnAnyNumberOfThreads) {
  constexpr index_t points = 3000;
  const auto f = separable_functions()[1];
  const auto x = RandomNumbers(6).vector<float>(points * 3, 0.25, 1);
  for (const Method method : every_method) {
    const auto run = [&](int threads) {
      auto context = parity_context(GetParam(), threads);
      DerivativeResults<float> results(points, 1, 3);
      differentiate<float>(*context, f.expression(), {x.data(), points, 3}, results.output(),
                           {.method = method});
      return results;
    };
    const auto one = run(1);
    const auto two = run(2);
    for (index_t n = 0; n < points; ++n)
      ASSERT_TRUE(one.has_same_bits(n, two, n)) << method_name(method) << " point " << n;
  }
}

TEST_P(DerivativeParity, OfMinusFByCentralDifferencesIsMinusThatOfF) {
  constexpr index_t points = 100;
  const std::string text = "x*exp(y) - sin(x + 3*y)/(2 + y)";
  const auto x = RandomNumbers(7).vector<double>(points * 2, -2, 2);
  const auto run = [&](const std::string& f, const DerivativeOptions& options) {
    std::vector<double> derivatives(static_cast<std::size_t>(points * 2), std::nan(""));
    differentiate<double>(*context_, Expression(f, {"x", "y"}), {x.data(), points, 2},
                          {.derivatives = {derivatives.data(), points, 2}}, options);
    return derivatives;
  };
  for (const int accuracy : {2, 4, 6, 8}) {
    const DerivativeOptions options{.method = Method::central, .accuracy = accuracy};
    const auto plus = run(text, options);
    const auto minus = run("-(" + text + ")", options);
    for (std::size_t i = 0; i < plus.size(); ++i) EXPECT_EQ(minus[i], -plus[i]);
  }
}

TEST_P(DerivativeParity, OfEveryOperation) {
  // Each at arguments inside its domain; none is differentiated at a kink.
  for (const char* text : {"x + y",
                           "x - y",
                           "x*y",
                           "x/y",
                           "-x",
                           "x^y",
                           "x^3",
                           "x^-1",
                           "x^2.5",
                           "if(x < y, x, y*y)",
                           "if(x >= y, x, 1)",
                           "min(x, y)",
                           "max(x, y)",
                           "abs(x - 2*y)",
                           "sign(x)*y",
                           "floor(9*x)*y",
                           "ceil(9*x)*y",
                           "sqrt(x)",
                           "cbrt(x)",
                           "exp(x)",
                           "expm1(x)",
                           "log(x)",
                           "log1p(x)",
                           "log2(x)",
                           "log10(x)",
                           "sin(x)",
                           "cos(x)",
                           "tan(x)",
                           "asin(x)",
                           "acos(x)",
                           "atan(x)",
                           "atan2(x, y)",
                           "sinh(x)",
                           "cosh(x)",
                           "tanh(x)",
                           "asinh(x)",
                           "acosh(1 + x)",
                           "atanh(x)",
                           "erf(x)",
                           "erfc(x)",
                           "hypot(x, y)",
                           "log(exp(x) + exp(y))",
                           "1/(1 + exp(-x*y))"}) {
    SCOPED_TRACE(text);
    constexpr index_t points = 40;
    const auto x = RandomNumbers(8).vector<double>(points * 2, 0.1, 0.9);
    const Expression f(text, {"x", "y"});
    const auto run = [&](Context& where, Method method) {
      DerivativeResults<double> results(points, 1, 2);
      differentiate<double>(where, f, {x.data(), points, 2}, results.output(), {.method = method});
      return results;
    };
    auto reference = Context::on("reference");
    const auto truth = run(reference, Method::symbolic);
    for (const Method method : {Method::symbolic, Method::forward_ad, Method::richardson}) {
      const auto actual = run(*context_, method);
      for (index_t n = 0; n < points; ++n)
        for (index_t c = 0; c < 2; ++c) {
          // Points near a kink are told apart by their status, not by luck.
          if (actual.status(n, c) != Status::ok) continue;
          // Bounds are sums of roundings, rounded themselves.
          const double bound = (actual.error(n, c) + truth.error(n, c)) * (1 + gamma<double>(64));
          EXPECT_TRUE(is_within(actual.derivative(n, c), truth.derivative(n, c), bound))
              << method_name(method) << " " << n << ", " << c;
          EXPECT_TRUE(is_within(actual.value(n, 0), truth.value(n, 0),
                                gamma<double>(32) * std::fabs(truth.value(n, 0))));
        }
    }
  }
}

TEST_P(DerivativeParity, OfKinksAndOfWhatIsNotFinite) {
  // x |x| is smooth, but nothing has a relative error near a derivative of 0.
  struct Row {
    const char* text;
    Status status;
  };
  for (const Method method : {Method::adaptive, Method::forward_ad, Method::symbolic})
    for (const auto& [text, status] :
         {Row{"abs(x)", Status::kink}, Row{"max(x, 3*x)", Status::kink},
          Row{"x*abs(x)", Status::noisy}, Row{"log(x - 1)", Status::not_finite}}) {
      SCOPED_TRACE(testing::Message() << text << " by " << method_name(method));
      const double x = 0;
      DerivativeResults<double> results(1, 1, 1);
      differentiate<double>(*context_, Expression(text), {&x, 1, 1}, results.output(),
                            {.method = method});
      EXPECT_EQ(status_name(results.status(0, 0)), status_name(status));
    }
}

TEST_P(DerivativeParity, OfBuiltInFunctions) {
  constexpr index_t points = 100;
  const auto x = RandomNumbers(9).vector<double>(points * 2, -1, 1);
  for (const Method method : every_method) {
    if (method == Method::symbolic) continue;
    DerivativeResults<double> results(points, 1, 2);
    differentiate<double>(*context_, Rosenbrock{}, {x.data(), points, 2}, results.output(),
                          {.method = method});
    for (index_t n = 0; n < points; ++n)
      for (index_t i = 0; i < 2; ++i) {
        const VectorView<const double> point(x.data() + 2 * n, 2);
        const double truth = Rosenbrock{}.derivative(point, i);
        // |f'| and |f''| are below 1200.
        const double bound = 1200 * method_error(method, 1, 0x1p-53);
        ASSERT_TRUE(is_within(results.derivative(n, i), truth, bound)) << method_name(method);
      }
  }
}

}  // namespace
}  // namespace batchgrad::test
