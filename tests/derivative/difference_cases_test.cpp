#include <array>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

#include "differences.hpp"
#include "hard_cases.hpp"
#include "known_cases.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

constexpr std::size_t most_parameters = 8;

Estimate<double> estimate_of(const DifferenceCase& c, index_t i, const DifferenceRule& rule) {
  const auto f = [&](const auto& x) {
    std::array<double, most_parameters> p{};
    for (std::size_t k = 0; k < c.x.size(); ++k) p[k] = x[static_cast<index_t>(k)];
    return c.f(p.data());
  };
  return difference<double>(f, rule, parameter(i), DifferenceSite<double>{c.x});
}

/// check(exact derivative, estimate of it) for each component.
template <class Check>
void for_each_known_case(const DifferenceRule& rule, const Check& check) {
  for (const DifferenceCase& c : known_cases())
    for (std::size_t i = 0; i < c.x.size(); ++i) {
      SCOPED_TRACE(testing::Message() << c.name << ", parameter " << i);
      check(c.gradient[i], estimate_of(c, static_cast<index_t>(i), rule));
    }
}
template <class Check>
void for_each_case(const DifferenceRule& rule, const Check& check) {
  for_each_known_case(rule, check);
  for (const HardCase& c : hard_cases()) {
    SCOPED_TRACE(c.name);
    check(c.derivative, slope(c.f, c.x, rule));
  }
}

class DifferenceCases : public testing::TestWithParam<NamedMethod> {
 protected:
  static DifferenceRule rule() { return rule_of(GetParam().method, GetParam().accuracy); }
};

// The worst bug there is: a wrong derivative with status ok.
TEST_P(DifferenceCases, AreWithinTheirErrorOrNotOk) {
  const bool sees_both_sides = GetParam().method != DifferenceMethod::forward &&
                               GetParam().method != DifferenceMethod::backward;
  for_each_case(rule(), [&](double exact, const Estimate<double>& seen) {
    if (seen.status != Status::ok || (std::isnan(exact) && !sees_both_sides)) return;
    EXPECT_TRUE(is_within(seen.value, exact, seen.error));
  });
}

TEST_P(DifferenceCases, HaveTheSameValuesWithoutEstimates) {
  std::vector<double> expected;
  for_each_case(rule(),
                [&](double, const Estimate<double>& seen) { expected.push_back(seen.value); });
  auto quick = rule();
  quick.effort = Effort::value;
  auto next = expected.begin();
  for_each_case(quick, [&](double, const Estimate<double>& seen) {
    EXPECT_TRUE(seen.value == *next || (std::isnan(seen.value) && std::isnan(*next)))
        << seen.value << " " << *next;
    ++next;
  });
}

TEST_P(DifferenceCases, HaveNoErrorEstimateThatIsNoNumber) {
  for_each_case(rule(), [](double, const Estimate<double>& seen) {
    EXPECT_FALSE(std::isnan(seen.error));
    EXPECT_TRUE(std::isfinite(seen.value) || seen.error == infinity);
    EXPECT_TRUE(std::isfinite(seen.error) || seen.status != Status::ok);
  });
}

INSTANTIATE_TEST_SUITE_P(Method, DifferenceCases, testing::ValuesIn(difference_methods),
                         [](const auto& method) { return test_name(method.param); });

TEST(AdaptiveDifference, IsOkForMostKnownCases) {
  int components = 0;
  int good = 0;
  for_each_known_case(rule_of(DifferenceMethod::adaptive),
                      [&](double exact, const Estimate<double>& seen) {
                        ++components;
                        const double error = std::fabs(seen.value - exact);
                        if (seen.status == Status::ok && error <= 1e-7 * std::fabs(exact)) ++good;
                      });
  EXPECT_EQ(components, 73);
  EXPECT_GE(good, 62);
}

}  // namespace
}  // namespace batchgrad::test
