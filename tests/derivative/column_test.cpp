#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "differences.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

using Kind = DerivativeColumn::Kind;
using Point = std::vector<double>;

// f = exp(x y) + x^2 z: all second derivatives are different and not zero.
template <class P>
double f(const P& p) {
  return std::exp(p[0] * p[1]) + p[0] * p[0] * p[2];
}
const Point x{0.5, -0.75, 2};
const double e = std::exp(-0.375);

const auto function = [](const auto& p) { return f(p); };

template <class F>
Estimate<double> column_of(const F& any, const DifferenceRule& rule, const DerivativeColumn& what,
                           const DifferenceSite<double>& site) {
  return difference<double>(any, rule, what, site);
}
Estimate<double> column(const DifferenceRule& rule, const DerivativeColumn& what,
                        const DifferenceSite<double>& site) {
  return column_of(function, rule, what, site);
}

void expect_right(const Estimate<double>& estimate, double expected, Status status = Status::ok) {
  EXPECT_TRUE(is_within(estimate.value, expected, estimate.error));
  EXPECT_TRUE(is_within(estimate.error, 0, 1e-5));
  EXPECT_EQ(static_cast<int>(estimate.status), static_cast<int>(status));
}

TEST(DifferenceColumn, OfTwoParametersIsTheMixedDerivative) {
  for (const auto& [name, method, accuracy] : difference_methods) {
    if (accuracy < 2) continue;  // a second derivative of accuracy 1 has five digits
    SCOPED_TRACE(name);
    const auto rule = rule_of(method, accuracy, 2);
    expect_right(column(rule, {Kind::mixed, 0, 1}, {x}), e * (1 + 0.5 * -0.75));
    expect_right(column(rule, {Kind::mixed, 1, 0}, {x}), e * (1 + 0.5 * -0.75));
    expect_right(column(rule, {Kind::mixed, 0, 2}, {x}), 2 * 0.5);
    expect_right(column(rule, {Kind::mixed, 1, 2}, {x}), 0);
  }
}

TEST(DifferenceColumn, OfParametersOfDifferentSizesIsScaled) {
  const Point far{3e6, 2e-5};
  const Point typical{1, 1e-5};
  const auto product = [](const auto& p) { return p[0] * p[0] * p[1] * p[1]; };
  const DifferenceSite<double> site{
      .point = far, .typical = typical, .bounds = {}, .direction = {}};
  const auto mixed =
      column_of(product, rule_of(DifferenceMethod::richardson, 4, 2), {Kind::mixed, 0, 1}, site);
  EXPECT_TRUE(is_within(mixed.value, 4 * 60, mixed.error));
  EXPECT_TRUE(is_within(mixed.error, 0, 240 * 1e-7));
  EXPECT_EQ(mixed.status, Status::ok);
}

TEST(DifferenceColumn, OfTwoParametersStaysWithinBounds) {
  // x is at the lower bound of the first parameter and at the upper one of the second.
  const std::vector<Interval> bounds{{0.5, infinity}, {-infinity, -0.75}, {0, 2.5}};
  const auto guarded = [&](const auto& p) {
    for (index_t i = 0; i < 3; ++i) {
      const auto& [lower, upper] = bounds[static_cast<std::size_t>(i)];
      if (p[i] < lower || p[i] > upper) ADD_FAILURE() << "parameter " << i << " is " << p[i];
    }
    return f(p);
  };
  const DifferenceSite<double> site{.point = x, .typical = {}, .bounds = bounds, .direction = {}};
  for (const auto& [name, method, accuracy] : difference_methods) {
    SCOPED_TRACE(name);
    for (const DerivativeColumn& what : {DerivativeColumn{Kind::mixed, 0, 1},
                                         {Kind::mixed, 0, 2},
                                         {Kind::parameter, 0, 0},
                                         {Kind::parameter, 1, 1},
                                         {Kind::laplacian, 0, 0}}) {
      const auto estimate = column_of(guarded, rule_of(method, accuracy, 2), what, site);
      const double exact[] = {e * (1 + 0.5 * -0.75), 1};
      if (what.kind == Kind::mixed) {
        EXPECT_TRUE(is_within(estimate.value, exact[what.j - 1], estimate.error));
      }
      EXPECT_TRUE(std::isfinite(estimate.value));
    }
  }
}

