#include <batchgrad/error.hpp>
#include <batchgrad/function.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "functions.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

class MinimizeExpression : public testing::TestWithParam<std::string> {
 protected:
  Context context_ = Context::on(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Devices, MinimizeExpression, testing::Values("reference", "cpu"),
                         [](const auto& device) { return device.param; });

const Expression valley("100*(y - x^2)^2 + (1 - x)^2", {"x", "y"});

TEST_P(MinimizeExpression, DescendsAsTextbooksDo) {
  const Expression bowl("(x-1)^2 + (y-2)^2");
  const std::vector<double> origin = {0, 0};
  const MinimizeResult found = minimize(context_, bowl, test::rows_of(origin, 2),
                                        test::exactly(GradientDescent{0.1, 0}, 100));
  EXPECT_EQ(found.starts[0].x, (std::vector<double>{0.9999999997962964, 1.9999999995925928}));
}

TEST_P(MinimizeExpression, TakesEveryMethod) {
  const std::vector<double> start = {-1.2, 1};
  for (const Method method :
       {Method::automatic, Method::symbolic, Method::forward_ad, Method::richardson,
        Method::central, Method::adaptive, Method::forward, Method::backward}) {
    MinimizeOptions options;
    options.derivative.method = method;
    if (method == Method::forward || method == Method::backward) options.derivative.accuracy = 4;
    const StartResult found =
        minimize(context_, valley, test::rows_of(start, 2), options).best_start();
    EXPECT_EQ(found.stop, Stop::gradient) << method_name(method);
    // Differences: 1e-6 by tolerance and as much by error, times the inverse Hessian's 1.5 and 3.
    EXPECT_TRUE(test::is_within(found.x[0], 1, 3e-6)) << method_name(method);
    EXPECT_TRUE(test::is_within(found.x[1], 1, 6.1e-6)) << method_name(method);
  }
}

TEST_P(MinimizeExpression, GivesTheSameBitsFromManyStartsAsAlone) {
  const std::vector<double> starts = random_starts({{-5, 5}, {-5, 5}}, 1000, 1);
  const MinimizeResult together = minimize(context_, valley, test::rows_of(starts, 2));
  Context one = Context::on(GetParam(), {.threads = 1});
  const MinimizeResult on_one_thread = minimize(one, valley, test::rows_of(starts, 2));
  for (std::size_t n = 0; n < together.starts.size(); ++n) {
    const StartResult& found = together.starts[n];
    EXPECT_EQ(found.stop, Stop::gradient) << n;
    EXPECT_EQ(on_one_thread.starts[n].x, found.x) << n;
    if (n % 50 != 0) continue;
    const std::vector<double> start = {starts[2 * n], starts[2 * n + 1]};
    const StartResult alone = minimize(context_, valley, test::rows_of(start, 2)).best_start();
    EXPECT_EQ(alone.x, found.x) << n;
    EXPECT_EQ(alone.evaluations, found.evaluations) << n;
  }
}

TEST_P(MinimizeExpression, TurnsBackFromTheEndOfADomain) {
  const std::vector<double> starts = {1e-6, 0.5, 50, -1};
  const MinimizeResult found =
      minimize(context_, Expression("x - log(x)"), test::rows_of(starts, 1));
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_EQ(found.starts[n].stop, Stop::gradient) << n;
    EXPECT_TRUE(test::is_within(found.starts[n].x[0], 1, 1.1e-9)) << n;
  }
  EXPECT_EQ(found.starts[3].stop, Stop::not_finite);
}

TEST_P(MinimizeExpression, MinimisesBuiltInFunctions) {
  const std::vector<double> start = {0.5, 0.5, 0.5, 0.5};
  const StartResult found =
      minimize(context_, Function(Rosenbrock{}), test::rows_of(start, 4)).best_start();
  EXPECT_EQ(found.stop, Stop::gradient);
  for (const double x : found.x) EXPECT_TRUE(test::is_within(x, 1, 1e-4));
}

TEST(MinimizeExpressionAlone, IsOneLine) {
  const StartResult found = minimize(Expression("(x-1)^2 + (y-2)^2"), {0, 0});
  EXPECT_TRUE(found.converged());
  EXPECT_TRUE(test::is_within(found.x[0], 1, 0.51e-9));
  EXPECT_TRUE(test::is_within(found.x[1], 2, 0.51e-9));
}

TEST(MinimizeExpressionAlone, RefusesWhatIsNotOneNumberOrOnePoint) {
  EXPECT_THROW(static_cast<void>(minimize(Expression("[x, y]"), {0, 0})), InvalidArgument);
  EXPECT_THROW(static_cast<void>(minimize(valley, {0})), InvalidArgument);
  EXPECT_THROW(static_cast<void>(minimize(valley, {})), InvalidArgument);
}

TEST(MinimizeFunctor, DifferentiatesIt) {
  const auto sphere = [](const auto& x) {
    return (x[0] - 1) * (x[0] - 1) + (x[1] - 1) * (x[1] - 1) + (x[2] - 1) * (x[2] - 1);
  };
  for (const Method method : {Method::automatic, Method::forward_ad, Method::central}) {
    MinimizeOptions options;
    options.derivative.method = method;
    const StartResult found = method == Method::forward_ad
                                  ? minimize(with_duals(sphere), {0, 5, -7}, options)
                                  : minimize(sphere, {0, 5, -7}, options);
    EXPECT_EQ(found.stop, Stop::gradient) << method_name(method);
    for (const double x : found.x) EXPECT_TRUE(test::is_within(x, 1, 1e-6));
  }
}

TEST(MinimizeFunctor, SearchesFromManyStarts) {
  Context context = Context::on("cpu");
  const std::vector<double> starts = random_starts({{0.1, 9}}, 500, 1);
  const MinimizeResult found = minimize(
      context, [](const auto& x) { return x[0] - std::log(x[0]); }, test::rows_of(starts, 1));
  for (const StartResult& start : found.starts) {
    EXPECT_EQ(start.stop, Stop::gradient);
    EXPECT_TRUE(test::is_within(start.x[0], 1, 2e-6));
  }
}

}  // namespace
}  // namespace batchgrad
