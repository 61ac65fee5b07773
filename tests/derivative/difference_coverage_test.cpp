#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "differences.hpp"
#include "smooth_functions.hpp"

namespace batchgrad::test {
namespace {

struct Coverage {
  int functions = 0;
  int covered = 0;
  int wrong_and_ok = 0;
  int ok = 0;
  std::vector<double> ratios;  ///< estimate to error

  double median_ratio() {
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::nth_element(ratios.begin(), middle, ratios.end());
    return *middle;
  }
};

/// Seeded smooth functions at seeded places, both of order one.
template <class Scalar>
Coverage cover(const DifferenceRule& rule, int functions) {
  RandomNumbers random(17);
  Coverage coverage;
  while (coverage.functions < functions) {
    const SmoothFunction f(random);
    const auto x = static_cast<Scalar>(random(-2, 2));
    const Jet truth = f(Jet(x, 1, 0));
    const auto exact = static_cast<double>(rule.order == 1 ? truth.first : truth.second);
    const bool is_of_order_one = std::fabs(exact) > 1e-3 && std::fabs(exact) < 100 &&
                                 std::fabs(static_cast<double>(truth.value)) < 100;
    if (!is_of_order_one) continue;
    const auto seen = slope<Scalar>(f, x, rule);
    const double error = std::fabs(static_cast<double>(seen.value) - exact);
    const bool is_covered = error <= static_cast<double>(seen.error);
    ++coverage.functions;
    if (is_covered) ++coverage.covered;
    if (seen.status == Status::ok) ++coverage.ok;
    if (!is_covered && seen.status == Status::ok) ++coverage.wrong_and_ok;
    coverage.ratios.push_back(static_cast<double>(seen.error) / std::max(error, 1e-300));
  }
  return coverage;
}

class DifferenceCoverage : public testing::TestWithParam<NamedMethod> {
 protected:
  static DifferenceRule rule(int order) {
    return rule_of(GetParam().method, GetParam().accuracy, order);
  }
};

TEST_P(DifferenceCoverage, OfFirstDerivativesIsComplete) {
  constexpr int functions = 10000;
  Coverage coverage = cover<double>(rule(1), functions);
  EXPECT_EQ(coverage.wrong_and_ok, 0);
  EXPECT_GE(coverage.covered, functions * 999 / 1000);
  EXPECT_GE(coverage.ok, functions * 98 / 100);
  EXPECT_LE(coverage.median_ratio(), 100);
}

TEST_P(DifferenceCoverage, OfSecondDerivativesIsComplete) {
  constexpr int functions = 3000;
  Coverage coverage = cover<double>(rule(2), functions);
  EXPECT_LE(coverage.wrong_and_ok, 1);
  EXPECT_GE(coverage.covered, functions * 999 / 1000);
  EXPECT_GE(coverage.ok, functions * 95 / 100);
  EXPECT_LE(coverage.median_ratio(), 400);
}

TEST_P(DifferenceCoverage, InSinglePrecisionIsComplete) {
  constexpr int functions = 3000;
  Coverage coverage = cover<float>(rule(1), functions);
  EXPECT_LE(coverage.wrong_and_ok, 1);
  EXPECT_GE(coverage.covered, functions * 999 / 1000);
  EXPECT_GE(coverage.ok, functions * 95 / 100);
  EXPECT_LE(coverage.median_ratio(), 200);
}

INSTANTIATE_TEST_SUITE_P(Method, DifferenceCoverage, testing::ValuesIn(difference_methods),
                         [](const auto& method) { return test_name(method.param); });

}  // namespace
}  // namespace batchgrad::test