TEST(DifferenceColumn, OfTwoParametersGoesWhereTheFunctionIsDefined) {
  // Both parameters are at the edge of the domain: sqrt(-1e-300) is not a number.
  const auto root = [](const auto& p) { return p[0] * std::sqrt(p[0]) * p[1] * std::sqrt(p[1]); };
  const auto product = [](const auto& p) {
    return std::sqrt(p[0]) * std::sqrt(p[0]) * std::exp(p[1]);
  };
  const auto rule = rule_of(DifferenceMethod::richardson, 4, 2);
  const Point corner{0, 0};
  EXPECT_NE(column_of(root, rule, {Kind::mixed, 0, 1}, {corner}).status, Status::ok);
  const auto edge = column_of(product, rule, {Kind::mixed, 0, 1}, {corner});
  EXPECT_TRUE(is_within(edge.value, 1, edge.error));
  EXPECT_EQ(edge.status, Status::one_sided);
}

TEST(DifferenceColumn, AlongADirectionIsTheDirectionalDerivative) {
  const Point direction{2, 0, -1};
  const DifferenceSite<double> site{
      .point = x, .typical = {}, .bounds = {}, .direction = direction};
  // d/dt f(x + t v) = 2 f_x - f_z and d^2/dt^2 = 4 f_xx - 4 f_xz.
  const double first = 2 * (-0.75 * e + 2 * 0.5 * 2) - 0.25;
  const double second = 4 * (0.5625 * e + 2 * 2) - 4 * 2 * 0.5;
  for (const auto& [name, method, accuracy] : difference_methods) {
    SCOPED_TRACE(name);
    expect_right(column(rule_of(method, accuracy), {Kind::direction}, site), first);
    if (accuracy >= 2)
      expect_right(column(rule_of(method, accuracy, 2), {Kind::direction}, site), second);
  }
}

TEST(DifferenceColumn, AlongADirectionStaysWithinBounds) {
  const Point direction{1, -1, 0};
  const std::vector<Interval> bounds{{-1, 1}, {-0.75, infinity}, {0, 2}};
  const auto guarded = [&](const auto& p) {
    EXPECT_GE(p[1], -0.75);
    EXPECT_LE(p[0], 1);
    return f(p);
  };
  const auto estimate =
      column_of(guarded, rule_of(DifferenceMethod::richardson), {Kind::direction},
                {.point = x, .typical = {}, .bounds = bounds, .direction = direction});
  expect_right(estimate, (-0.75 * e + 2) - 0.5 * e, Status::one_sided);
}

TEST(DifferenceColumn, OfNoDirectionIsZero) {
  const Point direction{0, 0, 0};
  const auto estimate = column(rule_of(DifferenceMethod::richardson), {Kind::direction},
                               {.point = x, .typical = {}, .bounds = {}, .direction = direction});
  EXPECT_EQ(estimate.value, 0);
}

TEST(DifferenceColumn, OfTheLaplacianAddsValuesAndErrors) {
  const double exact = (0.5625 + 0.25) * e + 4;
  for (const auto& [name, method, accuracy] : difference_methods) {
    SCOPED_TRACE(name);
    if (accuracy >= 2)
      expect_right(column(rule_of(method, accuracy, 2), {Kind::laplacian}, {x}), exact);
  }
  const auto kinked = [](const auto& p) { return p[0] * std::fabs(p[0]) + p[1] * p[1]; };
  const Point origin{0, 1};
  EXPECT_EQ(
      column_of(kinked, rule_of(DifferenceMethod::richardson, 4, 2), {Kind::laplacian}, {origin})
          .status,
      Status::kink);
}

