// Expressions on the cuda backend: the generated sources, compiled at run time for the layer with
// the headers that the library carries, against the reference and closed forms.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cuda/cuda_backend.hpp"
#include "parity/derivative_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

/// Values, derivatives, estimates, statuses, steps and slopes have the reference's bits: the same
/// operations in the same order, without contraction.
template <class T>
void expect_reference_bits(const Expression& f, const std::vector<T>& x,
                           const DerivativeOptions& options) {
  SCOPED_TRACE(testing::Message() << f.text().substr(0, 200) << " by "
                                  << method_name(options.method) << ", " << sizeof(T) << " bytes");
  const auto parameters = static_cast<index_t>(f.variables().size());
  const auto points = static_cast<index_t>(x.size()) / parameters;
  const auto run = [&](const char* device) {
    auto context = Context::on(device);
    DerivativeEvaluator evaluator(context, f, options);
    DerivativeResults<T> results(points, f.results(), evaluator.column_count());
    evaluator({x.data(), points, parameters}, results.output());
    return results;
  };
  const auto actual = run("cuda");
  const auto expected = run("reference");
  for (index_t n = 0; n < points; ++n)
    for (index_t c = 0; c < f.results() * parameters; ++c)
      ASSERT_TRUE(actual.has_same_bits(n, expected, n))
          << "point " << n << ", column " << c << ": " << actual.derivative(n, c) << " +- "
          << actual.error(n, c) << " " << status_name(actual.status(n, c)) << ", reference "
          << expected.derivative(n, c) << " +- " << expected.error(n, c) << " "
          << status_name(expected.status(n, c));
}

const Expression& several_results() {
  static const Expression f("r = x*x + y; [r*y + z^3, exp(-x)*sin(y*z), 2, sqrt(r + 3)/(2 + z)]");
  return f;
}

TEST(ExpressionSimt, HasTheBitsOfTheReferenceByEveryMethod) {
  const auto x = RandomNumbers(1).vector<double>(35 * 3);
  for (const Method method : {Method::central, Method::richardson, Method::adaptive,
                              Method::forward_ad, Method::symbolic})
    expect_reference_bits<double>(several_results(), x, {.method = method});
}

TEST(ExpressionSimt, HasTheBitsOfTheReferenceAtFloatPoints) {
  const auto x = RandomNumbers(2).vector<float>(35 * 3);
  expect_reference_bits<float>(several_results(), x, {.method = Method::symbolic});
  expect_reference_bits<float>(several_results(), x,
                               {.method = Method::central, .arithmetic = Arithmetic::native});
}

TEST(ExpressionSimt, HasTheBitsOfTheReferenceForHessians) {
  const auto x = RandomNumbers(3).vector<double>(9 * 3);
  for (const Method method : {Method::richardson, Method::forward_ad, Method::symbolic})
    expect_reference_bits<double>(several_results(), x,
                                  {.quantity = Quantity::hessian, .method = method});
}

/// Of every operation that users can write, one result each.
TEST(ExpressionSimt, KnowsEveryOperation) {
  const Expression f(
      "[x + y, x - y, x*y, x/y, -x, x^y, x^5, if(x < y, x, y*y), if(x <= y, x, 3), "
      "if(x > y, x, y), if(x >= y, x, y), if(x == y, x, y), if(x != y, x, y), min(x, y), "
      "max(x, y), abs(x - 2*y), sign(x)*y, floor(9*x)*y, ceil(9*x)*y, sqrt(x), cbrt(x), exp(x), "
      "expm1(x), log(x), log1p(x), log2(x), log10(x), sin(x), cos(x), tan(x), asin(x), acos(x), "
      "atan(x), atan2(x, y), sinh(x), cosh(x), tanh(x), asinh(x), acosh(1 + x), atanh(x), erf(x), "
      "erfc(x), hypot(x, y), log(exp(x) + exp(y)), 1/(1 + exp(-x*y))]",
      {"x", "y"});
  const auto x = RandomNumbers(4).vector<double>(8 * 2, 0.1, 0.9);
  for (const Method method : {Method::symbolic, Method::richardson, Method::forward_ad})
    expect_reference_bits<double>(f, x, {.method = method});
}

