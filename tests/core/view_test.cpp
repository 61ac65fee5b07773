#include <batchgrad/regression/feature_view.hpp>

#include <array>
#include <gtest/gtest.h>
#include <type_traits>
#include <vector>

namespace batchgrad::test {
namespace {

TEST(VectorView, SeesTheElementsOfItsOwner) {
  std::vector<double> owner{1, 2, 3};
  const VectorView<double> view(owner);
  view[1] = 5;
  EXPECT_EQ(owner[1], 5);
  EXPECT_EQ(view.size(), 3);
  const VectorView<const double> read_only = view;
  EXPECT_EQ(read_only[2], 3);
  static_assert(!std::is_constructible_v<VectorView<double>, const std::vector<double>&>);
  static_assert(!std::is_constructible_v<VectorView<double>, VectorView<const double>>);
}

TEST(VectorView, IsEmptyByDefault) {
  EXPECT_TRUE(VectorView<float>().empty());
  EXPECT_EQ(VectorView<float>().begin(), VectorView<float>().end());
}

TEST(MatrixView, StepsOverThePaddingOfItsRows) {
  std::array<int, 8> storage{1, 2, 3, -1, 4, 5, 6, -1};
  const MatrixView<int> view(storage.data(), 2, 3, 4);
  EXPECT_EQ(view(1, 0), 4);
  EXPECT_EQ(view.row(1)[2], 6);
  EXPECT_EQ(view.row(0).size(), 3);
  EXPECT_EQ(view.row_range(1, 1)(0, 1), 5);
  EXPECT_EQ(view.row_range(1, 1).row_stride(), 4);
}

TEST(MatrixView, IsEmptyWithoutRowsOrWithoutColumns) {
  int element = 0;
  EXPECT_TRUE(MatrixView<int>(&element, 0, 3).empty());
  EXPECT_TRUE(MatrixView<int>(&element, 3, 0).empty());
  EXPECT_FALSE(MatrixView<int>(&element, 1, 1).empty());
}

TEST(FeatureView, IsByRowsOrByColumns) {
  const std::array<int, 8> storage{1, 2, 3, -1, 4, 5, 6, -1};
  const auto rows = FeatureView<const int>(storage.data(), 2, 3, 4);
  const auto columns = FeatureView<const int>::by_columns(storage.data(), 3, 2, 4);
  for (index_t i = 0; i < 2; ++i)
    for (index_t j = 0; j < 3; ++j) {
      EXPECT_EQ(rows(i, j), 3 * i + j + 1);
      EXPECT_EQ(columns(j, i), rows(i, j));
      EXPECT_EQ(columns.as_stored()(i, j), rows.as_stored()(i, j));
    }
  EXPECT_EQ(columns.row_range(1, 2)(1, 1), 6);
  EXPECT_EQ(columns.row_range(1, 2).rows(), 2);
  EXPECT_EQ(columns.row_range(1, 2).stride(), 4);
  EXPECT_EQ(rows.row_range(1, 1)(0, 1), 5);
  const FeatureView<const int> of_matrix = MatrixView<const int>(storage.data(), 2, 3, 4);
  EXPECT_EQ(of_matrix.layout(), Layout::rows);
  EXPECT_EQ(of_matrix(1, 2), 6);
  EXPECT_TRUE(FeatureView<const int>::by_columns(storage.data(), 3, 0).empty());
}

}  // namespace
}  // namespace batchgrad::test
