#include <batchgrad/derivative_check.hpp>
#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "derivative_check_cause.hpp"
#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

constexpr const char* bent = "if(x > 0, 2*x, x)";

CheckReport check(const std::string& f, const std::vector<double>& values, index_t parameters = 1,
                  const CheckOptions& options = {}, const DerivativeOptions& derivatives = {}) {
  Context context = Context::on("cpu");
  const auto rows = static_cast<index_t>(values.size()) / parameters;
  return check_derivatives(context, Expression(f),
                           MatrixView<const double>(values.data(), rows, parameters), derivatives,
                           options);
}

/// One disagreement, with this cause and a sentence with `part` in it.
void expect_cause(const CheckReport& report, Cause cause, const std::string& part) {
  ASSERT_EQ(report.disagreement_count(), 1);
  ASSERT_EQ(report.worst.size(), 1U);
  EXPECT_EQ(cause_name(report.worst[0].cause), cause_name(cause)) << report.worst[0].explanation;
  EXPECT_EQ(report.disagreements[static_cast<std::size_t>(cause)], 1);
  EXPECT_NE(report.worst[0].explanation.find(part), std::string::npos)
      << report.worst[0].explanation;
}

TEST(DerivativeCheck, SmoothFunctionsAgreeEverywhere) {
  for (const char* f : {"x^2*y + y^3", "exp(-x*x/2)*sin(3*y)", "log(1 + x^2)/(2 + cos(y))",
                        "tanh(x*y/4) + erf((x - y)/4)", "(1 - x)^2 + 100*(y - x^2)^2"}) {
    SCOPED_TRACE(f);
    const CheckReport report = check(f, RandomNumbers(7).vector<double>(4000, -3, 3), 2);
    EXPECT_EQ(report.points, 2000);
    EXPECT_EQ(report.derivatives, 4000);
    EXPECT_EQ(report.disagreement_count(), 0)
        << (report.worst.empty() ? "" : report.worst[0].explanation);
  }
}

TEST(DerivativeCheck, AKinkIsAKink) {
  const CheckReport report = check(bent, {-1, 0, 1});
  expect_cause(report, Cause::kink, "slope is 1 on the left and 2 on the right");
  const Disagreement& found = report.worst.at(0);
  EXPECT_EQ(found.point, 1);
  EXPECT_EQ(found.column, 0);
  EXPECT_EQ(found.x, std::vector<double>{0});
  ASSERT_EQ(found.estimates.size(), 3U);
  EXPECT_GT(found.excess, 1);
}

/// f = x^2, but its rule divides 0 by the root of 0.
TEST(DerivativeCheck, RulesThatDivideZeroByZeroAreATrap) {
  expect_cause(check("sqrt(x^4)", {1, 0}), Cause::ad_trap, "symbolic gives");
  CheckOptions exact;
  exact.methods = {Method::symbolic, Method::forward_ad};
  expect_cause(check("sqrt(x^4)", {1, 0}, 1, exact), Cause::ad_trap, "adaptive finds 0");
}

TEST(DerivativeCheck, ABranchForOnePointIsATrap) {
  expect_cause(check("if(x == 1, 1, x^2)", {1, 2, 3}), Cause::ad_trap, "branch");
}

TEST(DerivativeCheck, ADifferenceThatDoesNotVouchForItself) {
  CheckOptions options;
  options.methods = {Method::symbolic, Method::central};
  DerivativeOptions derivatives;
  derivatives.step.step = 1;  // 1e20 + 1 is 1e20
  expect_cause(check("x/1e10", {1e20}, 1, options, derivatives), Cause::difference, "central");
}

/// What cannot be had from methods that are honest about their errors: estimates made up.
Disagreement explained(const std::string& f, double x, const Estimate<double>& symbolic,
                       const Estimate<double>& central) {
  CheckOptions options;
  options.methods = {Method::symbolic, Method::central};
  Disagreement found;
  found.x = {x};
  found.estimates = {symbolic, central};
  detail::CauseFinder(Expression(f), options, 1).explain(found, 0, [] {
    ADD_FAILURE() << "there is a difference already";
    return Estimate<double>();
  });
  return found;
}

