#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>

#include "expression_values.hpp"

namespace batchgrad::test {
namespace {

using Values = std::vector<double>;

TEST(Expression, GradientsFollowOneAnother) {
  const Expression g = Expression("[x^2*y, y^3, 5]").gradient();
  ASSERT_EQ(g.results(), 6);
  EXPECT_EQ(g(Values{2, 3}), (Values{12, 4, 0, 27, 0, 0}));
  EXPECT_EQ(g.variables(), (std::vector<std::string>{"x", "y"}));
}

TEST(Expression, HessiansAreSymmetricRowByRow) {
  const Expression h = Expression("[x^2*y*z, x*y^3]").hessian();
  ASSERT_EQ(h.results(), 18);
  const double x = 2;
  const double y = 3;
  const double z = 5;
  EXPECT_EQ(h(Values{x, y, z}),
            (Values{2 * y * z, 2 * x * z, 2 * x * y, 2 * x * z, 0, x * x, 2 * x * y, x * x, 0,  //
                    0, 3 * y * y, 0, 3 * y * y, 6 * x * y, 0, 0, 0, 0}));
}

TEST(Expression, DerivativesHaveAnyOrder) {
  const Expression f("x^5/60 + y");
  EXPECT_EQ(f.derivative("x", 0).text(), f.text());
  EXPECT_EQ(f.derivative("x", 3).text(), "x^2");
  EXPECT_EQ(f.derivative("x", 5).text(), "2");
  EXPECT_EQ(f.derivative("x", 6).text(), "0");
  EXPECT_EQ(f.derivative("x", 1000).text(), "0");
  EXPECT_EQ(Expression("sin(2*x)").derivative("x", 8).text(), "256*sin(2*x)");
}

TEST(Expression, DerivativesOfSeveralResultsAreAList) {
  EXPECT_EQ(Expression("[x*y, x/y]").derivative("y").text(), "[x, -x/y^2]");
}

TEST(Expression, DerivativesKeepEveryVariable) {
  const Expression slope = Expression("x + y^2").derivative("x");
  EXPECT_EQ(slope.variables().size(), 2U);
  EXPECT_EQ(slope(Values{7, 8}), (Values{1}));
}

TEST(Expression, ConstantsHaveNoVariables) {
  const Expression f("2*pi");
  EXPECT_TRUE(f.gradient().text() == "[]" || f.gradient().results() == 0);
  EXPECT_THROW((void)f.derivative("x"), InvalidArgument);
  EXPECT_EQ(f(Values{}), (Values{2 * M_PI}));
}

TEST(Expression, ResultsCanBeTakenOut) {
  const Expression f("[x + y, x*y]");
  EXPECT_EQ(f.result(1).text(), "x*y");
  EXPECT_EQ(f.result(1).variables().size(), 2U);
  EXPECT_THROW((void)f.result(2), InvalidArgument);
  EXPECT_THROW((void)f.result(-1), InvalidArgument);
}

TEST(Expression, VariablesHavePositions) {
  const Expression f("weight*height");
  EXPECT_EQ(f.variable("height"), 1);
  try {
    (void)f.variable("wieght");
    ADD_FAILURE() << "found a variable that is not there";
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(),
                 "no variable 'wieght' (the expression has 2) did you mean 'weight'?");
  }
}

TEST(Expression, RefusesImpossibleOrders) {
  EXPECT_THROW((void)Expression("x").derivative("x", -1), InvalidArgument);
  EXPECT_THROW((void)Expression("x").derivative("x", 1001), InvalidArgument);
}

TEST(Expression, RefusesPointsOfAnotherSize) {
  EXPECT_THROW((void)Expression("x + y")(Values{1}), InvalidArgument);
  EXPECT_THROW((void)Expression("x + y")(Values{1, 2, 3}), InvalidArgument);
}

TEST(Expression, CopiesShareWhatNeverChanges) {
  const Expression f("x^2");
  const Expression copy = f;
  EXPECT_EQ(&f.state(), &copy.state());
  EXPECT_EQ(f.derivative("x").text(), "2*x");
  EXPECT_EQ(copy.text(), "x^2");
}

TEST(Expression, TextServesWhereAFunctionIsAskedFor) {
  const auto results = [](const Expression& f) { return f.results(); };
  EXPECT_EQ(results("[x, y]"), 2);
}

}  // namespace
}  // namespace batchgrad::test
