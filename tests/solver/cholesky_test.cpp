#include "solver/cholesky.hpp"

#include <gtest/gtest.h>

#include "tolerance.hpp"

namespace batchgrad::detail {
namespace {

// L L^T with L = (2 0 0; 6 1 0; -8 5 3)
const std::vector<double> textbook = {4, 12, -16, 12, 37, -43, -16, -43, 98};

TEST(Cholesky, SolvesAndInverts) {
  const Cholesky<double> factor(textbook, {0, 1, 2}, 1e-13);
  EXPECT_EQ(factor.kept().size(), 3U);
  // matrix (1, 2, 3) = (-20, -43, 192)
  const std::vector<double> x = factor.solve({-20, -43, 192});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(test::is_within(x[i], static_cast<double>(i + 1), 1e-11));
  const std::vector<double> inverse = factor.inverse();
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      double entry = 0;
      for (std::size_t k = 0; k < 3; ++k) entry += textbook[i * 3 + k] * inverse[k * 3 + j];
      EXPECT_TRUE(test::is_within(entry, i == j ? 1 : 0, 1e-11));
    }
}

TEST(Cholesky, EstimatesTheConditionOfTheScaledMatrix) {
  // Correlation r: eigenvalues 1 - r and 1 + r, and so are the 1-norms of matrix and inverse.
  const double r = 0.9999;
  const Cholesky<double> factor({4, 6 * r, 6 * r, 9}, {0, 1}, 1e-13);
  EXPECT_TRUE(test::is_within(factor.condition(), (1 + r) / (1 - r), 1e-6 * 2 / (1 - r)));
  EXPECT_TRUE(test::is_within(Cholesky<double>({1, 0, 0, 1e20}, {0, 1}, 0).condition(), 1, 1e-14));
}

TEST(Cholesky, PutsDependentColumnsAsideAndExplainsThem) {
  // Columns a = (1, 0), b = (0, 1), c = a + 2 b, 0, e = c.
  const std::vector<double> matrix = {1, 0, 1, 0, 1, 0, 1, 2, 0, 2, 1, 2, 5,
                                      0, 5, 0, 0, 0, 0, 0, 1, 2, 5, 0, 5};
  const Cholesky<double> factor(matrix, {0, 1, 2, 3, 4}, 1e-13);
  EXPECT_EQ(factor.kept(), (std::vector<index_t>{0, 1}));
  ASSERT_EQ(factor.dependent().size(), 3U);
  EXPECT_EQ(factor.dependent()[0].column, 2);
  EXPECT_EQ(factor.dependent()[0].others, (std::vector<index_t>{0, 1}));
  EXPECT_TRUE(factor.dependent()[1].others.empty());
  // In another order others are kept: the first of each.
  const Cholesky<double> other(matrix, {4, 3, 2, 0, 1}, 1e-13);
  EXPECT_EQ(other.kept(), (std::vector<index_t>{4, 0}));
  EXPECT_EQ(other.dependent()[1].column, 2);
  EXPECT_EQ(other.dependent()[1].others, (std::vector<index_t>{4}));
  EXPECT_EQ(other.solve({1, 1, 1, 1, 1})[3], 0);
}

TEST(Cholesky, InDoubleDoubleSeesWhatDoubleCannot) {
  // 1 - R^2 of the second column is 1e-20.
  DoubleDouble nearly(1);
  nearly -= DoubleDouble(0.5e-20);
  const std::vector<DoubleDouble> matrix = {DoubleDouble(1), nearly, nearly, DoubleDouble(1)};
  const Cholesky<DoubleDouble> factor(matrix, {0, 1}, 1e-28);
  EXPECT_EQ(factor.kept().size(), 2U);
  EXPECT_TRUE(test::is_within(factor.condition() / 4e20, 1, 1e-6));
  EXPECT_EQ(Cholesky<double>({1, 1, 1, 1}, {0, 1}, 1e-13).kept().size(), 1U);
}

}  // namespace
}  // namespace batchgrad::detail