Estimate<double> sure(double value, double step) {
  return {value, 1e-12, step, value, value, Status::ok};
}

/// sqrt(1e16 + 1) - 1e8 has the 8 digits of a number near 1e8 and a derivative of 1e-8: its values
/// are wrong by up to 1e8 2^-52 = 2e-8, which a step of 1e-3 turns into 4e-5.
TEST(DerivativeCheck, ValuesThatCancelAreNamed) {
  const char* f = "sqrt(x^2 + 1e16) - 1e8";
  const Disagreement small = explained(f, 1, sure(1e-8, 0), sure(1e-6, 1e-3));
  EXPECT_EQ(small.cause, Cause::cancellation);
  EXPECT_NE(small.explanation.find("nearly equal numbers"), std::string::npos);
  EXPECT_EQ(explained(f, 1, sure(1e-8, 0), sure(1, 1e-3)).cause, Cause::unexplained);
}

TEST(DerivativeCheck, WithoutACauseItSaysSo) {
  const Disagreement found = explained("x^2", 3, sure(6, 0), sure(7, 1e-5));
  EXPECT_EQ(found.cause, Cause::unexplained);
  EXPECT_NE(found.explanation.find("no cause was found"), std::string::npos);
}

TEST(DerivativeCheck, KeepsTheWorst) {
  CheckOptions options;
  options.shown = 2;
  options.relative_tolerance = 0;
  std::vector<double> points(50, 0.0);
  const CheckReport report = check(bent, points, 1, options);
  EXPECT_EQ(report.disagreement_count(), 50);
  ASSERT_EQ(report.worst.size(), 2U);
  EXPECT_EQ(report.worst[0].point, 0);
  EXPECT_EQ(report.worst[1].point, 1);
}

TEST(DerivativeCheck, WhereNothingIsFiniteMethodsAgree) {
  const CheckReport report = check("log(x)", {-1, 2});
  EXPECT_EQ(report.derivatives, 2);
  EXPECT_EQ(report.disagreement_count(), 0);
  EXPECT_EQ(report.not_finite, 1);
}

TEST(DerivativeCheck, AgreementWithADoubtIsCounted) {
  const CheckReport report = check("abs(x)", {0, 1});
  EXPECT_EQ(report.disagreement_count(), 0);
  EXPECT_EQ(report.doubtful, 1);
}

TEST(DerivativeCheck, PointsAddUp) {
  Context context = Context::on("cpu");
  DerivativeCheck total(context, Expression(bent));
  const std::vector<double> points = {1, 0, 2};
  for (int call = 0; call < 3; ++call) total(MatrixView<const double>(points.data(), 3, 1));
  EXPECT_EQ(total.report().points, 9);
  EXPECT_EQ(total.report().disagreement_count(), 3);
  EXPECT_EQ(total.report().worst.at(2).point, 7);
}

TEST(DerivativeCheck, RefusesWhatMakesNoSense) {
  Context context = Context::on("cpu");
  const Expression f("x^2");
  const auto refuse = [&](const CheckOptions& options, const DerivativeOptions& derivatives = {}) {
    EXPECT_THROW(DerivativeCheck(context, f, derivatives, options), InvalidArgument);
  };
  refuse({.methods = {}});
  refuse({.methods = {Method::symbolic}});
  refuse({.methods = {Method::symbolic, Method::symbolic}});
  refuse({.methods = {Method::symbolic, Method::automatic}});
  refuse({.absolute_tolerance = -1});
  refuse({.relative_tolerance = quiet_nan});
  refuse({.shown = -1});
  refuse({}, {.accuracy = 2});
  refuse({}, {.step = {.step = 1}});
  refuse({}, {.order = 5});
  DerivativeCheck good(context, f);
  const std::vector<double> points = {1, 2};
  EXPECT_THROW(good(MatrixView<const double>(points.data(), 1, 2)), InvalidArgument);
  EXPECT_EQ(good.report().points, 0);
}

}  // namespace
}  // namespace batchgrad::test