TEST(DifferenceColumn, AsksForNoMoreValuesThanItMay) {
  for (const auto& [name, method, accuracy] : difference_methods) {
    SCOPED_TRACE(name);
    for (const auto kind : {Kind::parameter, Kind::mixed, Kind::laplacian})
      for (int order = 1; order <= max_derivative_order; ++order) {
        ColumnDifferencer<double, double> asked(rule_of(method, accuracy, order), {kind, 0, 1},
                                                {x});
        double values[decltype(asked)::most_values];
        int count = 0;
        for (int wanted = asked.request(); wanted > 0; wanted = asked.request()) {
          ASSERT_LE(wanted, decltype(asked)::most_values);
          for (int k = 0; k < wanted; ++k)
            values[k] =
                f(Point{asked.coordinate(k, 0), asked.coordinate(k, 1), asked.coordinate(k, 2)});
          asked.receive(values);
          ASSERT_LE(count += wanted, 3000);
        }
        EXPECT_TRUE(std::isfinite(asked.result().value));
      }
  }
}

TEST(DifferenceColumn, TakesFewValuesWhereNoEstimateIsWanted) {
  const auto count = [](DifferenceMethod method, int accuracy, Effort effort) {
    int calls = 0;
    auto rule = rule_of(method, accuracy);
    rule.effort = effort;
    const DifferenceSite<double> site{x};
    static_cast<void>(difference<double>(
        [&](const auto& p) {
          ++calls;
          return f(p);
        },
        rule, parameter(0), site, f(x)));
    return calls;
  };
  EXPECT_EQ(count(DifferenceMethod::forward, 1, Effort::value), 1);
  EXPECT_EQ(count(DifferenceMethod::backward, 1, Effort::value), 1);
  EXPECT_EQ(count(DifferenceMethod::central, 2, Effort::value), 2);
  EXPECT_EQ(count(DifferenceMethod::central, 8, Effort::value), 8);
  EXPECT_EQ(count(DifferenceMethod::richardson, 4, Effort::value), 4);
  EXPECT_LE(count(DifferenceMethod::forward, 1, Effort::estimate), 12);
  EXPECT_LE(count(DifferenceMethod::richardson, 4, Effort::estimate), 14);
}

TEST(DifferenceColumn, NeedsTheCentreWhereItSaysSo) {
  for (const auto& [name, method, accuracy] : difference_methods)
    for (const Effort effort : {Effort::value, Effort::estimate})
      for (const int order : {1, 2}) {
        SCOPED_TRACE(name);
        auto rule = rule_of(method, accuracy, order);
        rule.effort = effort;
        bool is_asked = false;
        static_cast<void>(column_of(
            [&](const auto& p) {
              is_asked = is_asked || (p[0] == x[0] && p[1] == x[1] && p[2] == x[2]);
              return f(p);
            },
            rule, parameter(1), {x}));
        EXPECT_EQ((ColumnDifferencer<double, double>::uses_centre(rule, parameter(1))), is_asked);
      }
}

TEST(DifferenceColumn, OfMinusFIsMinusThatOfFToTheBit) {
  for (const auto& [name, method, accuracy] : difference_methods)
    for (const auto kind : {Kind::parameter, Kind::mixed, Kind::laplacian}) {
      SCOPED_TRACE(name);
      const auto rule = rule_of(method, accuracy);
      const DerivativeColumn what{kind, 0, 1};
      const auto plus = column(rule, what, {x});
      const auto minus = column_of([](const auto& p) { return -f(p); }, rule, what, {x});
      EXPECT_EQ(minus.value, -plus.value);
      EXPECT_EQ(minus.error, plus.error);
      EXPECT_EQ(minus.status, plus.status);
    }
}

}  // namespace
}  // namespace batchgrad::test