/// Longer than one part of a source; several parts hand on what the last one uses.
TEST(ExpressionSimt, MayBeLong) {
  std::string text = "a = sin(x)*y; b = x/y; s = 0";
  for (int k = 1; k <= 120; ++k) {
    text += fmt::format("; s{} = {}*cos(a + {}*x) + b*y", k, k % 7 + 0.5, k);
  }
  text += "; [0";
  for (int k = 1; k <= 120; ++k) text += fmt::format(" + s{}/{}", k, k);
  const Expression f(text + ", a*s1 + b, s60]");
  const auto x = RandomNumbers(5).vector<double>(6 * 2, 0.5, 1);
  for (const Method method : {Method::symbolic, Method::richardson, Method::forward_ad})
    expect_reference_bits<double>(f, x, {.method = method});
}

/// More derivatives at kinks than an item keeps in mind at a time.
TEST(ExpressionSimt, SeesBothSidesOfManyKinks) {
  std::string text;
  std::vector<std::string> variables;
  for (int i = 0; i < 20; ++i) {
    variables.push_back(fmt::format("x{}", i));
    text += fmt::format("{}{}*abs(x{})", i > 0 ? " + " : "", i + 1, i);
  }
  const Expression f(text, variables);
  std::vector<double> x(3 * 20, 0.0);
  for (std::size_t i = 0; i < 20; ++i) x[20 + i] = i % 2 == 0 ? 0 : 1;
  for (std::size_t i = 0; i < 20; ++i) x[40 + i] = -1;
  for (const Method method : {Method::symbolic, Method::forward_ad}) {
    expect_reference_bits<double>(f, x, {.method = method});
    auto context = Context::on("cuda");
    DerivativeResults<double> results(3, 1, 20);
    differentiate<double>(context, f, {x.data(), 3, 20}, results.output(), {.method = method});
    for (index_t i = 0; i < 20; ++i) {
      EXPECT_EQ(results.status(0, i), Status::kink) << i;
      EXPECT_EQ(results.status(1, i), i % 2 == 0 ? Status::kink : Status::ok) << i;
      EXPECT_EQ(results.status(2, i), Status::ok) << i;
      EXPECT_EQ(results.derivative(2, i), -static_cast<double>(i + 1));
    }
  }
}

TEST(ExpressionSimt, MayHaveConstantsThatAreNotFinite) {
  const Expression f("[if(x > 0, x, 1/0), x*1e308*10, -1/0, x + 5e-324]");
  expect_reference_bits<double>(f, {-1, 0, 1, 1e-300}, {.method = Method::symbolic});
}

class ExpressionSchedules : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(ExpressionSchedules);

TEST_P(ExpressionSchedules, GiveTheSameBitsForEveryGridAndChunk) {
  constexpr index_t points = 300;
  const auto x = RandomNumbers(6).vector<double>(points * 3);
  for (const Method method : {Method::symbolic, Method::richardson}) {
    const auto run = [&](const cuda::LaunchLimits& limits) {
      Context context(cuda::make_backend(0, 1, limits));
      DerivativeResults<double> results(points, 4, 12);
      differentiate<double>(context, several_results(), {x.data(), points, 3}, results.output(),
                            {.method = method});
      return results;
    };
    const auto expected = run({});
    for (const cuda::LaunchLimits& limits :
         {cuda::LaunchLimits{.most_blocks = 1}, cuda::LaunchLimits{.most_points = 77}}) {
      const auto actual = run(limits);
      for (index_t n = 0; n < points; ++n)
        ASSERT_TRUE(actual.has_same_bits(n, expected, n)) << "point " << n;
    }
  }
}

TEST(ExpressionFailures, LeaveNothingBehindAndSayWhatFailed) {
  const std::vector<double> x{2, 3};
  const Expression f("x^2*y + y^3");
  const auto counts = for_each_failing_call([&] {
    auto context = Context::on("cuda");
    DerivativeResults<double> results(1, 1, 2);
    differentiate<double>(context, f, {x.data(), 1, 2}, results.output());
    EXPECT_EQ(results.derivative(0, 0), 12);
    EXPECT_EQ(results.derivative(0, 1), 31);
    EXPECT_EQ(results.value(0, 0), 39);
  });
  EXPECT_GT(counts.thrown, 20);
}

TEST(ExpressionFailures, OfOneThatIsTooLongSaySo) {
  std::string text = "s = x";
  for (int k = 1; k <= 900; ++k) text += fmt::format("; s{} = sin(x*{}) + 1/(x + {})", k, k, k);
  text += "; s";
  for (int k = 1; k <= 900; ++k) text += fmt::format(" + s{}", k);
  auto context = Context::on("cuda");
  try {
    const DerivativeEvaluator evaluator(context, Expression(text),
                                        {.method = Method::symbolic, .order = 4});
    FAIL() << "prepared";
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find("cuda backend compiles"), std::string::npos);
  }
}

}  // namespace
}  // namespace batchgrad::test
