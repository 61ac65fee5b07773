#include <batchgrad/derivative.hpp>

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "derivative_problem.hpp"
#include "tolerance.hpp"

// Derivatives of functions from the literature on differentiation and on optimization, among them
// the 35 problems of Moré, Garbow and Hillstrom (ACM TOMS 7 (1981) 17-41) as sums of squares at
// their standard starting points, against gradients computed with 400 digits.

namespace batchgrad::test {
namespace {

const std::vector<DerivativeProblem>& problems() {
  static const auto all = read_derivative_problems(BATCHGRAD_DERIVATIVE_PROBLEMS);
  return all;
}

std::vector<Estimate<double>> estimates(const DerivativeProblem& problem, Method method) {
  DerivativeOptions options;
  options.method = method;
  return estimate_derivatives(Expression(problem.expression, problem.variables), problem.x,
                              options);
}

/// The truth is written with 17 digits.
double rounding_of_truth(double truth) { return 1e-16 * std::fabs(truth); }

class DerivativeCases : public testing::TestWithParam<Method> {};

std::string method_title(const testing::TestParamInfo<Method>& info) {
  std::string title(method_name(info.param));
  std::erase(title, '-');
  return title;
}

using ExactDerivatives = DerivativeCases;

/// Each operation of forward differentiation, its slope included, is off by at most 4 ulps; see
/// derivative_problems.py for what that makes of a component.
TEST_P(ExactDerivatives, AreWithinFourUlpsOfEveryOperation) {
  ASSERT_FALSE(problems().empty());
  for (const auto& problem : problems()) {
    SCOPED_TRACE(problem.id + ": " + problem.expression.substr(0, 100));
    const auto results = estimates(problem, GetParam());
    ASSERT_EQ(results.size(), problem.gradient.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      const double truth = problem.gradient[i];
      EXPECT_TRUE(is_within(
          results[i].value, truth,
          4 * Limits<double>::epsilon * (std::fabs(truth) + problem.rounding[i]) + 1e-320))
          << "component " << i << " of " << results.size();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Method, ExactDerivatives,
                         testing::Values(Method::symbolic, Method::forward_ad), method_title);

/// The worst bug there is: a derivative that is wrong by more than it admits, with status ok.
TEST_P(DerivativeCases, AreNeverWrongWithStatusOk) {
  int components = 0;
  int known = 0;
  for (const auto& problem : problems()) {
    SCOPED_TRACE(problem.id + ": " + problem.expression.substr(0, 100));
    const auto results = estimates(problem, GetParam());
    ASSERT_EQ(results.size(), problem.gradient.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      ++components;
      if (results[i].status != Status::ok) continue;
      ++known;
      const double truth = problem.gradient[i];
      EXPECT_TRUE(is_within(results[i].value, truth, results[i].error + rounding_of_truth(truth)))
          << "component " << i << " of " << results.size() << ", step " << results[i].step;
    }
  }
  EXPECT_GT(components, 300);
  // Never ok would never be wrong.
  EXPECT_GE(known, components / 2);
}

INSTANTIATE_TEST_SUITE_P(Method, DerivativeCases,
                         testing::Values(Method::symbolic, Method::forward_ad, Method::richardson,
                                         Method::adaptive, Method::central),
                         method_title);

struct SharedCase {
  std::vector<double> x;
  double value;
  std::vector<double> gradient;
};

/// id -> what a file of cases says, whose columns are id,function,x,f,grad; `function` is prose.
std::map<std::string, SharedCase> read_shared_cases(std::ifstream& file) {
  std::map<std::string, SharedCase> cases;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto gradient = line.rfind(',');
    const auto value = line.rfind(',', gradient - 1);
    const auto x = line.rfind(',', value - 1);
    cases[line.substr(0, line.find(','))] = {
        words<double>(line.substr(x + 1, value - x - 1)),
        words<double>(line.substr(value + 1, gradient - value - 1)).at(0),
        words<double>(line.substr(gradient + 1))};
  }
  return cases;
}

TEST(DerivativeProblems, AreThoseOfTheSharedCases) {
  std::ifstream file(BATCHGRAD_SHARED_CASES);
  if (!file) GTEST_SKIP() << "no " << BATCHGRAD_SHARED_CASES;
  auto cases = read_shared_cases(file);
  EXPECT_GT(cases.size(), 40U);
  for (const auto& problem : problems()) {
    const auto found = cases.find(problem.id);
    if (found == cases.end()) continue;
    const auto& [x, value, gradient] = found->second;
    SCOPED_TRACE(problem.id);
    EXPECT_EQ(problem.x, x);
    // f may overflow where its gradient does not.
    EXPECT_TRUE(problem.value == value || is_within_ulps(problem.value, value, 2));
    ASSERT_EQ(problem.gradient.size(), gradient.size());
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      // For sin at 1e22 that file has a gradient that is not its cosine: f^2 + g^2 is not 1.
      if (problem.id == "S25") continue;
      // There pi is exact, here it is a double.
      EXPECT_TRUE(is_within(
          problem.gradient[i], gradient[i],
          Limits<double>::unit_roundoff * (std::fabs(gradient[i]) + problem.rounding[i])));
    }
    cases.erase(found);
  }
  for (const auto& [id, ignored] : cases) ADD_FAILURE() << id << " is not among the problems";
}

}  // namespace
}  // namespace batchgrad::test
